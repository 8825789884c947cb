package io.muster.steps.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import java.util.concurrent.atomic.AtomicLong;

@StepInfo(
        name = "dockerLogs",
        title = "Read a container's log",
        description =
                "Copies the last lines of a container's output to the step's log. Fails when the container is not there"
                        + " or its log cannot be read.",
        category = "Docker",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY})
public class DockerLogs implements Step<DockerLogs.Input, DockerLogs.Output> {

    public record Input(
            @NotBlank @Field(label = "Host", description = "A host with a Docker engine.", example = "experimental-01")
                    String host,
            @NotBlank @Field(label = "Name", description = "The container's name.", example = "notes") String name,
            @Positive
                    @Max(100_000)
                    @Field(label = "Lines", description = "How many, from the end.", defaultValue = "50")
                    int lines) {}

    public record Output(@Field(label = "Bytes", description = "How much was read.") long bytes) {}

    private final Engine engine;

    DockerLogs(Engine engine) {
        this.engine = engine;
    }

    @Override
    public String target(Input input) {
        return input.host() + "/" + input.name();
    }

    @Override
    public Output run(Input input, StepContext context) {
        var container = engine.inspect(context, input.host(), input.name())
                .orElseThrow(() -> Missing.container(input.host(), input.name()));
        long bytes = engine.call(
                context,
                input.host(),
                "read the log of " + input.name(),
                docker -> copy(docker, container.getId(), input, context));
        context.log().info("Read " + bytes + " bytes of the log of " + target(input));
        return new Output(bytes);
    }

    private static long copy(DockerClient docker, String id, Input input, StepContext context) {
        AtomicLong bytes = new AtomicLong();
        Stream<Frame> frames = new Stream<>() {
            @Override
            public void onNext(Frame frame) {
                bytes.addAndGet(frame.getPayload().length);
                if (frame.getStreamType() == StreamType.STDERR) {
                    context.log().err(frame.getPayload(), 0, frame.getPayload().length);
                } else {
                    context.log().out(frame.getPayload(), 0, frame.getPayload().length);
                }
            }
        };
        docker.logContainerCmd(id)
                .withStdOut(true)
                .withStdErr(true)
                .withTail(input.lines())
                .exec(frames);
        frames.await(context);
        return bytes.get();
    }
}
