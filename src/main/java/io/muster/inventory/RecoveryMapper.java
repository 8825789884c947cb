package io.muster.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** Makes the records of what is for recovery. */
final class RecoveryMapper {

    /** One backup, where its plan does not say. */
    private static final Duration TIME_LIMIT = Duration.ofHours(1);

    private static final long SIZE_LIMIT = 100L << 30;

    private RecoveryMapper() {}

    static Facilities facilities(JsonNode environment) {
        return new Facilities(
                Json.optional(environment, "backups")
                        .map(store -> new BackupStore(store.path("host").asText(), path(store))),
                Json.optional(environment, "vantage")
                        .map(vantage -> new Vantage(
                                vantage.path("host").asText(), Json.list(vantage.path("resolvers"), JsonNode::asText))),
                Json.optional(environment, "control")
                        .map(control -> new ControlHost(control.path("host").asText(), path(control))),
                environment.path("protected").asBoolean());
    }

    static Qualification qualification(JsonNode service) {
        return new Qualification(
                Json.optional(service, "external").map(RecoveryMapper::external),
                Json.optional(service, "automation")
                        .map(automation -> new Automation(
                                automation.path("role").asText(),
                                automation.path("playbook").asText(),
                                automation.path("inventory").asText(),
                                automation.path("expected-changes").asInt(0),
                                Json.secret(automation, "vault-password"))),
                Json.optional(service, "backup").map(RecoveryMapper::backup),
                Json.optional(service, "test-data")
                        .map(data -> new TestData(
                                Json.text(data, "host"),
                                data.path("populate").asText(),
                                data.path("verify").asText(),
                                Json.text(data, "remove"))),
                service.path("protected").asBoolean());
    }

    private static External external(JsonNode json) {
        return new External(
                json.path("url").asText(),
                Json.text(json, "name"),
                json.path("status").asInt(200),
                Json.text(json, "json-path"),
                Json.text(json, "json-value"),
                Json.optional(json, "certificate-days").map(JsonNode::intValue));
    }

    private static BackupPlan backup(JsonNode json) {
        JsonNode retention = json.path("retention");
        return new BackupPlan(
                json.path("enabled").asBoolean(true),
                Json.duration(json.path("schedule"), "every"),
                Json.optional(retention, "keep").map(JsonNode::intValue),
                Json.duration(retention, "for"),
                Json.duration(json, "time-limit").orElse(TIME_LIMIT),
                Json.text(json, "size-limit")
                        .map(text -> Notation.size(text).longValue())
                        .orElse(SIZE_LIMIT),
                Json.optional(json, "encryption")
                        .map(encryption -> new BackupPlan.Encryption(
                                Json.secret(encryption, "identity").orElseThrow(),
                                encryption.path("recipient").asText())),
                Json.list(json.path("data"), RecoveryMapper::data));
    }

    private static DataItem data(JsonNode json) {
        return new DataItem(
                json.path("name").asText(),
                json.path("type").asText(),
                Json.text(json, "host"),
                Json.list(json.path("paths"), item -> Notation.path(item.asText())),
                Json.text(json, "address"),
                Json.optional(json, "port").map(JsonNode::intValue),
                Json.text(json, "database"),
                Json.text(json, "user"),
                Json.secret(json, "password"),
                Json.text(json, "directory").map(Notation::path),
                Json.text(json, "storage")
                        .map(storage -> new Vzdump(
                                storage,
                                Json.text(json, "mode").orElse("snapshot"),
                                Json.text(json, "compress").orElse("zstd"),
                                Json.text(json, "restore")
                                        .filter("replace"::equals)
                                        .isPresent())));
    }

    private static String path(JsonNode json) {
        return Notation.path(json.path("directory").asText());
    }
}
