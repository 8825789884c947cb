package io.muster.steps.wipe;

import io.muster.inventory.Inventory;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.PlannedData;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import java.util.stream.Stream;

@StepInfo(
        name = "wipeAllowed",
        title = "Check that a wipe is allowed",
        description =
                "Refuses with `Protected` a service that the inventory protects, itself, its host or its environment,"
                        + " naming which; and"
                        + " with `Conflict` one whose data, by its backup plan, Muster cannot remove, or that shares it, or that a restore"
                        + " would refuse to put back where it is (a mount point, a symbolic link).",
        category = "Drill",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Protection.PROTECTED, Reason.CONFLICT, Reason.NOT_IN_INVENTORY})
public class WipeAllowed implements Step<WipeAllowed.Input, WipeAllowed.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service) {}

    public record Output(@Field(label = "Host", description = "Where it runs.") String host) {}

    private final Targets targets;
    private final PlannedData data;

    WipeAllowed(Targets targets, PlannedData data) {
        this.targets = targets;
        this.data = data;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Service service = targets.service(context, input.service());
        Inventory.Host host = targets.host(context, service.container());
        Protection.refuse(targets.environment(context), service, host);
        List<String> unremovable = Stream.concat(
                        data.shared(context, service.name()).stream(),
                        data.unremovable(context, service.name()).stream())
                .toList();
        List<String> unswappable = data.unswappable(context, service.name());
        if (!unremovable.isEmpty() || !unswappable.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    "The data of " + service.name() + " cannot be wiped: "
                            + String.join(
                                    "; ",
                                    Stream.concat(unremovable.stream(), unswappable.stream())
                                            .toList())
                            + ". Nothing was touched."
                            + (unswappable.isEmpty()
                                    ? " To prove its recovery without a wipe, start `restore-test`."
                                    : " Mend that there first."));
        }
        return new Output(host.name());
    }
}
