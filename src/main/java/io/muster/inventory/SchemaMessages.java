package io.muster.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Says what the validator found in the words of the schema's descriptions. */
final class SchemaMessages {

    private static final String HOW_TO_GIVE =
            "give a reference such as secret:NAME and put the value into the environment variable"
                    + " MUSTER_SECRET_NAME or the file NAME in MUSTER_SECRETS_DIR (the value is not shown here).";
    private static final Map<String, String> TYPES = Map.of(
            "string", "text",
            "integer", "a whole number",
            "number", "a number",
            "boolean", "true or false",
            "array", "a list",
            "object", "a mapping of keys to values");

    private final YamlDocument document;
    private final Findings findings;

    SchemaMessages(YamlDocument document, Findings findings) {
        this.document = document;
        this.findings = findings;
    }

    void report(ValidationMessage message) {
        String pointer = message.getInstanceLocation().toString();
        JsonNode schema = schemaOf(message);
        switch (message.getType()) {
            case "additionalProperties" -> unknownKey(pointer, message.getProperty(), schema);
            case "propertyNames" -> wrongKey(pointer, message.getProperty(), schema.path("propertyNames"));
            case "required" -> missingKey(pointer, message.getProperty(), schema);
            case "uniqueItems" -> duplicates(pointer);
            default -> wrongValue(pointer, message.getType(), message, schema);
        }
    }

    private void unknownKey(String pointer, String key, JsonNode schema) {
        List<String> known = new ArrayList<>();
        schema.path("properties").fieldNames().forEachRemaining(known::add);
        String hint = key.equals("<<")
                ? "merge keys are not supported; write the entries out."
                : Nearest.to(key, known)
                        .map(near -> "did you mean '" + near + "'?")
                        .orElse("remove it.");
        String child = YamlDocument.child(pointer, key);
        findings.add(
                document.key(child),
                document.path(child),
                "unknown key; " + hint + " Known here: " + Shown.list(known) + ".");
    }

    private void wrongKey(String pointer, String key, JsonNode schema) {
        String child = YamlDocument.child(pointer, key);
        findings.add(
                document.key(child), document.path(child), "this key is not allowed; expected: " + description(schema));
    }

    private void missingKey(String pointer, String key, JsonNode schema) {
        String meaning = description(schema.path("properties").path(key));
        findings.add(document.key(pointer), document.path(pointer), "key '" + key + "' is missing; add it: " + meaning);
    }

    private void duplicates(String pointer) {
        JsonNode list = document.root().at(pointer);
        Map<JsonNode, Integer> first = new HashMap<>();
        for (int i = 0; i < list.size(); i++) {
            Integer earlier = first.putIfAbsent(list.get(i), i);
            if (earlier != null) {
                String child = pointer + "/" + i;
                findings.add(
                        document.value(child),
                        document.path(child),
                        "is the same as entry " + earlier + "; keep one of them.");
            }
        }
    }

    private void wrongValue(String pointer, String keyword, ValidationMessage message, JsonNode schema) {
        if (findings.isWrong(pointer)) {
            return;
        }
        JsonNode value = document.root().at(pointer);
        findings.addWrongValue(document, pointer, problem(pointer, value, keyword, message, schema));
    }

    private String problem(String pointer, JsonNode value, String keyword, ValidationMessage message, JsonNode schema) {
        String shown = shown(pointer, value);
        if (value.isNull()) {
            return "is empty; give a value or remove the key. Expected: " + description(schema);
        }
        if (message.getSchemaLocation().toString().contains("/$defs/secret/")) {
            return "a secret must not stand here; " + HOW_TO_GIVE;
        }
        return switch (keyword) {
            case "type" -> wrongType(pointer, value, shown, schema);
            case "enum" -> shown + " is not allowed; " + hint(value, schema.path("enum"));
            case "minLength" -> "is empty; expected: " + description(schema);
            case "minItems", "minProperties" -> "has too few entries; expected: " + description(schema);
            default -> shown + " is not allowed; expected: " + description(schema);
        };
    }

    private String wrongType(String pointer, JsonNode value, String shown, JsonNode schema) {
        List<String> types = texts(schema.path("type"));
        if (types.equals(List.of("string")) && (value.isNumber() || value.isBoolean())) {
            String literal = document.literals().getOrDefault(pointer, value.asText());
            String quoted = SecretLooks.hidden(pointer, literal) ? "" : ": \"" + literal + "\"";
            return (value.isNumber() ? "a number" : "true or false") + " where text is expected; quote it" + quoted
                    + ".";
        }
        String expected = types.stream().map(TYPES::get).collect(Collectors.joining(" or "));
        return shown + " where " + expected + " is expected: " + description(schema);
    }

    private static String hint(JsonNode value, JsonNode allowed) {
        List<String> names = texts(allowed);
        String near = Nearest.to(value.asText(), names)
                .map(n -> "did you mean '" + n + "'? ")
                .orElse("");
        return near + "Allowed: " + String.join(", ", names) + ".";
    }

    private String shown(String pointer, JsonNode value) {
        if (value.isContainerNode()) {
            return value.isArray() ? "a list" : "a mapping";
        }
        String text = document.literals().getOrDefault(pointer, value.asText());
        if (SecretLooks.hidden(pointer, text)) {
            return "the value (not shown)";
        }
        return value.isTextual() ? "'" + Shown.text(text) + "'" : Shown.text(text);
    }

    private static List<String> texts(JsonNode oneOrMore) {
        if (oneOrMore.isTextual()) {
            return List.of(oneOrMore.asText());
        }
        List<String> texts = new ArrayList<>();
        oneOrMore.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    /** The schema that holds the keyword which was violated. */
    private static JsonNode schemaOf(ValidationMessage message) {
        String keyword = message.getSchemaLocation().getFragment().toString();
        return SchemaCheck.SCHEMA.at(keyword.substring(0, keyword.lastIndexOf('/')));
    }

    private static String description(JsonNode schema) {
        JsonNode described = schema.has("description")
                ? schema
                : SchemaCheck.SCHEMA.at(schema.path("$ref").asText("#").substring(1));
        return described.path("description").asText();
    }
}
