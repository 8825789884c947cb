package io.muster.steps.volume;

import io.muster.inventory.Inventory;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.SharedPlaces;
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
        }
        Inventory.Environment environment = targets.environment(context);
        List<SharedPlaces.Place> places = volumes.stream()
                .map(volume -> SharedPlaces.place(environment, host, volume))
                .toList();
        SharedPlaces.of(places, service, targets.environments(context)).stream()
                .map(sharing -> sharing.at().path() + " is used by " + sharing.whose() + " too")
                .distinct()
                .forEach(wrong::add);
        if (!wrong.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    "The data of " + service + " on " + host + " is not removed: " + String.join("; ", wrong)
                            + ". Keep the data, or mend the inventory, and start again.");
        }
    }
}
