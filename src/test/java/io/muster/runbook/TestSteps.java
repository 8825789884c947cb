package io.muster.runbook;

import io.muster.step.AfterCrash;
import io.muster.step.CleanedUp;
import io.muster.step.Field;
import io.muster.step.InputBinder;
import io.muster.step.Step;
import io.muster.step.StepCatalogue;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Steps for tests of what is made from the catalogue. */
final class TestSteps {

    private TestSteps() {}

    enum Platform {
        LINUX_AMD64,
        LINUX_ARM64
    }

    record PullInput(
            @NotBlank
                    @Field(
                            label = "Host",
                            description = "The host's name in the inventory.",
                            example = "experimental-01")
                    String host,
            @NotBlank
                    @Pattern(regexp = "[a-z0-9./:-]+")
                    @Field(
                            label = "Image",
                            description = "Repository and tag.",
                            example = "registry.sandbox.test:5000/notes:1.0.0")
                    String image,
            @Min(1) @Max(10) @Field(label = "Attempts", description = "How often it is tried.", defaultValue = "3")
                    int attempts,
            @Field(label = "Platform", description = "Only where it is not the engine's own.") Platform platform,
            @Field(label = "Quiet", description = "Without progress in the log.", defaultValue = "false") boolean quiet,
            @Field(
                            label = "Registry password",
                            description = "A reference.",
                            secret = true,
                            example = "secret:registry")
                    String password,
            @Field(label = "Labels", description = "Kept with the image.", example = "team=platform\ntier=1")
                    Map<String, String> labels,
            @Field(label = "Mirrors", description = "Asked first, in this order.") List<String> mirrors) {}

    record PullOutput(
            @Field(label = "Digest", description = "sha256 of the manifest.") String digest,
            @Field(label = "Took") Duration took) {}

    @StepInfo(
            name = "pullImage",
            title = "Pull an image",
            description = "Resolves the tag to a digest and pulls that. Leaves an image that is there already alone.",
            category = "Docker",
            changes = true,
            afterCrash = AfterCrash.REPEAT,
            timeout = "PT15M",
            errors = {"NotFound"})
    static final class PullImage implements Step<PullInput, PullOutput> {
        @Override
        public PullOutput run(PullInput input, StepContext context) {
            return new PullOutput("sha256:" + input.image().hashCode(), Duration.ofSeconds(1));
        }

        @Override
        public CleanedUp cleanUp(StepContext context) {
            return new CleanedUp("Removed the image.", false);
        }

        @Override
        public String target(PullInput input) {
            return input.host();
        }
    }

    record Greeting(@NotBlank @Field(label = "Name", example = "Ada") String name) {}

    record Nothing() {}

    @StepInfo(
            name = "sayHello",
            title = "Say hello",
            description = "Says hello in the log.",
            category = "Message",
            changes = false,
            afterCrash = AfterCrash.REPEAT)
    static final class SayHello implements Step<Greeting, Nothing> {
        @Override
        public Nothing run(Greeting input, StepContext context) {
            context.log().info("Hello " + input.name());
            return new Nothing();
        }

        @Override
        public String target(Greeting input) {
            return input.name();
        }
    }

    static StepCatalogue catalogue() {
        return new StepCatalogue(List.of(new SayHello(), new PullImage()), new InputBinder());
    }

    static RunbookLinter linter() {
        return new RunbookLinter(catalogue(), new InputBinder());
    }
}
