package io.muster.steps.docker;

import io.muster.step.ByteSize;
import io.muster.step.Field;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A container as it is asked for; what {@link DockerPlan} compares and {@link DockerRun} makes true. */
public record ContainerInput(
        @NotBlank @Field(label = "Host", description = "A host with a Docker engine.", example = "experimental-01")
                String host,
        @NotBlank
                @Pattern(
                        regexp = "[a-zA-Z0-9][a-zA-Z0-9_.-]*",
                        message = "must be a container name: letters, digits, . _ -")
                @Field(
                        label = "Name",
                        description = "The container's name, and that of its service.",
                        example = "notes")
                String name,
        @NotBlank
                @Pattern(regexp = ".+@sha256:[0-9a-f]{64}", message = "must end in a digest: repository@sha256:…")
                @Field(
                        label = "Image",
                        description = "Repository and digest; a tag can move, a digest cannot.",
                        example = "registry.example/notes@sha256:"
                                + "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
                String image,
        @Field(
                        label = "Version",
                        description = "The version that the digest stands for; kept as a label.",
                        example = "1.0.0")
                String version,
        @Field(
                        label = "Volumes",
                        description = "One source:target or source:target:ro per line.",
                        example = "/srv/persistent/notes:/data",
                        multiline = true)
                List<String> volumes,
        @Field(
                        label = "Ports",
                        description = "One host:container or address:host:container per line.",
                        example = "8080:8080",
                        multiline = true)
                List<String> ports,
        @Field(label = "Environment", description = "One NAME=value per line.", example = "MODE=full", multiline = true)
                Map<String, String> env,
        @Field(
                        label = "Secret environment",
                        description = "One NAME=secret:NAME per line.",
                        example = "",
                        multiline = true)
                Map<String, String> secretEnv,
        @Field(label = "Labels", description = "One name=value per line.", example = "team=platform", multiline = true)
                Map<String, String> labels,
        @Field(label = "Memory limit", description = "As 256MiB; none when empty.", example = "256MiB") ByteSize memory,
        @Positive @Field(label = "CPU limit", description = "Number of CPUs, as 0.5; none when empty.", example = "0.5")
                Double cpus,
        @Pattern(
                        regexp = "no|always|unless-stopped|on-failure(:\\d+)?",
                        message = "must be no, always, unless-stopped, on-failure or on-failure:<n>")
                @Field(label = "Restart policy", defaultValue = "unless-stopped")
                String restart,
        @Field(
                        label = "Health check",
                        description =
                                "Docker's form, one word per line: CMD and its words, or CMD-SHELL and one line. The"
                                        + " image's own when empty.",
                        example = "CMD-SHELL\n/opt/notes/bin/healthcheck",
                        multiline = true)
                List<String> healthTest,
        @Field(label = "Health interval", description = "ISO-8601.", defaultValue = "PT10S") Duration healthInterval,
        @Field(label = "Health time-out", description = "ISO-8601.", defaultValue = "PT5S") Duration healthTimeout,
        @Field(label = "Health start period", description = "ISO-8601.", defaultValue = "PT0S")
                Duration healthStartPeriod,
        @PositiveOrZero @Field(label = "Health retries", defaultValue = "3") Integer healthRetries) {}
