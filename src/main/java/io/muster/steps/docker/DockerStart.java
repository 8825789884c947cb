package io.muster.steps.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotModifiedException;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.NotBlank;

@StepInfo(
        name = "dockerStart",
        title = "Start a container",
        description =
                "Starts a container that is there and stopped, as it is; one that runs is left alone. Whether it becomes healthy is for"
                        + " `checkContainer`. Fails with `NotFound` when it is not there.",
        category = "Docker",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY})
public class DockerStart implements Step<DockerStart.Input, DockerStart.Output> {

    public record Input(
            @NotBlank @Field(label = "Host", description = "A host with a Docker engine.", example = "experimental-01")
                    String host,
            @NotBlank @Field(label = "Name", description = "The container's name.", example = "notes") String name) {}

    public record Output(@Field(label = "Changed", description = "Whether it was stopped.") boolean changed) {}

    private final Engine engine;

    DockerStart(Engine engine) {
        this.engine = engine;
    }

    @Override
    public String target(Input input) {
        return input.host() + "/" + input.name();
    }

    @Override
    public Output run(Input input, StepContext context) {
        InspectContainerResponse before = engine.inspect(context, input.host(), input.name())
                .orElseThrow(() -> Missing.container(input.host(), input.name()));
        boolean running = Boolean.TRUE.equals(before.getState().getRunning());
        if (!running) {
            context.effect("docker start", target(input));
            engine.call(context, input.host(), "start container " + input.name(), docker -> start(docker, before));
        }
        context.log().info("Container " + target(input) + (running ? " runs already" : " was started"));
        return new Output(!running);
    }

    private static Void start(com.github.dockerjava.api.DockerClient docker, InspectContainerResponse container) {
        try {
            docker.startContainerCmd(container.getId()).exec();
        } catch (NotModifiedException e) {
            // Somebody started it since we looked.
        }
        return null;
    }
}
