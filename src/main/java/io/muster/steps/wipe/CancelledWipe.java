package io.muster.steps.wipe;

import io.muster.inventory.Inventory;
import io.muster.step.CleanedUp;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.PlannedData;
import io.muster.steps.Targets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** What a cancelled wipe has removed and left, by what its steps recorded and by looking. Removes nothing more. */
@Component
final class CancelledWipe {

    private static final String LEFT =
            """
            printf '%s\\n' "$PATHS" | while IFS= read -r p; do
              for f in "$p" "$p".muster-wipe-*; do [ ! -e "$f" ] && [ ! -L "$f" ] || echo "$f"; done
            done
            """;

    private final Targets targets;
    private final Engines engines;
    private final Shell shell;
    private final PlannedData data;

    CancelledWipe(Targets targets, Engines engines, Shell shell, PlannedData data) {
        this.targets = targets;
        this.engines = engines;
        this.shell = shell;
        this.data = data;
    }

    /** @throws StepFailure TaskFailed where something was removed in part, which is named */
    CleanedUp cleanUp(StepContext context) {
        Inventory.Service service = targets.service(context, context.run().service());
        List<String> begun = begun(context);
        List<String> there = new ArrayList<>();
        boolean container = containers(context, service, there);
        if (begun.isEmpty()) {
            return new CleanedUp("The wipe was cancelled before anything was removed.", container);
        }
        List<String> half = new ArrayList<>();
        volumes(context, service, there, half);
        data.present(context, service.name()).forEach(item -> there.add(item.label()));
        String said = "The wipe was cancelled when it had begun to remove: " + String.join(", ", begun)
                + ". Still there: " + (there.isEmpty() ? "nothing" : String.join(", ", there)) + ". ";
        if (!half.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.TASK_FAILED,
                    said + "Removed in part, and left so: " + String.join(", ", half) + " on " + service.container()
                            + ". Look at it, then remove it; `service-deployment` and `service-restore` bring the service back.");
        }
        return new CleanedUp(
                said
                        + "`service-deployment` brings the container back and `service-restore` the data; `service-wipe` removes the rest.",
                container);
    }

    /** Each once, as it was recorded, and whether it was seen to its end. */
    private static List<String> begun(StepContext context) {
        Map<String, String> begun = new LinkedHashMap<>();
        for (StepContext.Effect effect : context.recorded()) {
            switch (effect.kind()) {
                case WipeRemove.CONTAINER -> begun.put(effect.target(), "container " + effect.target());
                case WipeRemove.DATA, WipeRemove.ITEM -> begun.putIfAbsent(
                        effect.target(), effect.target() + " (its end is not recorded)");
                case WipeRemove.DATA_WIPED, WipeRemove.ITEM_WIPED -> begun.put(
                        effect.target(), effect.target() + " (gone)");
                default -> {
                    // Of another step.
                }
            }
        }
        return List.copyOf(begun.values());
    }

    private boolean containers(StepContext context, Inventory.Service service, List<String> there) {
        Stream.of(service.name(), service.name() + "--previous").forEach(name -> {
            Optional<String> id = engines.id(context, service.container(), name);
            id.ifPresent(it -> there.add("container " + service.container() + "/" + name + " (" + it + ")"));
        });
        return !there.isEmpty();
    }

    private void volumes(StepContext context, Inventory.Service service, List<String> there, List<String> half) {
        List<String> volumes = WipePlan.Volumes.of(service);
        Shell.Answer answer =
                shell.run(context, service.container(), LEFT, Map.of("PATHS", String.join("\n", volumes)));
        answer.output().lines().filter(line -> !line.isBlank()).forEach(line -> (volumes.contains(line) ? there : half)
                .add(line));
    }
}
