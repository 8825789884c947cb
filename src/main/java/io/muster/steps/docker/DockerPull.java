package io.muster.steps.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.PullResponseItem;
import io.muster.inventory.Inventory;
import io.muster.inventory.Secrets;
import io.muster.remote.registry.ImageName;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.SecretValues;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

@StepInfo(
        name = "dockerPull",
        title = "Pull an image by digest",
        description =
                "Pulls exactly the image that a digest names (`imageResolve` makes a digest of a tag), and looks that the"
                        + " engine has it. Does nothing when it is there already.",
        category = "Docker",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT30M",
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY, DockerPull.PULL_FAILED})
public class DockerPull implements Step<DockerPull.Input, DockerPull.Output> {

    static final String PULL_FAILED = "PullFailed";

    /** What is said of a failure that is none of those with a reason of their own. */
    private static final String DOCKER_ERROR = "DockerError";

    public record Input(
            @NotBlank @Field(label = "Host", description = "A host with a Docker engine.", example = "experimental-01")
                    String host,
            @NotBlank
                    @Pattern(regexp = ".+@sha256:[0-9a-f]{64}", message = "must end in a digest: repository@sha256:…")
                    @Field(
                            label = "Image",
                            description = "Repository and digest.",
                            example = "registry.example/notes@sha256:"
                                    + "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
                    String image) {}

    public record Output(
            @Field(label = "Changed", description = "Whether it had to be pulled.") boolean changed,
            @Field(label = "Image id") String imageId) {}

    private final Engine engine;
    private final Targets targets;
    private final Secrets secrets;

    DockerPull(Engine engine, Targets targets, Secrets secrets) {
        this.engine = engine;
        this.targets = targets;
        this.secrets = secrets;
    }

    @Override
    public String target(Input input) {
        return input.host();
    }

    @Override
    public Output run(Input input, StepContext context) {
        String present = imageId(input, context);
        if (present != null) {
            context.log().info(input.host() + " has " + input.image() + " already.");
            return new Output(false, present);
        }
        context.effect("docker pull", input.host() + "/" + input.image());
        Optional<AuthConfig> credentials = credentials(input, context);
        pull(input, credentials, context);
        String pulled = imageId(input, context);
        if (pulled == null) {
            throw new StepFailure.Transient(
                    PULL_FAILED,
                    "The engine of " + input.host() + " reported that it pulled " + input.image()
                            + ", but does not have it. Look at the engine's free space and log.");
        }
        context.log().info("Pulled " + input.image());
        return new Output(true, pulled);
    }

    private String imageId(Input input, StepContext context) {
        return engine.call(context, input.host(), "inspect image " + input.image(), docker -> {
            try {
                var image = docker.inspectImageCmd(input.image()).exec();
                // By digest: engines shorten names (docker.io/library/x is x), and drop a tag beside a digest.
                String digest = input.image().substring(input.image().lastIndexOf('@'));
                List<String> digests = image.getRepoDigests();
                return digests != null && digests.stream().anyMatch(name -> name.endsWith(digest))
                        ? image.getId()
                        : null;
            } catch (NotFoundException e) {
                return null;
            }
        });
    }

    /** The inventory's for the image's registry. */
    private Optional<AuthConfig> credentials(Input input, StepContext context) {
        Inventory.Registry registry = targets.environment(context)
                .registries()
                .get(ImageName.parse(input.image()).registry());
        return Optional.ofNullable(registry).flatMap(known -> known.username().map(user -> new AuthConfig()
                .withRegistryAddress(known.name())
                .withUsername(user)
                .withPassword(known.password()
                        .map(ref -> SecretValues.resolve(secrets, "The password for " + known.name(), ref))
                        .orElse(""))));
    }

    private void pull(Input input, Optional<AuthConfig> credentials, StepContext context) {
        try {
            engine.call(
                    context,
                    input.host(),
                    "pull " + input.image(),
                    docker -> pull(docker, input, credentials, context));
        } catch (StepFailure e) {
            throw e.reason().equals(DOCKER_ERROR) ? new StepFailure.Transient(PULL_FAILED, e.getMessage(), e) : e;
        }
    }

    private static Void pull(DockerClient docker, Input input, Optional<AuthConfig> credentials, StepContext context) {
        Progress progress = new Progress(context);
        PullImageCmd command = docker.pullImageCmd(input.image());
        credentials.ifPresent(command::withAuthConfig);
        command.exec(progress);
        progress.await(context);
        if (progress.error.get() != null) {
            // In the engine's words, which tell a missing image from a refused log-in and from a registry that is down.
            throw new DockerClientException(progress.error.get());
        }
        return null;
    }

    /** Logs each layer's change of state once; the engine reports progress many times a second. */
    private static final class Progress extends Stream<PullResponseItem> {
        private final StepContext context;
        private final java.util.Map<String, String> states = new java.util.HashMap<>();
        private final AtomicReference<String> error = new AtomicReference<>();

        Progress(StepContext context) {
            this.context = context;
        }

        @Override
        public void onNext(PullResponseItem item) {
            if (item.getErrorDetail() != null) {
                error.compareAndSet(null, item.getErrorDetail().getMessage());
            }
            String layer = item.getId() == null ? "" : item.getId();
            if (item.getStatus() != null && !item.getStatus().equals(states.put(layer, item.getStatus()))) {
                context.log().info(layer.isEmpty() ? item.getStatus() : layer + ": " + item.getStatus());
            }
        }
    }
}
