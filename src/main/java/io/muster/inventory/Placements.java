package io.muster.inventory;

import java.util.List;
import java.util.Optional;

/** Where services are by what runbooks did. Each write is a transaction of its own, so that no rollback unmakes it. */
public interface Placements {

    Optional<Placement> find(String environment, String service);

    List<Placement> all();

    /** Replaces what was known of the service. */
    void put(Placement placement);
}
