package io.muster.inventory;

import io.muster.inventory.Inventory.Environment;
import io.muster.inventory.Inventory.Service;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The inventory with services where they were promoted to. A promotion counts for as long as the file names the host that the
 * service was promoted from and still says `promotion` to where it went; whoever changes one of them in the file decides anew.
 */
final class Effective {

    private record Known(String hash, List<Placement> promoted, Inventory inventory) {}

    private final Placements placements;
    private volatile Known known;

    Effective(Placements placements) {
        this.placements = placements;
    }

    Inventory of(Inventory inventory) {
        List<Placement> promoted = placements.all().stream()
                .filter(placement -> placement.state() == Placement.State.PROMOTED)
                .toList();
        Known last = known;
        if (last == null
                || !last.hash().equals(inventory.hash())
                || !last.promoted().equals(promoted)) {
            last = new Known(inventory.hash(), promoted, with(inventory, promoted));
            known = last;
        }
        return last.inventory();
    }

    private static Inventory with(Inventory inventory, List<Placement> promoted) {
        Map<String, Environment> environments = new LinkedHashMap<>(inventory.environments());
        boolean changed = false;
        for (Placement placement : promoted) {
            Environment environment = environments.get(placement.environment());
            Optional<Service> service = Optional.ofNullable(environment)
                    .map(found -> found.services().get(placement.service()))
                    .filter(found -> placement.from().equals(Optional.of(found.container())));
            Optional<Service> moved = service.flatMap(Service::promotion)
                    .filter(promotion -> promotion.container().equals(placement.container()))
                    .map(promotion -> service.orElseThrow().promoted(promotion));
            if (moved.isPresent()) {
                Map<String, Service> services = new LinkedHashMap<>(environment.services());
                services.put(placement.service(), moved.get());
                environments.put(placement.environment(), environment.withServices(services));
                changed = true;
            }
        }
        return changed ? InventoryJson.inventory(inventory.source(), environments) : inventory;
    }
}
