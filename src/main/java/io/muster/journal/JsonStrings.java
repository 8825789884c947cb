package io.muster.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.function.UnaryOperator;

/** Applies a function to every string (names and values) of a JSON tree; a number that it changes becomes a string. */
final class JsonStrings {

    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonStrings() {}

    static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not JSON", e);
        }
    }

    static JsonNode map(JsonNode node, UnaryOperator<String> change) {
        if (node.isObject()) {
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            node.properties().forEach(e -> result.set(change.apply(e.getKey()), map(e.getValue(), change)));
            return result;
        }
        if (node.isArray()) {
            ArrayNode result = JsonNodeFactory.instance.arrayNode(node.size());
            node.forEach(element -> result.add(map(element, change)));
            return result;
        }
        String text = node.asText();
        String changed = change.apply(text);
        return changed.equals(text) ? node : TextNode.valueOf(changed);
    }
}
