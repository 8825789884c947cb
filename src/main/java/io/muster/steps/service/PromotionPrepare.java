package io.muster.steps.service;

import io.muster.inventory.Inventory;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;

@StepInfo(
        name = "promotionPrepare",
        title = "Prepare a service as it will be promoted",
        description =
                "Reads a service as its `promotion` in the inventory makes it: in that container, of that class, with what else"
                        + " differs there. Gives what `servicePrepare` gives.",
        category = "Service",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY, ServicePrepare.NOT_OBSERVABLE})
public class PromotionPrepare implements Step<PromotionPrepare.Input, ServicePrepare.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service) {}

    private final Targets targets;

    PromotionPrepare(Targets targets) {
        this.targets = targets;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public ServicePrepare.Output run(Input input, StepContext context) {
        Inventory.Service service = targets.service(context, input.service());
        Inventory.Promotion promotion = service.promotion()
                .orElseThrow(() -> new StepFailure.Rejected(
                        Reason.NOT_IN_INVENTORY,
                        "Service '" + service.name() + "' has no `promotion` in the inventory, so nothing says where it"
                                + " may be promoted to: add `promotion: {container: …, class: …}`, and what else differs there"
                                + " (ports, health, metrics, limits)."));
        if (promotion.container().equals(service.container())) {
            throw new StepFailure.Rejected(
                    Reason.NOT_IN_INVENTORY,
                    "Service '" + service.name() + "' is in " + service.container()
                            + " already: it was promoted before. There is nothing to promote.");
        }
        return ServicePrepare.prepared(targets, service.promoted(promotion), context);
    }
}
