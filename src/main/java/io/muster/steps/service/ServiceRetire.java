package io.muster.steps.service;

import io.muster.inventory.Inventory;
import io.muster.inventory.Placement;
import io.muster.inventory.Placements;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.util.Optional;

@StepInfo(
        name = "serviceRetire",
        title = "Record that a service is retired",
        description =
                "Records in Muster's database that a service is retired and where its archive is; where it had been promoted"
                        + " to is forgotten. A later deployment makes it a service again.",
        category = "Service",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY})
public class ServiceRetire implements Step<ServiceRetire.Input, ServiceRetire.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service,
            @NotBlank
                    @Field(
                            label = "Archive",
                            description = "Where its data is, host:/path.",
                            example = "monitoring-01:/srv/persistent/archive/sandbox/notes/1")
                    String archive) {}

    public record Output(@Field(label = "Since", description = "ISO-8601.") String since) {}

    private final Targets targets;
    private final Placements placements;

    ServiceRetire(Targets targets, Placements placements) {
        this.targets = targets;
        this.placements = placements;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Service service = targets.service(context, input.service());
        Placement retired = new Placement(
                targets.environment(context).name(),
                service.name(),
                Placement.State.RETIRED,
                service.container(),
                service.containerClass().text(),
                Optional.empty(),
                Optional.of(input.archive()),
                context.run().rootId(),
                context.clock().instant());
        context.effect("record retirement", service.name());
        placements.put(retired);
        context.log().info(service.name() + " is retired; its data is in " + input.archive());
        return new Output(retired.since().toString());
    }
}
