package io.muster.steps.external;

import io.muster.inventory.External;
import io.muster.inventory.Inventory;
import io.muster.inventory.Vantage;
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
        name = "externalPlan",
        title = "Plan the external verification",
        description = "Says what is expected of a service from outside, and from which host it is looked at. Where the"
                + " environment has no `vantage`, a person must look. Of a service without `external` nothing is expected"
                + " there, and it says so.",
        category = "External",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY})
public class ExternalPlan implements Step<ExternalPlan.Input, ExternalPlan.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service) {}

    public record Output(
            @Field(label = "Anything is expected", description = "Whether the service has `external`.")
                    boolean expected,
            @Field(
                            label = "Documented",
                            description = "Whether that is, as `criteriaCheck` reads it: true, or not asked.")
                    String documented,
            @Field(label = "There is a vantage host") boolean machine,
            @Field(label = "Vantage host", description = "Empty where there is none.") String vantage,
            @Field(label = "URL", description = "Empty where nothing is expected.") String url,
            @Field(label = "Expectation", description = "One sentence.") String expectation) {}

    private final Targets targets;

    ExternalPlan(Targets targets) {
        this.targets = targets;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Service service = targets.service(context, input.service());
        if (service.qualification().external().isEmpty()) {
            String why = Expectation.nothing(service);
            context.log().info("Nothing is looked at from outside: " + why);
            return new Output(false, Seen.NOT_ASKED, false, "", "", why);
        }
        External expected = Expectation.of(service);
        Optional<Vantage> vantage = targets.environment(context).facilities().vantage();
        String expectation = Expectation.text(expected);
        context.log()
                .info("Seen from "
                        + vantage.map(Vantage::host)
                                .orElse("outside by a person, since the environment has no `vantage`")
                        + ": " + expectation);
        return new Output(
                true, "true", vantage.isPresent(), vantage.map(Vantage::host).orElse(""), expected.url(), expectation);
    }
}
