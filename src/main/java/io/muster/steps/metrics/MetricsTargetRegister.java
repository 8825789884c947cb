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
        name = "metricsTargetRegister",
        title = "Register a metrics target",
        description =
                "Writes the service's target file (Prometheus file_sd) on the monitoring host, in whole and atomically."
                        + " Left alone when it is as asked; a file of another environment is refused. `checkPrometheusTarget` sees whether it is scraped.",
        category = "Metrics",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY, Reason.CONFLICT})
public class MetricsTargetRegister implements Step<TargetInput, MetricsTargetRegister.Output> {

    public record Output(
            @Field(label = "Changed", description = "Whether the file had to be written.") boolean changed,
            @Field(label = "File", description = "host:path") String file) {}

    private final Targets targets;
    private final SshHosts hosts;

    MetricsTargetRegister(Targets targets, SshHosts hosts) {
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
        boolean changed = !file.is(wanted);
        if (changed) {
            context.effect("write file", file.describe());
            file.write(wanted);
        }
        context.log().info(file.describe() + (changed ? " written" : " was as asked already"));
        return new Output(changed, file.describe());
    }
}
