package io.muster.steps.backup;

import io.muster.step.Field;
import jakarta.validation.constraints.NotBlank;

/** What the steps of a restore are told. */
public record RestoreInput(
        @NotBlank @Field(label = "Service", example = "notes") String service,
        @NotBlank
                @Field(
                        label = "Backup",
                        description = "Its id, as `restorePlan` chose it.",
                        example = "20260102T030405Z-1a2b3c4d")
                String backup) {}
