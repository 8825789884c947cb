package io.muster.steps.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

@StepInfo(
        name = "checkContainer",
        title = "Check that a container is healthy",
        description =
                "Waits until a container runs and its health check (if it has one) says healthy, and then that it stays so"
                        + " for a while, without a restart. Fails at once when it is not there, has ended or is unhealthy.",
        category = "Check",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND, Reason.CHECK_FAILED, Reason.NOT_IN_INVENTORY})
public class CheckContainer implements Step<CheckContainer.Input, CheckContainer.Output> {

    private static final Duration LOOK = Duration.ofMillis(500);

    public record Input(
            @NotBlank @Field(label = "Host", description = "A host with a Docker engine.", example = "experimental-01")
                    String host,
            @NotBlank @Field(label = "Name", description = "The container's name.", example = "notes") String name,
            @Field(
                            label = "Within",
                            description = "How long it may take to become healthy, ISO-8601.",
                            defaultValue = "PT1M")
                    Duration within,
            @Field(label = "Stable for", description = "How long it must stay so, ISO-8601.", defaultValue = "PT0S")
                    Duration stableFor) {}

    public record Output(
            @Field(label = "Health", description = "healthy, or none without a health check.") String health,
            @Field(label = "Restarts", description = "The engine's count for this container.") int restarts) {}

    private final Engine engine;

    CheckContainer(Engine engine) {
        this.engine = engine;
    }

    @Override
    public String target(Input input) {
        return input.host() + "/" + input.name();
    }

    @Override
    public Output run(Input input, StepContext context) {
        InspectContainerResponse first = awaitHealthy(input, context);
        Instant until = context.clock().instant().plus(input.stableFor());
        InspectContainerResponse now = first;
        while (context.clock().instant().isBefore(until) || isFailing(now)) {
            context.pause(LOOK);
            now = look(input, context);
            refuseIfBad(input, context, now);
            if (restarted(first, now)) {
                throw failed(input, context, "restarted while it was watched", now);
            }
            if (!good(now)) {
                throw failed(input, context, "did not stay healthy", now);
            }
        }
        context.log()
                .info("Container " + target(input) + " runs, health " + DockerInspect.health(now)
                        + (input.stableFor().isZero() ? "" : ", stable for " + input.stableFor()));
        return new Output(DockerInspect.health(now), restarts(now));
    }

    /** Its newest probe failed, too few in a row yet to call it unhealthy: the next ones tell. */
    private static boolean isFailing(InspectContainerResponse container) {
        var health = container.getState().getHealth();
        return health != null && health.getFailingStreak() != null && health.getFailingStreak() > 0;
    }

    /** By its engine (counted), by a person (seen by its start), or replaced by another. */
    private static boolean restarted(InspectContainerResponse first, InspectContainerResponse now) {
        return !first.getId().equals(now.getId())
                || restarts(now) > restarts(first)
                || !Objects.equals(
                        first.getState().getStartedAt(), now.getState().getStartedAt());
    }

    private InspectContainerResponse awaitHealthy(Input input, StepContext context) {
        Instant until = context.clock().instant().plus(input.within());
        InspectContainerResponse container = look(input, context);
        while (!good(container)) {
            refuseIfBad(input, context, container);
            if (!context.clock().instant().isBefore(until)) {
                throw failed(input, context, "did not become healthy within " + input.within(), container);
            }
            context.pause(LOOK);
            container = look(input, context);
        }
        return container;
    }

    private static boolean good(InspectContainerResponse container) {
        String health = DockerInspect.health(container);
        return "running".equals(container.getState().getStatus())
                && (health.equals("healthy") || health.equals("none"));
    }

    private void refuseIfBad(Input input, StepContext context, InspectContainerResponse container) {
        if (DockerInspect.health(container).equals("unhealthy")) {
            throw failed(input, context, "is unhealthy", container);
        }
        String status = container.getState().getStatus();
        if ("exited".equals(status) || "dead".equals(status)) {
            throw failed(
                    input,
                    context,
                    "has ended with exit code " + container.getState().getExitCodeLong(),
                    container);
        }
    }

    private StepFailure failed(Input input, StepContext context, String what, InspectContainerResponse container) {
        return new StepFailure.Rejected(
                Reason.CHECK_FAILED,
                "Container " + target(input) + " " + what + " (status "
                        + container.getState().getStatus() + ", health "
                        + DockerInspect.health(container) + ", restarts " + restarts(container) + ")."
                        + lastProbe(container, context)
                        + " It was left as it is. Read its log (`docker logs " + input.name() + "` on " + input.host()
                        + "); when it is mended, retry this step.");
    }

    private static String lastProbe(InspectContainerResponse container, StepContext context) {
        var health = container.getState().getHealth();
        if (health == null || health.getLog() == null || health.getLog().isEmpty()) {
            return "";
        }
        String output = health.getLog().get(health.getLog().size() - 1).getOutput();
        String text = output == null ? "" : context.masked(output.strip());
        return text.isEmpty()
                ? ""
                : " Its health check said: \"" + (text.length() > 300 ? text.substring(0, 300) + "…" : text) + "\".";
    }

    private static int restarts(InspectContainerResponse container) {
        return Optional.ofNullable(container.getRestartCount()).orElse(0);
    }

    private InspectContainerResponse look(Input input, StepContext context) {
        return engine.inspect(context, input.host(), input.name())
                .orElseThrow(() -> Missing.container(input.host(), input.name()));
    }
}
