package io.muster.sandbox.docker;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a container was asked to be.
 *
 * @param config as the API has it, merged with its image's
 * @param hostConfig as the API has it
 */
record Definition(
        String id,
        String name,
        Instant created,
        String imageId,
        ObjectNode config,
        ObjectNode hostConfig,
        List<Mount> mounts,
        String address) {

    Definition named(String newName) {
        return new Definition(id, newName, created, imageId, config, hostConfig, mounts, address);
    }

    Definition with(ObjectNode newHostConfig) {
        return new Definition(id, name, created, imageId, config, newHostConfig, mounts, address);
    }

    @JsonIgnore
    String image() {
        return config.path("Image").asText();
    }

    @JsonIgnore
    String hostname() {
        return config.path("Hostname").asText();
    }

    @JsonIgnore
    List<String> command() {
        List<String> command = new ArrayList<>(Json.texts(config.path("Entrypoint")));
        command.addAll(Json.texts(config.path("Cmd")));
        return command;
    }

    @JsonIgnore
    String workdir() {
        String workdir = config.path("WorkingDir").asText("");
        return workdir.isEmpty() ? "/" : workdir;
    }

    @JsonIgnore
    Map<String, String> labels() {
        return Json.map(config.path("Labels"));
    }

    @JsonIgnore
    Map<String, String> environment() {
        return environment(Json.texts(config.path("Env")));
    }

    /** {@code NAME=value} lines; the last one of a name counts. */
    static Map<String, String> environment(List<String> lines) {
        Map<String, String> result = new LinkedHashMap<>();
        for (String line : lines) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                result.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return result;
    }
}
