package io.muster.sandbox.proxmox;

import java.util.List;
import java.util.Optional;

/**
 * A storage of the node. All have their files in one directory; only what they say of themselves differs.
 *
 * @param type dir, or btrfs, whose volumes can be snapshotted
 * @param content what it may hold
 */
record Storages(String name, String type, List<String> content) {

    static final String BTRFS = "local-btrfs";

    private static final List<Storages> ALL = List.of(
            new Storages(StorageFiles.NAME, "dir", List.of("iso", "vztmpl", "backup", "images", "rootdir", "snippets")),
            new Storages(BTRFS, "btrfs", List.of("images", "rootdir")));

    static List<Storages> all() {
        return ALL;
    }

    /** @throws ApiError 500 when there is none of that name */
    static Storages named(String name) {
        return find(name).orElseThrow(() -> ApiError.failed("storage '" + name + "' does not exist"));
    }

    static Optional<Storages> find(String name) {
        return ALL.stream().filter(storage -> storage.name().equals(name)).findFirst();
    }

    boolean snapshots() {
        return type.equals("btrfs");
    }

    boolean holds(String wanted) {
        return content.contains(wanted);
    }

    /** Whether all volumes of a container can be snapshotted; a directory that is mounted from the node never counts. */
    static boolean canSnapshot(ContainerConfig config) {
        return config.values().entrySet().stream()
                .filter(option -> Volumes.isVolume(option.getKey()))
                .map(option -> option.getValue().replaceFirst(":.*", ""))
                .allMatch(storage -> find(storage).filter(Storages::snapshots).isPresent());
    }
}
