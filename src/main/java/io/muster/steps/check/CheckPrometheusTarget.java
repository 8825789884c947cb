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
        name = "checkPrometheusTarget",
        title = "Check that Prometheus scrapes a target",
        description =
                "Asks the environment's Prometheus for its active targets of a job and checks that there is one and that"
                        + " all of them are up. A target that is not there fails as well as one that is down.",
        category = "Check",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.CHECK_FAILED, Reason.NOT_IN_INVENTORY})
public class CheckPrometheusTarget implements Step<CheckPrometheusTarget.Input, CheckPrometheusTarget.Output> {

    public record Input(
            @NotBlank @Field(label = "Job", description = "The label `job` of the target.", example = "notes")
                    String job,
            @Field(label = "Target", description = "host:port; any of the job when empty.", example = "192.0.2.10:8080")
                    String target,
            @Field(
                            label = "Within",
                            description = "How long it may take to come true, ISO-8601.",
                            defaultValue = "PT1M")
                    Duration within) {}

    public record Output(
            @Field(label = "Scrape URL") String scrapeUrl,
            @Field(label = "Last scrape", description = "ISO-8601.") String lastScrape) {}

    private final PrometheusTargets targets;

    CheckPrometheusTarget(PrometheusTargets targets) {
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
        String prometheus = targets.url(context);
        List<JsonNode> found = targets.ofJob(input.job(), context).stream()
                .filter(target -> input.target() == null
                        || input.target()
                                .equals(target.path("discoveredLabels")
                                        .path("__address__")
                                        .asText()))
                .toList();
        if (found.isEmpty()) {
            throw PrometheusTargets.failed("Prometheus at " + prometheus + " has no target of job '" + input.job() + "'"
                    + (input.target() == null ? "" : " at " + input.target())
                    + ". Register it (step metricsTargetRegister), and look that Prometheus watches that directory.");
        }
        for (JsonNode target : found) {
            String health = target.path("health").asText();
            if ("unknown".equals(health)) {
                throw PrometheusTargets.failed("Prometheus at " + prometheus + " has target "
                        + target.path("scrapeUrl").asText() + " of job '" + input.job()
                        + "', but has not scraped it yet. Give it more time (`within`), then retry.");
            }
            if (!"up".equals(health)) {
                throw PrometheusTargets.failed("Prometheus at " + prometheus + " has target "
                        + target.path("scrapeUrl").asText()
                        + " of job '" + input.job() + "', but its health is "
                        + health + ": \""
                        + target.path("lastError").asText() + "\". Mend the endpoint, then retry.");
            }
        }
        JsonNode first = found.get(0);
        context.log()
                .info("Prometheus scrapes " + first.path("scrapeUrl").asText() + ", last at "
                        + first.path("lastScrape").asText());
        return new Output(
                first.path("scrapeUrl").asText(), first.path("lastScrape").asText());
    }
}
