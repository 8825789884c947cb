package io.muster.steps.volume;

import io.muster.step.ByteSize;
import io.muster.step.Field;
import jakarta.validation.constraints.NotBlank;
import java.util.List;

/** Volumes on one host and where they belong on another; what {@link VolumeMovePlan} plans and {@link VolumeCopy} does. */
public record MoveInput(
        @NotBlank @Field(label = "Service", example = "notes") String service,
        @NotBlank @Field(label = "From", description = "The host that has the data.", example = "experimental-01")
                String from,
        @Field(
                        label = "Volumes there",
                        description = "One source:target or source:target:ro per line; those with :ro are left out.",
                        example = "/srv/persistent/notes:/data",
                        multiline = true)
                List<String> volumes,
        @NotBlank @Field(label = "To", description = "The host that it goes to.", example = "core-01") String to,
        @Field(
                        label = "Volumes then",
                        description = "The same volumes in the same order, as they are on the other host.",
                        example = "/srv/persistent/notes:/data",
                        multiline = true)
                List<String> toVolumes,
        @Field(label = "Maximum", description = "A larger volume is refused.", defaultValue = "20GiB")
                ByteSize maximum) {

    Move move() {
        return Move.of(from, volumes, to, toVolumes);
    }
}
