package io.muster.steps.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.NotBlank;
import java.util.Optional;

@StepInfo(
        name = "dockerInspect",
        title = "Look at a container",
        description =
                "Says whether a container is there, what it runs and how it is. Its absence is an answer, not a failure.",
        category = "Docker",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.CONFLICT, Reason.NOT_IN_INVENTORY})
public class DockerInspect implements Step<DockerInspect.Input, DockerInspect.Output> {

    public record Input(
            @NotBlank @Field(label = "Host", description = "A host with a Docker engine.", example = "experimental-01")
                    String host,
            @NotBlank @Field(label = "Name", description = "The container's name.", example = "notes") String name,
            @Field(
                            label = "Service",
                            description =
                                    "Whose container it must be, made by Muster in this environment; where none is given, any.",
                            example = "notes")
                    String service) {}

    public record Output(
            @Field(label = "Exists") boolean exists,
            @Field(label = "Status", description = "created, running, paused, restarting, exited, dead; or absent.")
                    String status,
            @Field(label = "Health", description = "starting, healthy, unhealthy; none without a health check.")
                    String health,
            @Field(label = "Image", description = "As it was created with.") String image,
            @Field(label = "Version", description = "The label io.muster.version; empty without it.") String version,
            @Field(label = "Container id") String containerId,
            @Field(label = "Started at", description = "ISO-8601.") String startedAt,
            @Field(label = "Restarts") int restarts,
            @Field(label = "Restart policy", description = "That it has: no, always, unless-stopped, on-failure:n.")
                    String restartPolicy) {}

    private final Engine engine;

    DockerInspect(Engine engine) {
        this.engine = engine;
    }

    @Override
    public String target(Input input) {
        return input.host() + "/" + input.name();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Optional<InspectContainerResponse> found = engine.inspect(context, input.host(), input.name());
        found.ifPresent(container -> Ownership.require(engine, context, input.host(), input.service(), container));
        Output output =
                found.map(DockerInspect::describe).orElse(new Output(false, "absent", "none", "", "", "", "", 0, ""));
        context.log()
                .info("Container " + target(input) + " is " + output.status()
                        + (output.exists() ? ", health " + output.health() + ", image " + output.image() : ""));
        return output;
    }

    private static Output describe(InspectContainerResponse container) {
        return new Output(
                true,
                container.getState().getStatus(),
                health(container),
                container.getConfig().getImage(),
                Container.of(container).aspects().get("version"),
                container.getId(),
                container.getState().getStartedAt(),
                Optional.ofNullable(container.getRestartCount()).orElse(0),
                Container.of(container).aspects().getOrDefault("restart policy", "no"));
    }

    static String health(InspectContainerResponse container) {
        var health = container.getState().getHealth();
        return health == null
                        || health.getStatus() == null
                        || health.getStatus().isEmpty()
                ? "none"
                : health.getStatus();
    }
}
