package io.muster.steps.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.NotBlank;
import java.util.Optional;

@StepInfo(
        name = "dockerRemove",
        title = "Remove a container",
        description =
                "Removes a stopped container, its volumes' data left alone. A running one is refused unless forced."
                        + " Does nothing when it is not there.",
        category = "Docker",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.CONFLICT, Reason.NOT_IN_INVENTORY})
public class DockerRemove implements Step<DockerRemove.Input, DockerRemove.Output> {

    public record Input(
            @NotBlank @Field(label = "Host", description = "A host with a Docker engine.", example = "experimental-01")
                    String host,
            @NotBlank @Field(label = "Name", description = "The container's name.", example = "notes--previous")
                    String name,
            @Field(label = "Force", description = "Also when it runs.", defaultValue = "false") boolean force,
            @Field(
                            label = "Service",
                            description =
                                    "Whose container it must be, made by Muster in this environment; where none is given, any.",
                            example = "notes")
                    String service) {}

    public record Output(@Field(label = "Changed", description = "Whether it was there.") boolean changed) {}

    private final Engine engine;

    DockerRemove(Engine engine) {
        this.engine = engine;
    }

    @Override
    public String target(Input input) {
        return input.host() + "/" + input.name();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Optional<InspectContainerResponse> found = engine.inspect(context, input.host(), input.name());
        if (found.isEmpty()) {
            context.log().info("There is no container " + target(input) + ".");
            return new Output(false);
        }
        Ownership.require(engine, context, input.host(), input.service(), found.get());
        if (Boolean.TRUE.equals(found.get().getState().getRunning()) && !input.force()) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    "Container " + target(input)
                            + " is running. Stop it first (step dockerStop), or set `force` to true.");
        }
        context.effect("docker rm", target(input));
        engine.call(context, input.host(), "remove container " + input.name(), docker -> {
            try {
                docker.removeContainerCmd(found.get().getId())
                        .withForce(input.force())
                        .exec();
            } catch (NotFoundException e) {
                // Somebody else removed it since we looked: it is gone, as asked.
            }
            return null;
        });
        context.log().info("Removed container " + target(input));
        return new Output(true);
    }
}
