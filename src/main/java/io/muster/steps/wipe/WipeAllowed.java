package io.muster.steps.wipe;

import io.muster.inventory.Inventory;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;

@StepInfo(
        name = "wipeAllowed",
        title = "Check that a wipe is allowed",
        description =
                "Refuses with `Protected` a service that the inventory protects, itself, its host or its environment,"
                        + " naming which.",
        category = "Drill",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Protection.PROTECTED, Reason.NOT_IN_INVENTORY})
public class WipeAllowed implements Step<WipeAllowed.Input, WipeAllowed.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service) {}

    public record Output(@Field(label = "Host", description = "Where it runs.") String host) {}

    private final Targets targets;

    WipeAllowed(Targets targets) {
        this.targets = targets;
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
        return new Output(host.name());
    }
}
