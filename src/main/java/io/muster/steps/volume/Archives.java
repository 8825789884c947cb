package io.muster.steps.volume;

import io.muster.inventory.Inventory;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.Targets;
import java.nio.file.Path;
import org.springframework.stereotype.Component;

/** Where archives of the run's environment belong. */
@Component
final class Archives {

    private final Targets targets;

    Archives(Targets targets) {
        this.targets = targets;
    }

    /** @param path of this run's archive of the service: the same for each attempt */
    record Place(String host, String root, String path) {
        String describe() {
            return host + ":" + path;
        }
    }

    /** @throws StepFailure NotInInventory when there is no place, or none that outlives the service's own host */
    Place of(String service, String serviceHost, StepContext context) {
        Inventory.Environment environment = targets.environment(context);
        Inventory.Archive archive = environment
                .archive()
                .orElseThrow(() -> refused("Environment '" + environment.name()
                        + "' has no `archive` in the inventory: name a host and a directory on its persistent storage,"
                        + " `archive: {host: …, directory: …}`."));
        Inventory.Host host = targets.host(context, archive.host());
        if (archive.host().equals(serviceHost)) {
            throw refused("The archive is on " + serviceHost + ", the host that " + service
                    + " is in: it must be on another one. Change `archive` in the inventory.");
        }
        if (host.persistentStorage().stream()
                .noneMatch(root -> Path.of(archive.directory()).startsWith(Path.of(root)))) {
            throw refused("The archive's directory " + archive.directory() + " is not below `persistent-storage` of "
                    + archive.host() + " in the inventory, so it may not outlive that container. Change one of them.");
        }
        String path = archive.directory() + "/" + environment.name() + "/" + service + "/"
                + context.run().rootId();
        return new Place(archive.host(), archive.directory(), path);
    }

    private static StepFailure refused(String message) {
        return new StepFailure.Rejected(Reason.NOT_IN_INVENTORY, message);
    }
}
