package io.muster.inventory;

import io.muster.inventory.FileInventory.State;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;

/**
 * Says which inventory is in force, and whether a newer change was refused. That is a state of its own, not down: runs go on
 * with the last valid one.
 */
final class InventoryHealth implements HealthIndicator {

    static final Status CHANGE_REFUSED =
            new Status("CHANGE_REFUSED", "The newest change of the inventory is not valid");

    private final FileInventory file;

    InventoryHealth(FileInventory file) {
        this.file = file;
    }

    @Override
    public Health health() {
        State state = file.state();
        Health.Builder health = state.refused().isEmpty() ? Health.up() : Health.status(CHANGE_REFUSED);
        health.withDetail("source", state.inventory().source())
                .withDetail("hash", state.inventory().hash())
                .withDetail("since", state.since().toString());
        if (!state.refused().isEmpty()) {
            health.withDetail(
                    "violations",
                    state.refused().stream().map(Violation::toString).toList());
        }
        return health.build();
    }
}
