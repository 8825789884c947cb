package io.muster.inventory;

/** The inventories of a file, with services where they were promoted to, and those that runs pinned in the database. */
final class FileInventories implements Inventories {

    private final FileInventory file;
    private final PinnedInventories pins;
    private final Effective effective;

    FileInventories(FileInventory file, PinnedInventories pins, Placements placements) {
        this.file = file;
        this.pins = pins;
        this.effective = new Effective(placements);
    }

    @Override
    public Inventory current() {
        return effective.of(file.state().inventory());
    }

    @Override
    public Inventory pinned(String rootRunId) {
        return pins.of(rootRunId);
    }

    @Override
    public void pin(String rootRunId) {
        pins.pin(rootRunId, current());
    }
}
