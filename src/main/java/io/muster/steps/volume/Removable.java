package io.muster.steps.volume;

import io.muster.inventory.Inventory;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.Targets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/** Whether volumes are a service's alone, on storage that is meant for data: only such are ever removed. */
@Component
final class Removable {

    private final Targets targets;

    Removable(Targets targets) {
        this.targets = targets;
    }

    /** @throws StepFailure Conflict, naming everything that stands against it */
    void check(String service, String host, List<String> volumes, StepContext context) {
        List<String> wrong = new ArrayList<>();
        List<String> storage = targets.host(context, host).persistentStorage();
        for (String volume : volumes) {
            Path path = Path.of(volume);
            boolean below =
                    storage.stream().map(Path::of).anyMatch(root -> path.startsWith(root) && !path.equals(root));
            if (!below) {
                wrong.add(volume + " is not below persistent storage of " + host);
            }
            others(service, host, context).stream()
                    .filter(other -> uses(other, path))
                    .forEach(other -> wrong.add(volume + " is used by service " + other.name() + " too"));
        }
        if (!wrong.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    "The data of " + service + " on " + host + " is not removed: " + String.join("; ", wrong)
                            + ". Keep the data, or mend the inventory, and start again.");
        }
    }

    private List<Inventory.Service> others(String service, String host, StepContext context) {
        return targets.environment(context).services().values().stream()
                .filter(other ->
                        !other.name().equals(service) && other.container().equals(host))
                .toList();
    }

    private static boolean uses(Inventory.Service other, Path path) {
        return other.volumes().stream()
                .map(volume -> Path.of(volume.source()))
                .anyMatch(source -> source.startsWith(path) || path.startsWith(source));
    }
}
