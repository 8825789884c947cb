package io.muster.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.camunda.bpm.engine.variable.Variables;
import org.camunda.bpm.engine.variable.value.SerializableValue;
import org.camunda.bpm.engine.variable.value.TypedValue;
import org.camunda.spin.json.SpinJsonNode;
import org.camunda.spin.plugin.variable.SpinValues;

/** Between variables of the engine and plain values. */
final class VariableValues {

    private static final ObjectMapper JSON = new ObjectMapper();

    private VariableValues() {}

    /** Scalars as they are, JSON as maps, lists and scalars; null for none. */
    static Object plain(TypedValue value) {
        return value == null ? null : plain(value.getValue());
    }

    /** What was submitted, as far as it needs no class to be loaded: a serialized object stays as it is. */
    static Object undeserialized(TypedValue value) {
        return value instanceof SerializableValue serialized && !serialized.isDeserialized()
                ? serialized
                : value == null ? null : value.getValue();
    }

    private static Object plain(Object value) {
        if (value instanceof SpinJsonNode json) {
            return tree(json.toString());
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> plain = new LinkedHashMap<>();
            map.forEach((key, element) -> plain.put(key, plain(element)));
            return plain;
        }
        if (value instanceof Iterable<?> elements && !(value instanceof java.nio.file.Path)) {
            ArrayList<Object> plain = new ArrayList<>();
            elements.forEach(element -> plain.add(plain(element)));
            return plain;
        }
        return value;
    }

    /** A scalar as its type, anything else as JSON. */
    static TypedValue variable(JsonNode node, boolean wholeNumbersAreLong) {
        if (node.isNull() || node.isMissingNode()) {
            return Variables.untypedNullValue();
        }
        if (node.isTextual()) {
            return Variables.stringValue(node.textValue());
        }
        if (node.isBoolean()) {
            return Variables.booleanValue(node.booleanValue());
        }
        if (node.isIntegralNumber()) {
            return wholeNumbersAreLong || !node.canConvertToInt()
                    ? Variables.longValue(node.longValue())
                    : Variables.integerValue(node.intValue());
        }
        return node.isNumber()
                ? Variables.doubleValue(node.doubleValue())
                : SpinValues.jsonValue(node.toString()).create();
    }

    static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The journal holds what is not JSON", e);
        }
    }

    static JsonNode toTree(Object value) {
        try {
            return JSON.valueToTree(value);
        } catch (IllegalArgumentException e) {
            // Of a class that Jackson cannot write: its own text is all there is.
            return TextNode.valueOf(String.valueOf(value));
        }
    }

    /** JSON as maps, lists and scalars. */
    static Object toPlain(JsonNode node) {
        return JSON.convertValue(node, Object.class);
    }

    private static Object tree(String json) {
        try {
            return JSON.readValue(json, Object.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("A JSON variable does not hold JSON", e);
        }
    }
}
