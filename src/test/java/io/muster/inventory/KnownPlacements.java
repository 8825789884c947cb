package io.muster.inventory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Placements without a database. */
public final class KnownPlacements implements Placements {

    private final Map<String, Placement> known = new ConcurrentHashMap<>();

    @Override
    public Optional<Placement> find(String environment, String service) {
        return Optional.ofNullable(known.get(environment + "/" + service));
    }

    @Override
    public List<Placement> all() {
        return List.copyOf(known.values());
    }

    @Override
    public void put(Placement placement) {
        known.put(placement.environment() + "/" + placement.service(), placement);
    }

    void clear() {
        known.clear();
    }
}
