package io.muster.inventory;

/** The inventories: the newest valid one, and the one that each run pinned when it started. */
public interface Inventories {

    /** The newest valid inventory; a changed file is read again, an invalid change is reported and not taken. */
    Inventory current();

    /**
     * The inventory that the root run pinned.
     *
     * @throws IllegalStateException when that run pinned none
     */
    Inventory pinned(String rootRunId);

    /** Pins the current inventory for a root run, in the caller's transaction. */
    void pin(String rootRunId);
}
