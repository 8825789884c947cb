package io.muster.steps.metrics;

import io.muster.remote.SshHosts;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;

@StepInfo(
        name = "metricsTargetPlan",
        title = "Compare a metrics target with what is asked",
        description =
                "Says whether `metricsTargetRegister` with the same input would change anything, and changes nothing.",
        category = "Metrics",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY, Reason.CONFLICT})
public class MetricsTargetPlan implements Step<TargetInput, MetricsTargetPlan.Output> {

    public record Output(
            @Field(label = "Changes", description = "Whether anything would change.") boolean changes,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final SshHosts hosts;

    MetricsTargetPlan(Targets targets, SshHosts hosts) {
        this.targets = targets;
        this.hosts = hosts;
    }

    @Override
    public String target(TargetInput input) {
        return input.service();
    }

    @Override
    public Output run(TargetInput input, StepContext context) {
        TargetFile file = new TargetFile(targets, hosts, context, input.service());
        var wanted = TargetFile.content(input, context.run().environment());
        boolean changes = !file.is(wanted);
        String summary = !changes
                ? "Metrics target " + input.target() + " is registered as asked."
                : (file.exists() ? "Metrics target will be changed to " : "Metrics target will be registered: ")
                        + input.scheme() + "://" + input.target() + input.path() + " in " + file.describe() + ".";
        context.log().info(summary);
        return new Output(changes, summary);
    }
}
