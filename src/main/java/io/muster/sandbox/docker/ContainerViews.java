package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Containers as the API shows them. */
final class ContainerViews {
    private final Clock clock;

    ContainerViews(Clock clock) {
        this.clock = clock;
    }

    ObjectNode inspect(Container container) {
        Definition definition = container.definition();
        ContainerState state = container.state();
        List<String> command = definition.command();
        ObjectNode json = Json.object()
                .put("Id", definition.id())
                .put("Name", "/" + definition.name())
                .put("Created", definition.created().toString())
                .put("Path", command.get(0))
                .put("Image", definition.imageId())
                .put("RestartCount", state.restartCount())
                .put("Driver", "sandbox")
                .put("Platform", "linux")
                .put("HostnamePath", "/etc/hostname")
                .put("HostsPath", "/etc/hosts")
                .put("ResolvConfPath", "/etc/resolv.conf")
                .put("MountLabel", "")
                .put("ProcessLabel", "")
                .put("AppArmorProfile", "");
        json.set("Args", Json.array(command.subList(1, command.size())));
        json.set("State", state(container, state));
        json.set("Config", definition.config());
        json.set("HostConfig", hostConfig(definition));
        json.set("Mounts", mounts(definition));
        json.set("NetworkSettings", network(container));
        return json;
    }

    private static ObjectNode state(Container container, ContainerState state) {
        ObjectNode json = Json.object()
                .put("Status", status(state))
                .put("Running", state.running() || state.restartPending())
                .put("Paused", false)
                .put("Restarting", state.restartPending())
                .put("OOMKilled", false)
                .put("Dead", false)
                .put("Pid", container.pid())
                .put("ExitCode", state.exitCode())
                .put("Error", state.error())
                .put("StartedAt", state.startedAt().toString())
                .put("FinishedAt", state.finishedAt().toString());
        container.health().ifPresent(health -> json.set("Health", health.json()));
        return json;
    }

    static String status(ContainerState state) {
        return state.status().name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode hostConfig(Definition definition) {
        ObjectNode json =
                Json.object().put("NetworkMode", "bridge").put("Memory", 0).put("NanoCpus", 0);
        json.set("RestartPolicy", Json.object().put("Name", "no").put("MaximumRetryCount", 0));
        json.set("PortBindings", Json.object());
        json.setAll(definition.hostConfig());
        return json;
    }

    private static ArrayNode mounts(Definition definition) {
        ArrayNode mounts = Json.array();
        definition.mounts().forEach(mount -> mounts.add(mount.json()));
        return mounts;
    }

    private static ObjectNode network(Container container) {
        Definition definition = container.definition();
        ContainerState state = container.state();
        String address = state.running() ? definition.address() : "";
        ObjectNode json = Json.object().put("IPAddress", address).put("Gateway", "");
        json.set("Ports", state.running() ? container.ports().json(definition) : Json.object());
        json.set(
                "Networks",
                Json.object()
                        .set("bridge", Json.object().put("IPAddress", address).put("Gateway", "")));
        return json;
    }

    ObjectNode summary(Container container) {
        Definition definition = container.definition();
        ContainerState state = container.state();
        ObjectNode json = Json.object()
                .put("Id", definition.id())
                .put("Image", definition.image())
                .put("ImageID", definition.imageId())
                .put("Command", String.join(" ", definition.command()))
                .put("Created", definition.created().getEpochSecond())
                .put("State", status(state))
                .put("Status", words(container, state));
        json.set("Names", Json.array(List.of("/" + definition.name())));
        json.set("Labels", definition.config().path("Labels"));
        json.set("Ports", ports(container));
        json.set("Mounts", mounts(definition));
        json.set("HostConfig", Json.object().put("NetworkMode", "bridge"));
        json.set(
                "NetworkSettings",
                Json.object().set("Networks", network(container).get("Networks")));
        return json;
    }

    private String words(Container container, ContainerState state) {
        return switch (state.status()) {
            case CREATED -> "Created";
            case RESTARTING -> "Restarting (" + state.exitCode() + ") " + ago(state.finishedAt()) + " ago";
            case EXITED -> "Exited (" + state.exitCode() + ") " + ago(state.finishedAt()) + " ago";
            case RUNNING -> "Up " + ago(state.startedAt())
                    + container
                            .health()
                            .map(health -> health.status().equals("starting")
                                    ? " (health: starting)"
                                    : " (" + health.status() + ")")
                            .orElse("");
        };
    }

    private String ago(Instant then) {
        Duration duration = Duration.between(then, clock.instant());
        if (duration.toDays() > 1) {
            return duration.toDays() + " days";
        }
        if (duration.toMinutes() > 120) {
            return duration.toHours() + " hours";
        }
        return duration.toSeconds() > 120 ? duration.toMinutes() + " minutes" : duration.toSeconds() + " seconds";
    }

    private static ArrayNode ports(Container container) {
        ArrayNode ports = Json.array();
        if (!container.state().running()) {
            return ports;
        }
        for (Map.Entry<String, JsonNode> port :
                container.ports().json(container.definition()).properties()) {
            String[] parts = (port.getKey() + "/tcp").split("/");
            if (port.getValue().isNull()) {
                ports.add(Json.object()
                        .put("PrivatePort", Integer.parseInt(parts[0]))
                        .put("Type", parts[1]));
            }
            port.getValue()
                    .forEach(binding -> ports.add(Json.object()
                            .put("IP", binding.get("HostIp").asText())
                            .put("PrivatePort", Integer.parseInt(parts[0]))
                            .put("PublicPort", binding.get("HostPort").asInt())
                            .put("Type", parts[1])));
        }
        return ports;
    }
}
