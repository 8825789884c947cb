package io.muster.steps.service;

import io.muster.remote.registry.VersionOrder;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.NotBlank;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

@StepInfo(
        name = "versionCompare",
        title = "Compare two versions of a service",
        description =
                "Says what step it is from the version that runs to the one that is wanted: `same`, `patch`, `minor`,"
                        + " `major`, `downgrade`, or `unordered` where one of them is no version of numbers; how many"
                        + " major versions lie between them; and whether the wanted one is a pre-release. Decides nothing.",
        category = "Service",
        changes = false,
        afterCrash = AfterCrash.REPEAT)
public class VersionCompare implements Step<VersionCompare.Input, VersionCompare.Output> {

    private static final Pattern VERSION =
            Pattern.compile("v?(\\d+)(?:\\.(\\d+))?(?:\\.\\d+)*(-[0-9A-Za-z.-]+)?(?:[+_][0-9A-Za-z.-]+)?");

    public record Input(
            @Field(
                            label = "Running version",
                            description = "What runs now; empty when nobody knows.",
                            example = "1.1.0")
                    String running,
            @Field(
                            label = "Running image",
                            description = "What runs now, with its digest.",
                            example = "registry.example/notes@sha256:"
                                    + "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
                    String runningImage,
            @NotBlank @Field(label = "Wanted version", example = "1.2.0") String wanted,
            @NotBlank
                    @Field(
                            label = "Wanted image",
                            description = "With its digest.",
                            example = "registry.example/notes@sha256:"
                                    + "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752")
                    String wantedImage) {}

    public record Output(
            @Field(label = "Step", description = "same, patch, minor, major, downgrade or unordered.") String step,
            @Field(
                            label = "Majors apart",
                            description = "How many major versions lie between the two; 0 when unordered.")
                    int majorsApart,
            @Field(label = "Pre-release", description = "Whether the wanted one is a pre-release.") boolean preRelease,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private record Version(BigInteger major, BigInteger minor, boolean preRelease) {
        static Optional<Version> of(String text) {
            Matcher matcher = VERSION.matcher(text == null ? "" : text);
            return matcher.matches()
                    ? Optional.of(new Version(
                            new BigInteger(matcher.group(1)),
                            new BigInteger(matcher.group(2) == null ? "0" : matcher.group(2)),
                            matcher.group(3) != null))
                    : Optional.empty();
        }
    }

    @Override
    public String target(Input input) {
        return input.running() + " → " + input.wanted();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Optional<Version> now = Version.of(input.running());
        Optional<Version> then = Version.of(input.wanted());
        String step = step(input, now, then);
        int apart = now.isPresent() && then.isPresent()
                ? then.get()
                        .major()
                        .subtract(now.get().major())
                        .abs()
                        .min(BigInteger.valueOf(Integer.MAX_VALUE))
                        .intValue()
                : 0;
        boolean pre = then.filter(Version::preRelease).isPresent();
        String summary = "From " + (input.running() == null ? "an unknown version" : input.running()) + " to "
                + input.wanted() + ": " + words(step, apart) + (pre ? ", a pre-release." : ".");
        context.log().info(summary);
        return new Output(step, apart, pre, summary);
    }

    /** The same name with other content is another version: only both together are the same. */
    private static String step(Input input, Optional<Version> now, Optional<Version> then) {
        if (input.wanted().equals(input.running()) && input.wantedImage().equals(input.runningImage())) {
            return "same";
        }
        if (now.isEmpty() || then.isEmpty() || input.wanted().equals(input.running())) {
            return "unordered";
        }
        if (VersionOrder.INSTANCE.compare(input.wanted(), input.running()) < 0) {
            return "downgrade";
        }
        if (!now.get().major().equals(then.get().major())) {
            return "major";
        }
        return now.get().minor().equals(then.get().minor()) ? "patch" : "minor";
    }

    private static String words(String step, int apart) {
        return switch (step) {
            case "same" -> "exactly what runs";
            case "unordered" -> "which of them is newer cannot be told";
            case "downgrade" -> "a downgrade" + (apart > 0 ? " over " + apart + " major version(s)" : "");
            case "major" -> apart == 1 ? "the next major version" : apart + " major versions further";
            default -> "a " + step + " version";
        };
    }
}
