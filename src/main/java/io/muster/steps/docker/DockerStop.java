package io.muster.steps.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotModifiedException;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.PositiveOrZero;

@StepInfo(
        name = "dockerStop",
        title = "Stop a container",
        description =
                "Stops a container and looks that it has stopped. Does nothing when it is stopped already; fails when it"
                        + " is not there.",
        category = "Docker",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND, Reason.CONFLICT, Reason.NOT_IN_INVENTORY})
public class DockerStop implements Step<DockerStop.Input, DockerStop.Output> {

    public record Input(
            @NotBlank @Field(label = "Host", description = "A host with a Docker engine.", example = "experimental-01")
                    String host,
            @NotBlank @Field(label = "Name", description = "The container's name.", example = "notes") String name,
            @PositiveOrZero
                    @Field(
                            label = "Grace seconds",
                            description = "How long it may take to end by itself before it is killed.",
                            defaultValue = "20")
                    int graceSeconds,
            @Field(
                            label = "Service",
                            description =
                                    "Whose container it must be, made by Muster in this environment; where none is given, any.",
                            example = "notes")
                    String service) {}

    public record Output(
            @Field(label = "Changed", description = "Whether it was running.") boolean changed,
            @Field(label = "Exit code") long exitCode) {}

    private final Engine engine;

    DockerStop(Engine engine) {
        this.engine = engine;
    }

    @Override
    public String target(Input input) {
        return input.host() + "/" + input.name();
    }

    @Override
    public Output run(Input input, StepContext context) {
        InspectContainerResponse before = look(input, context);
        Ownership.require(engine, context, input.host(), input.service(), before);
        boolean running = Boolean.TRUE.equals(before.getState().getRunning());
        if (running) {
            context.effect("docker stop", target(input));
            engine.call(context, input.host(), "stop container " + input.name(), docker -> stop(docker, before, input));
        }
        InspectContainerResponse after = look(input, context);
        if (Boolean.TRUE.equals(after.getState().getRunning())) {
            throw new StepFailure.Transient(
                    Reason.TASK_FAILED,
                    "Container " + target(input) + " still runs after the engine said that it stopped it.");
        }
        context.log()
                .info("Container " + target(input) + (running ? " stopped" : " was stopped already") + ", exit code "
                        + after.getState().getExitCodeLong());
        return new Output(running, after.getState().getExitCodeLong());
    }

    private static Void stop(
            com.github.dockerjava.api.DockerClient docker, InspectContainerResponse container, Input input) {
        try {
            docker.stopContainerCmd(container.getId())
                    .withTimeout(input.graceSeconds())
                    .exec();
        } catch (NotModifiedException e) {
            // It ended by itself since we looked.
        }
        return null;
    }

    private InspectContainerResponse look(Input input, StepContext context) {
        return engine.inspect(context, input.host(), input.name())
                .orElseThrow(() -> Missing.container(input.host(), input.name()));
    }
}
