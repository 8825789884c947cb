package io.muster.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Makes the record of a container from its own entry and the defaults of its class. */
final class ContainerMapper {

    static final int DEFAULT_MEMORY = 512;

    private ContainerMapper() {}

    static ContainerSpec container(String host, JsonNode own, JsonNode defaults) {
        JsonNode json = merged(own, defaults);
        return new ContainerSpec(
                json.path("hostname").asText(host),
                json.path("description").asText(),
                json.path("template").asText(),
                json.path("storage").asText(),
                Notation.gibibytes(json.path("rootfs").asText()),
                Json.optional(json, "cores").map(JsonNode::asInt),
                Json.text(json, "memory").map(Notation::mebibytes).orElse(DEFAULT_MEMORY),
                Json.text(json, "swap").map(Notation::mebibytes).orElse(0),
                json.path("unprivileged").asBoolean(true),
                Json.list(json.path("features"), JsonNode::asText),
                network(json.path("network")),
                Json.list(json.path("mounts"), ContainerMapper::mount),
                json.path("onboot").asBoolean(true),
                json.path("protection").asBoolean(),
                Json.list(json.path("ssh-public-keys"), JsonNode::asText));
    }

    /** The network is merged key by key too; lists are taken whole. */
    static JsonNode merged(JsonNode own, JsonNode defaults) {
        ObjectNode merged = JsonNodeFactory.instance.objectNode();
        defaults.properties().forEach(entry -> merged.set(entry.getKey(), entry.getValue()));
        own.properties().forEach(entry -> merged.set(entry.getKey(), entry.getValue()));
        if (own.path("network").isObject() && defaults.path("network").isObject()) {
            merged.set("network", merged(own.path("network"), defaults.path("network")));
        }
        return merged;
    }

    private static ContainerSpec.Network network(JsonNode json) {
        return new ContainerSpec.Network(
                json.path("bridge").asText(),
                Json.optional(json, "vlan").map(JsonNode::asInt),
                json.path("address").asText(),
                Json.text(json, "gateway"));
    }

    private static ContainerSpec.Mount mount(JsonNode json) {
        Optional<String> path = Json.text(json, "path").map(Notation::path);
        return new ContainerSpec.Mount(
                Json.text(json, "storage"),
                Json.text(json, "size").map(Notation::gibibytes),
                path,
                Notation.path(json.path("target").asText()));
    }
}
