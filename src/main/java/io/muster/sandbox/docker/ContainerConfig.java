package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Merges what a container asks for with what its image says, by the rules of the real engine. */
final class ContainerConfig {
    private static final List<String> MAPS = List.of("Labels", "ExposedPorts", "Volumes");
    private static final List<String> SINGLES = List.of("WorkingDir", "User", "StopSignal");

    private ContainerConfig() {}

    static ObjectNode merge(ObjectNode image, ObjectNode asked, String id) {
        ObjectNode config = asked.deepCopy();
        config.remove(List.of("HostConfig", "NetworkingConfig"));
        for (String field : MAPS) {
            ObjectNode merged = Json.objectAt(image, field).deepCopy();
            merged.setAll(Json.objectAt(asked, field));
            config.set(field, merged);
        }
        for (String field : SINGLES) {
            if (config.path(field).asText("").isEmpty() || config.path(field).isNull()) {
                config.put(field, image.path(field).asText(""));
            }
        }
        command(image, config);
        config.set("Env", environment(image, asked));
        healthCheck(Json.objectAt(image, "Healthcheck"), config);
        if (config.path("Hostname").asText("").isEmpty()
                || config.path("Hostname").isNull()) {
            config.put("Hostname", Ids.shortened(id));
        }
        return config;
    }

    /** An entrypoint of one's own drops the image's command too. */
    private static void command(ObjectNode image, ObjectNode config) {
        boolean ownEntrypoint = isGiven(config.path("Entrypoint"));
        boolean ownCommand = isGiven(config.path("Cmd"));
        config.set("Entrypoint", list(ownEntrypoint ? config : image, "Entrypoint"));
        config.set("Cmd", list(ownCommand || ownEntrypoint ? config : image, "Cmd"));
    }

    private static JsonNode list(JsonNode from, String field) {
        JsonNode value = from.path(field);
        return Json.array(value.isTextual() ? List.of(value.asText()) : Json.texts(value));
    }

    private static boolean isGiven(JsonNode command) {
        return command.isTextual() || command.size() > 0;
    }

    private static JsonNode environment(ObjectNode image, ObjectNode asked) {
        Map<String, String> merged = new LinkedHashMap<>(Definition.environment(Json.texts(image.path("Env"))));
        merged.putAll(Definition.environment(Json.texts(asked.path("Env"))));
        List<String> lines = new ArrayList<>();
        merged.forEach((name, value) -> lines.add(name + "=" + value));
        return Json.array(lines);
    }

    private static void healthCheck(ObjectNode image, ObjectNode config) {
        ObjectNode merged = image.deepCopy();
        for (Map.Entry<String, JsonNode> field :
                Json.objectAt(config, "Healthcheck").properties()) {
            JsonNode value = field.getValue();
            if (value.size() > 0 || value.asLong() > 0) {
                merged.set(field.getKey(), value);
            }
        }
        if (merged.isEmpty()) {
            config.remove("Healthcheck");
        } else {
            config.set("Healthcheck", merged);
        }
    }
}
