package io.muster.steps.metrics;

import io.muster.remote.SshHosts;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;

@StepInfo(
        name = "metricsTargetRemove",
        title = "Remove a metrics target",
        description =
                "Removes the service's target file (Prometheus file_sd) from the monitoring host. Does nothing when it"
                        + " is not there; a file of another environment is refused.",
        category = "Metrics",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY, Reason.CONFLICT})
public class MetricsTargetRemove implements Step<MetricsTargetRemove.Input, MetricsTargetRemove.Output> {

    public record Input(
            @NotBlank
                    @Pattern(
                            regexp = "[a-zA-Z0-9][a-zA-Z0-9_.-]*",
                            message = "must be a plain name: letters, digits, . _ -")
                    @Field(label = "Service", description = "As it was registered.", example = "notes")
                    String service) {}

    public record Output(@Field(label = "Changed", description = "Whether it was there.") boolean changed) {}

    private final Targets targets;
    private final SshHosts hosts;

    MetricsTargetRemove(Targets targets, SshHosts hosts) {
        this.targets = targets;
        this.hosts = hosts;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        TargetFile file = new TargetFile(targets, hosts, context, input.service());
        boolean changed = file.exists();
        context.effect("remove file", file.describe());
        file.remove();
        context.log().info(file.describe() + (changed ? " removed" : " was not there"));
        return new Output(changed);
    }
}
