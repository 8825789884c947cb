package io.muster.steps.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Attempts;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.List;

@StepInfo(
        name = "checkNoPrometheusTarget",
        title = "Check that Prometheus scrapes a target no more",
        description = "Asks the environment's Prometheus for its active targets and checks that none of a job is left.",
        category = "Check",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.CHECK_FAILED, Reason.NOT_IN_INVENTORY})
public class CheckNoPrometheusTarget implements Step<CheckNoPrometheusTarget.Input, CheckNoPrometheusTarget.Output> {

    public record Input(
            @NotBlank @Field(label = "Job", description = "The label `job` of the target.", example = "notes")
                    String job,
            @Field(
                            label = "Within",
                            description = "How long it may take to come true, ISO-8601.",
                            defaultValue = "PT1M")
                    Duration within) {}

    public record Output(@Field(label = "Targets", description = "0: none is left.") int targets) {}

    private final PrometheusTargets targets;

    CheckNoPrometheusTarget(PrometheusTargets targets) {
        this.targets = targets;
    }

    @Override
    public String target(Input input) {
        return input.job();
    }

    @Override
    public Output run(Input input, StepContext context) {
        return Attempts.within(input.within(), context, () -> look(input, context));
    }

    private Output look(Input input, StepContext context) {
        List<JsonNode> found = targets.ofJob(input.job(), context);
        if (!found.isEmpty()) {
            throw PrometheusTargets.failed("Prometheus at " + targets.url(context) + " still has "
                    + found.get(0).path("scrapeUrl").asText() + " of job '" + input.job()
                    + "'. Look for its target file, and whether Prometheus watches that directory, then retry.");
        }
        context.log().info("Prometheus has no target of job '" + input.job() + "'.");
        return new Output(0);
    }
}
