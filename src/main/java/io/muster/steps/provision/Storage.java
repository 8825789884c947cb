package io.muster.steps.provision;

import io.muster.inventory.Inventory;
import java.nio.file.Path;

/** What of a host outlives its container. */
final class Storage {

    private Storage() {}

    static boolean isPersistent(Inventory.Host host, String path) {
        Path directory = Path.of(path).normalize();
        return directory.isAbsolute()
                && host.persistentStorage().stream()
                        .anyMatch(
                                storage -> directory.startsWith(Path.of(storage).normalize()));
    }
}
