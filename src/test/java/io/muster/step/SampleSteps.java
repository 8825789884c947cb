package io.muster.step;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Steps with one component of each type, for tests of the contract. */
final class SampleSteps {

    private SampleSteps() {}

    enum Mode {
        ROLLING_UPDATE,
        ALL_AT_ONCE
    }

    public record Version(int major, int minor) {
        public static Version parse(String text) {
            if (!text.matches("\\d+\\.\\d+")) {
                throw new IllegalArgumentException("want major.minor");
            }
            String[] parts = text.split("\\.");
            return new Version(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
        }
    }

    record Everything(
            @NotBlank @Field(label = "Host", description = "The host's name in the inventory.", example = "core-01")
                    String host,
            @Min(1) @Max(65535) @Field(label = "Port", defaultValue = "22") int port,
            @Field(label = "Bytes") Long bytes,
            @Field(label = "Share") Double share,
            @NotNull @Field(label = "Dry run", defaultValue = "no") Boolean dryRun,
            @Field(label = "Pause") Duration pause,
            @Field(label = "File") Path file,
            @Field(label = "Mode") Mode mode,
            @Field(label = "Version") Version version,
            @Field(label = "Sizes") List<Integer> sizes,
            @Field(label = "Volumes") List<String> volumes,
            @Field(label = "Labels") Map<String, String> labels,
            @Field(label = "Token", secret = true) String token,
            @Field(label = "Script", multiline = true) String script) {

        @AssertTrue(message = "must not be given together with mode")
        boolean isVersionAlone() {
            return version == null || mode == null;
        }
    }

    record Answer(
            @Field(label = "Digest") String digest,
            @Field(label = "Took") Duration took,
            @Field(label = "Mode") Mode mode) {}

    @StepInfo(
            name = "everything",
            title = "Do everything",
            description = "Takes one of each.",
            category = "Sample",
            changes = true,
            afterCrash = AfterCrash.RESUME,
            timeout = "PT5M",
            errors = {"CheckFailed"})
    static final class EverythingStep implements Step<Everything, Answer> {
        @Override
        public Answer run(Everything input, StepContext context) {
            return new Answer("sha256:0", Duration.ofSeconds(1), input.mode());
        }

        @Override
        public String target(Everything input) {
            return input.host();
        }
    }

    record Names(@NotEmpty @Field(label = "Names") List<@NotBlank String> names) {
        Names {
            if (names.contains("root")) {
                throw new IllegalArgumentException("root is taken");
            }
        }
    }

    record Nothing() {}

    @StepInfo(
            name = "names",
            title = "Name things",
            description = "Names them.",
            category = "Sample",
            changes = false,
            afterCrash = AfterCrash.REPEAT)
    static final class NamesStep implements Step<Names, Nothing> {
        @Override
        public Nothing run(Names input, StepContext context) {
            return new Nothing();
        }

        @Override
        public String target(Names input) {
            return String.join(", ", input.names());
        }
    }

    static StepDescriptor describe(Step<?, ?> step) {
        return new StepCatalogue(List.of(step), new InputBinder())
                .all()
                .iterator()
                .next();
    }
}
