package io.muster.steps.metrics;

import io.muster.step.Field;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.Map;

/** A metrics endpoint as Prometheus shall know it. */
public record TargetInput(
        @NotBlank
                @Pattern(
                        regexp = "[a-zA-Z0-9][a-zA-Z0-9_.-]*",
                        message = "must be a plain name: letters, digits, . _ -")
                @Field(label = "Service", description = "Names the file and the label `job`.", example = "notes")
                String service,
        @NotBlank
                @Pattern(regexp = "[^\\s/]+:\\d{1,5}", message = "must be host:port")
                @Field(
                        label = "Target",
                        description = "host:port that Prometheus scrapes.",
                        example = "192.0.2.10:8080")
                String target,
        @Pattern(regexp = "/\\S*", message = "must begin with a slash")
                @Field(label = "Path", defaultValue = "/metrics")
                String path,
        @Pattern(regexp = "https?", message = "must be http or https") @Field(label = "Scheme", defaultValue = "http")
                String scheme,
        @Field(label = "Labels", description = "One name=value per line.", example = "team=platform", multiline = true)
                Map<String, String> labels) {}
