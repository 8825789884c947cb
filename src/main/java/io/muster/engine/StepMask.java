package io.muster.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.muster.journal.Masking;
import io.muster.step.FieldDescriptor;
import io.muster.step.StepDescriptor;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Masks every known secret and the values that this attempt was given in inputs marked secret. */
final class StepMask {

    static final String MASK = "***";
    /** Shorter values would mask half of every text. */
    private static final int SHORTEST = 4;

    private final Masking masking;
    private final List<String> own;

    StepMask(Masking masking, StepDescriptor step, Map<String, Object> inputs) {
        this.masking = masking;
        this.own = step.inputs().stream()
                .filter(FieldDescriptor::secret)
                .map(field -> inputs.get(field.name()))
                .filter(Objects::nonNull)
                .map(value -> value.toString().strip())
                // A reference names a secret and is none.
                .filter(value -> value.length() >= SHORTEST && !value.startsWith("secret:"))
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    String text(String text) {
        return own(masking.mask(text));
    }

    /** Of a text that begins anywhere. */
    String rest(String text) {
        return own(masking.maskRest(text));
    }

    private String own(String text) {
        String masked = text;
        for (String secret : own) {
            masked = masked.replace(secret, MASK);
        }
        return masked;
    }

    /** Masks value by value: in JSON's text, an escaped secret would not be recognised. */
    JsonNode json(JsonNode node) {
        if (node.isTextual()) {
            return TextNode.valueOf(text(node.textValue()));
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            node.forEach(element -> array.add(json(element)));
            return array;
        }
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.fields().forEachRemaining(field -> object.set(text(field.getKey()), json(field.getValue())));
            return object;
        }
        return node;
    }

    /** Inputs that did not bind, as a JSON object for the journal. */
    String unbound(StepDescriptor step, Map<String, Object> inputs) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        inputs.forEach((name, value) -> {
            boolean secret = value != null
                    && step.input(name).map(FieldDescriptor::secret).orElse(false);
            object.set(name, secret ? TextNode.valueOf(MASK) : json(VariableValues.toTree(value)));
        });
        return object.toString();
    }
}
