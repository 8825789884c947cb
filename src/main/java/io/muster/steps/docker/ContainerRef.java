package io.muster.steps.docker;

import io.muster.step.Field;
import jakarta.validation.constraints.NotBlank;

/** A container that may or may not be there. */
public record ContainerRef(
        @NotBlank @Field(label = "Host", description = "A host with a Docker engine.", example = "experimental-01")
                String host,
        @NotBlank @Field(label = "Name", description = "The container's name.", example = "notes") String name) {

    String target() {
        return host + "/" + name;
    }
}
