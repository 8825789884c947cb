package io.muster.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.inventory.Inventory.ContainerClass;
import io.muster.inventory.Inventory.Health;
import io.muster.inventory.Inventory.Promotion;
import io.muster.inventory.Inventory.Service;
import java.math.BigDecimal;
import java.time.Duration;

/** Makes the record of a service. */
final class ServiceMapper {

    /** How long a service runs well before it is promoted, where the inventory does not say. */
    private static final Duration VALIDATION = Duration.ofDays(7);

    private ServiceMapper() {}

    static Service service(String name, JsonNode json) {
        return new Service(
                name,
                json.path("description").asText(),
                json.path("image").asText(),
                ContainerClass.of(json.path("class").asText()),
                json.path("container").asText(),
                Json.list(json.path("volumes"), item -> Notation.volume(item.asText())),
                Json.list(json.path("ports"), item -> Notation.port(item.asText())),
                Json.map(json.path("env"), (key, value) -> value.asText()),
                Json.map(json.path("secret-env"), (key, value) -> SecretRef.parse(value.asText())),
                limits(json.path("limits")),
                json.path("restart").asText("unless-stopped"),
                Json.optional(json, "health").map(ServiceMapper::health),
                Json.optional(json, "health-check").map(ServiceMapper::healthCheck),
                Json.optional(json, "metrics").map(ServiceMapper::metrics),
                Json.list(json.path("dependencies"), JsonNode::asText),
                Json.map(json.path("labels"), (key, value) -> value.asText()),
                Json.optional(json, "recovery")
                        .map(recovery -> new RecoveryTargets(
                                Json.duration(recovery, "rto"),
                                Json.duration(recovery, "rpo"),
                                Json.duration(recovery, "drill-every"),
                                Json.duration(recovery, "restore-test-every"),
                                Json.optional(recovery, "restore-test")
                                        .map(test -> new RestoreTestPlan(
                                                Json.text(test, "network").orElse(RestoreTestPlan.NO_NETWORK),
                                                Json.list(test.path("secret-env"), JsonNode::asText))))),
                Json.optional(json, "promotion").map(ServiceMapper::promotion),
                RecoveryMapper.qualification(json));
    }

    private static Promotion promotion(JsonNode json) {
        return new Promotion(
                json.path("container").asText(),
                ContainerClass.of(json.path("class").asText()),
                Json.duration(json, "after").orElse(VALIDATION),
                Json.list(json.path("volumes"), item -> Notation.volume(item.asText())),
                Json.list(json.path("ports"), item -> Notation.port(item.asText())),
                Json.optional(json, "health").map(ServiceMapper::health),
                Json.optional(json, "metrics").map(ServiceMapper::metrics),
                Json.optional(json, "limits").map(ServiceMapper::limits));
    }

    private static Limits limits(JsonNode json) {
        return new Limits(
                Json.text(json, "memory").map(Notation::size).map(BigDecimal::longValue),
                Json.optional(json, "cpus").map(JsonNode::doubleValue));
    }

    private static Health health(JsonNode json) {
        return new Health(
                json.path("url").asText(),
                json.path("status").asInt(200),
                Json.text(json, "json-path"),
                Json.text(json, "json-value"));
    }

    private static HealthCheck healthCheck(JsonNode json) {
        return new HealthCheck(
                Json.list(json.path("test"), JsonNode::asText),
                Json.duration(json, "interval").orElse(Duration.ofSeconds(30)),
                Json.duration(json, "timeout").orElse(Duration.ofSeconds(30)),
                Json.duration(json, "start-period").orElse(Duration.ZERO),
                json.path("retries").asInt(3));
    }

    private static Metrics metrics(JsonNode json) {
        return new Metrics(
                json.path("target").asText(),
                json.path("path").asText("/metrics"),
                json.path("scheme").asText("http"));
    }
}
