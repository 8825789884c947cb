package io.muster.steps.service;

import io.muster.inventory.Inventory;
import io.muster.inventory.Placement;
import io.muster.inventory.Placements;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.util.Optional;

@StepInfo(
        name = "servicePromote",
        title = "Record where a service was promoted to",
        description =
                "Records in Muster's database that a service is where its `promotion` in the inventory says. Runs that start from"
                        + " then on, and the API, take it for there, also while the inventory's file still names the old host.",
        category = "Service",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY})
public class ServicePromote implements Step<ServicePromote.Input, ServicePromote.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service) {}

    public record Output(
            @Field(label = "Inventory", description = "How the inventory's file says the same, in Markdown.")
                    String inventory) {}

    private final Targets targets;
    private final Placements placements;

    ServicePromote(Targets targets, Placements placements) {
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
        Inventory.Promotion promotion = service.promotion()
                .orElseThrow(() -> new StepFailure.Rejected(
                        Reason.NOT_IN_INVENTORY,
                        "Service '" + service.name() + "' has no `promotion` in the inventory that this run pinned."));
        context.effect("record promotion", service.name());
        placements.put(new Placement(
                targets.environment(context).name(),
                service.name(),
                Placement.State.PROMOTED,
                promotion.container(),
                promotion.containerClass().text(),
                Optional.of(service.container()),
                Optional.empty(),
                context.run().rootId(),
                context.clock().instant()));
        context.log().info(service.name() + " is in " + promotion.container() + " now");
        return new Output(words(service, promotion));
    }

    private static String words(Inventory.Service service, Inventory.Promotion promotion) {
        return "To make the inventory's file say so, change `services." + service.name() + "`: `container: "
                + promotion.container() + "`, `class: "
                + promotion.containerClass().text()
                + "`, what else stands below `promotion` moved up to the service itself, and `promotion` removed. Until"
                + " then Muster takes the service for where it was promoted to as long as the file says `container: "
                + service.container() + "`.";
    }
}
