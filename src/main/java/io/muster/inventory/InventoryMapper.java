package io.muster.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.inventory.Inventory.Agent;
import io.muster.inventory.Inventory.Approval;
import io.muster.inventory.Inventory.Archive;
import io.muster.inventory.Inventory.ContainerClass;
import io.muster.inventory.Inventory.Docker;
import io.muster.inventory.Inventory.Environment;
import io.muster.inventory.Inventory.Host;
import io.muster.inventory.Inventory.Login;
import io.muster.inventory.Inventory.Lxc;
import io.muster.inventory.Inventory.Monitoring;
import io.muster.inventory.Inventory.Node;
import io.muster.inventory.Inventory.Registry;
import io.muster.inventory.Inventory.Ssh;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Makes records of a document in which nothing was found wrong. */
final class InventoryMapper {

    private final PemFiles pem;

    InventoryMapper(PemFiles pem) {
        this.pem = pem;
    }

    Map<String, Environment> environments(JsonNode root) {
        return Json.map(root.path("environments"), this::environment);
    }

    private Environment environment(String name, JsonNode json) {
        return new Environment(
                name,
                json.path("description").asText(),
                approval(json.path("approval")),
                Json.text(json, "resolver").map(InventoryMapper::withPort),
                Json.list(json.path("trust"), item -> pem.content(item.asText())),
                Json.map(json.path("registries"), this::registry),
                Json.map(json.path("nodes"), this::node),
                Json.map(json.path("hosts"), (host, entry) -> host(host, entry, json.path("classes"))),
                Json.optional(json, "monitoring").map(InventoryMapper::monitoring),
                Json.optional(json, "archive")
                        .map(archive -> new Archive(
                                archive.path("host").asText(),
                                Notation.path(archive.path("directory").asText()))),
                RecoveryMapper.facilities(json),
                Json.map(json.path("services"), ServiceMapper::service));
    }

    private static Approval approval(JsonNode json) {
        String mode = json.isObject() ? json.path("mode").asText() : json.asText("second-person");
        Optional<Duration> delay = Json.duration(json, "delay");
        return mode.equals("self-after-delay")
                ? new Approval(Approval.Mode.SELF_AFTER_DELAY, delay)
                : new Approval(Approval.Mode.SECOND_PERSON, Optional.empty());
    }

    private static String withPort(String resolver) {
        return resolver.matches(".*[0-9]:[0-9]+|.*]:[0-9]+") ? resolver : resolver + ":53";
    }

    private Registry registry(String name, JsonNode json) {
        return new Registry(
                name,
                Json.text(json, "url").orElse("https://" + name),
                Json.text(json, "username"),
                Json.secret(json, "password"),
                Json.list(json.path("trust"), item -> pem.content(item.asText())));
    }

    private Node node(String name, JsonNode json) {
        return new Node(
                name,
                json.path("api").asText(),
                json.path("node").asText(name),
                json.path("token-id").asText(),
                Json.secret(json, "token-secret").orElseThrow(),
                Json.list(json.path("trust"), item -> pem.content(item.asText())),
                Json.text(json, "user")
                        .flatMap(user -> Json.secret(json, "password").map(password -> new Login(user, password))),
                Json.text(json, "fingerprint"),
                Json.text(json, "host"));
    }

    private Host host(String name, JsonNode json, JsonNode classes) {
        return new Host(
                name,
                ssh(json.path("ssh")),
                Json.text(json, "class").map(ContainerClass::of),
                Json.optional(json, "lxc")
                        .map(lxc -> new Lxc(
                                lxc.path("node").asText(), lxc.path("vmid").asInt())),
                Json.optional(json, "container")
                        .map(own -> ContainerMapper.container(
                                name, own, classes.path(json.path("class").asText()))),
                Json.optional(json, "docker").map(this::docker),
                Json.list(json.path("persistent-storage"), item -> Notation.path(item.asText())),
                json.path("protected").asBoolean());
    }

    private static Ssh ssh(JsonNode json) {
        return new Ssh(
                json.path("address").asText(),
                json.path("port").asInt(22),
                json.path("user").asText(),
                Json.list(json.path("host-keys"), item -> SshKeys.withoutComment(item.asText())),
                Json.secret(json, "private-key"),
                Json.secret(json, "passphrase"),
                Json.secret(json, "password"),
                Json.text(json, "jump"),
                Json.list(json.path("host-authorities"), item -> SshKeys.withoutComment(item.asText())),
                Json.text(json, "host-principal"),
                agent(json.path("agent")),
                Json.secret(json, "sudo-password"),
                Json.duration(json, "login-timeout"),
                json.path("learned").asBoolean());
    }

    private static Optional<Agent> agent(JsonNode json) {
        if (json.isTextual()) {
            return Optional.of(new Agent(Optional.of(Notation.path(json.textValue()))));
        }
        return json.asBoolean() ? Optional.of(new Agent(Optional.empty())) : Optional.empty();
    }

    private Docker docker(JsonNode json) {
        return new Docker(
                json.path("endpoint").asText(),
                Json.list(json.path("trust"), item -> pem.content(item.asText())),
                Json.text(json, "certificate").map(pem::content),
                Json.secret(json, "private-key"));
    }

    private static Monitoring monitoring(JsonNode json) {
        return new Monitoring(
                json.path("prometheus").asText(),
                json.path("host").asText(),
                Notation.path(json.path("targets-directory").asText()));
    }
}
