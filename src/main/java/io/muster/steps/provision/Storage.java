package io.muster.steps.provision;

import io.muster.inventory.Inventory;
import java.nio.file.Path;
import java.util.List;

/** What of a host outlives its container. */
final class Storage {

    private Storage() {}

    /** The volumes of the host's services that are on its persistent storage. */
    static List<String> directories(Inventory.Environment environment, Inventory.Host host) {
        return environment.services().values().stream()
                .filter(service -> service.container().equals(host.name()))
                .flatMap(service -> service.volumes().stream())
                .map(Inventory.Volume::source)
                .filter(source -> isPersistent(host, source))
                .distinct()
                .sorted()
                .toList();
    }

    static boolean isPersistent(Inventory.Host host, String path) {
        Path directory = Path.of(path).normalize();
        return directory.isAbsolute()
                && host.persistentStorage().stream()
                        .anyMatch(
                                storage -> directory.startsWith(Path.of(storage).normalize()));
    }
}
