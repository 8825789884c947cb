package io.muster.steps.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotModifiedException;
import io.muster.inventory.Secrets;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.ContainerOwner;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@StepInfo(
        name = "dockerRun",
        title = "Run a container as asked",
        description =
                "Makes a container be as asked: left alone when it already is, started when it is stopped, replaced when"
                        + " it differs. A replaced container is kept, stopped, as `<name>--previous`, so that a person can go back; it"
                        + " is never brought back by itself. The image must have been pulled. A container of that name that Muster"
                        + " did not create for this service in this environment is refused.",
        category = "Docker",
        changes = true,
        afterCrash = AfterCrash.RESUME,
        errors = {Reason.INVALID_INPUT, Reason.CONFLICT, Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY})
public class DockerRun implements Step<ContainerInput, DockerRun.Output> {

    private static final int STOP_SECONDS = 20;

    public record Output(
            @Field(label = "Changed", description = "Whether anything was changed.") boolean changed,
            @Field(label = "Container id") String containerId,
            @Field(label = "Summary", description = "What was done, one sentence.") String summary) {}

    private final Engine engine;
    private final Secrets secrets;

    DockerRun(Engine engine, Secrets secrets) {
        this.engine = engine;
        this.secrets = secrets;
    }

    @Override
    public String target(ContainerInput input) {
        return input.host() + "/" + input.name();
    }

    @Override
    public Output run(ContainerInput input, StepContext context) {
        ContainerSpec spec = new ContainerSpec(input, secrets);
        Ownership ownership = new Ownership(engine, context, input.host(), input.name());
        Optional<InspectContainerResponse> found = engine.inspect(context, input.host(), input.name());
        found.ifPresent(ownership::refuseForeign);
        boolean asAsked = found.isPresent()
                && Container.of(found.get()).differences(spec.wanted()).isEmpty();
        Output output = asAsked
                ? wake(input, ownership, found.get(), context)
                : replace(input, spec, ownership, found, context);
        context.log().info(output.summary());
        return output;
    }

    private Output wake(
            ContainerInput input, Ownership ownership, InspectContainerResponse container, StepContext context) {
        String id = container.getId();
        return switch (Wake.of(container)) {
            case NOTHING -> new Output(false, id, "Container " + target(input) + " already was as asked.");
            case UNPAUSE -> {
                context.effect("docker unpause", target(input));
                engine.call(
                        context,
                        input.host(),
                        "continue container " + input.name(),
                        docker -> docker.unpauseContainerCmd(id).exec());
                yield new Output(true, id, "Container " + target(input) + " was paused; continued it.");
            }
            case START -> {
                start(input, ownership, context, id);
                yield new Output(true, id, "Container " + target(input) + " was stopped; started it.");
            }
        };
    }

    private Output replace(
            ContainerInput input,
            ContainerSpec spec,
            Ownership ownership,
            Optional<InspectContainerResponse> old,
            StepContext context) {
        ownership.helpers(old.isPresent());
        removeLeftover(input, ownership.next(), context);
        String id = create(input, spec, ownership.next(), context);
        context.checkpoint();
        boolean ran = old.filter(DockerRun::everRan).isPresent();
        if (ran) {
            removeLeftover(input, ownership.previous(), context);
            stop(input, context, old.get());
            rename(input, context, old.get().getId(), ownership.previous());
        } else if (old.isPresent()) {
            // It must not take the place of an earlier one that did run: that is the one to go back to.
            remove(input, input.name(), old.get().getId(), context);
        }
        rename(input, context, id, input.name());
        start(input, ownership, context, id);
        String replaced =
                ran ? "; the earlier one is kept, stopped, as " + ownership.previous() + "." : ", which had never run.";
        return new Output(
                true,
                id,
                old.isPresent()
                        ? "Replaced container " + target(input) + replaced
                        : "Created and started container " + target(input) + ".");
    }

    private static boolean everRan(InspectContainerResponse container) {
        String startedAt = container.getState().getStartedAt();
        return startedAt != null && !startedAt.startsWith("0001-");
    }

    private void removeLeftover(ContainerInput input, String name, StepContext context) {
        engine.inspect(context, input.host(), name)
                .ifPresent(leftover -> remove(input, name, leftover.getId(), context));
    }

    private void remove(ContainerInput input, String name, String id, StepContext context) {
        context.effect("docker rm", input.host() + "/" + name);
        engine.call(context, input.host(), "remove container " + name, docker -> docker.removeContainerCmd(id)
                .withForce(true)
                .exec());
    }

    private String create(ContainerInput input, ContainerSpec spec, String name, StepContext context) {
        context.effect("docker create", input.host() + "/" + name);
        Map<String, String> labels = Map.of(
                "io.muster.run",
                context.run().rootId(),
                "io.muster.step-run",
                context.id().toString(),
                ContainerOwner.ENVIRONMENT_LABEL,
                Optional.ofNullable(context.run().environment()).orElse(""));
        try {
            return engine.call(context, input.host(), "create container " + name, docker -> {
                CreateContainerCmd create =
                        docker.createContainerCmd(spec.image()).withName(name).withHostName(input.name());
                spec.applyTo(create, labels);
                return create.exec().getId();
            });
        } catch (StepFailure.Rejected e) {
            if (e.reason().equals(Reason.NOT_FOUND)) {
                throw new StepFailure.Rejected(
                        Reason.NOT_FOUND,
                        e.getMessage() + " Pull " + spec.image()
                                + " first (step dockerPull), then retry. What ran before still runs.",
                        e);
            }
            throw e;
        }
    }

    private void stop(ContainerInput input, StepContext context, InspectContainerResponse container) {
        if (List.of("running", "paused", "restarting")
                .contains(container.getState().getStatus())) {
            context.effect("docker stop", input.host() + "/" + input.name());
            engine.call(context, input.host(), "stop container " + input.name(), docker -> docker.stopContainerCmd(
                            container.getId())
                    .withTimeout(STOP_SECONDS)
                    .exec());
        }
    }

    private void rename(ContainerInput input, StepContext context, String id, String name) {
        context.effect("docker rename", input.host() + "/" + name);
        engine.call(context, input.host(), "rename container to " + name, docker -> docker.renameContainerCmd(id)
                .withName(name)
                .exec());
    }

    private void start(ContainerInput input, Ownership ownership, StepContext context, String id) {
        context.effect("docker start", input.host() + "/" + input.name());
        try {
            engine.call(context, input.host(), "start container " + input.name(), docker -> {
                try {
                    docker.startContainerCmd(id).exec();
                } catch (NotModifiedException e) {
                    // Its restart policy was quicker.
                }
                return null;
            });
        } catch (StepFailure.Transient e) {
            throw e;
        } catch (StepFailure e) {
            throw new StepFailure.Fatal(e.reason(), e.getMessage() + afterFailedStart(input, ownership, context), e);
        }
    }

    private String afterFailedStart(ContainerInput input, Ownership ownership, StepContext context) {
        boolean earlier =
                engine.inspect(context, input.host(), ownership.previous()).isPresent();
        return " The new container " + input.name() + " is there and does not run."
                + (earlier ? " The earlier one is kept, stopped, as " + ownership.previous() + "." : "")
                + " Nothing else was touched. Mend the cause, then retry this step.";
    }
}
