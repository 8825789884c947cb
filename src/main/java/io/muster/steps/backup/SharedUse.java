package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.SharedPlaces;
import io.muster.steps.Targets;
import java.util.Collection;
import java.util.List;
import org.springframework.stereotype.Component;

/** Other services that have the data of one too: what is put in its place would be put under them. */
@Component
final class SharedUse {

    private final Targets targets;
    private final ServiceContainer containers;

    SharedUse(Targets targets, ServiceContainer containers) {
        this.targets = targets;
        this.containers = containers;
    }

    List<SharedPlaces.Sharing> of(StepContext context, ServicePlan plan, Collection<DataItem> items) {
        List<SharedPlaces.Place> places = items.stream()
                .flatMap(item -> SharedPlaces.of(plan.environment(), plan.service(), item))
                .distinct()
                .toList();
        return SharedPlaces.of(places, plan.service().name(), targets.environments(context));
    }

    /** @throws StepFailure DataInUse where one of them runs, naming each */
    void refuse(StepContext context, ServicePlan plan, Collection<DataItem> items) {
        refuse(
                context,
                plan,
                items,
                "Nothing was replaced: it would be replaced under them. Stop them, then retry, and start them when"
                        + " the restore has ended.");
    }

    /** @throws StepFailure DataInUse where one of them runs on what was swapped in, naming each */
    void refuseUndo(StepContext context, ServicePlan plan, Collection<DataItem> swapped) {
        refuse(
                context,
                plan,
                swapped,
                "Nothing was put back: the restored data would be replaced under them. What was there before is kept beside"
                        + " it, in names that end in '." + Streams.tag(context)
                        + "-old'. Stop them, then retry, and start them when it is back.");
    }

    private void refuse(StepContext context, ServicePlan plan, Collection<DataItem> items, String advice) {
        List<String> running = of(context, plan, items).stream()
                .filter(sharing -> containers
                        .running(sharing.environment(), sharing.service())
                        .orElse(false))
                .map(sharing -> sharing.at().path() + " on " + sharing.at().host() + " by " + sharing.whose())
                .distinct()
                .toList();
        if (!running.isEmpty()) {
            throw new StepFailure.Rejected(
                    BackupFailure.IN_USE,
                    "The data of " + plan.service().name() + " is used, by volumes or backup plans of the inventory, by"
                            + " services that run: " + String.join("; ", running) + ". " + advice);
        }
    }

    void note(StepContext context, ServicePlan plan) {
        of(context, plan, plan.streamed()).stream()
                .map(sharing -> sharing.at().path() + " is data of " + sharing.whose() + " too")
                .distinct()
                .forEach(note -> context.log().info("Note: " + note + "; a restore replaces it for both."));
    }
}
