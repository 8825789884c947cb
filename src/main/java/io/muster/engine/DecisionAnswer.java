package io.muster.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.muster.journal.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.variable.VariableMap;
import org.camunda.bpm.engine.variable.value.SerializableValue;
import org.camunda.bpm.engine.variable.value.TypedValue;

/**
 * What somebody answers, as it was submitted: {@code decision} ({@code retry}, {@code skip}, {@code abort}), {@code reason}, and
 * with {@code retry} the changed inputs as a JSON object in {@code input}.
 *
 * @param choice empty where it is none
 * @param problems everything that is wrong with it by itself
 */
record DecisionAnswer(
        Optional<Decision.Choice> choice, Optional<String> reason, ObjectNode input, List<String> problems) {

    static final String DECISION = "decision";
    static final String REASON = "reason";
    static final String INPUT = "input";
    static final List<String> NAMES = List.of(DECISION, REASON, INPUT);
    private static final int SHORTEST_REASON = 3;
    private static final int LONGEST_REASON = 4_000;

    static DecisionAnswer of(Map<String, Object> submitted) {
        List<String> problems = new ArrayList<>();
        ObjectNode input = input(value(submitted, INPUT), problems);
        boolean changes = !input.isEmpty() || !problems.isEmpty();
        Optional<Decision.Choice> choice = choice(value(submitted, DECISION), changes, problems);
        Optional<String> reason = reason(value(submitted, REASON), problems);
        if (reason.isEmpty() && choice.filter(it -> it != Decision.Choice.RETRY).isPresent()) {
            problems.add("'reason' is missing: say why, in at least " + SHORTEST_REASON
                    + " characters; it is kept with the run.");
        }
        return new DecisionAnswer(choice, reason, input, problems);
    }

    boolean is(Decision.Choice which) {
        return choice.filter(it -> it == which).isPresent();
    }

    private static Optional<Decision.Choice> choice(Object given, boolean changes, List<String> problems) {
        String text = given == null ? "" : given.toString().strip().toLowerCase(Locale.ROOT);
        Optional<Decision.Choice> choice =
                switch (text) {
                    case "retry" -> Optional.of(changes ? Decision.Choice.CHANGE_INPUT : Decision.Choice.RETRY);
                    case "skip" -> Optional.of(Decision.Choice.SKIP);
                    case "abort" -> Optional.of(Decision.Choice.ABORT);
                    default -> Optional.empty();
                };
        if (choice.isEmpty()) {
            problems.add("'decision' is " + (text.isEmpty() ? "missing" : "'" + text + "'")
                    + ". Give 'retry', 'skip' or 'abort'.");
        } else if (changes && choice.get() != Decision.Choice.CHANGE_INPUT) {
            problems.add("'input' goes with 'retry' only. Leave it out.");
        }
        return choice;
    }

    private static Optional<String> reason(Object given, List<String> problems) {
        String text = given == null ? "" : given.toString().strip();
        checkReason(text, problems);
        return Optional.of(text).filter(it -> !it.isEmpty());
    }

    static void checkReason(String text, List<String> problems) {
        if (!text.isEmpty() && (text.length() < SHORTEST_REASON || text.length() > LONGEST_REASON)) {
            problems.add("'reason' has " + text.length() + " characters. Give " + SHORTEST_REASON + " to "
                    + LONGEST_REASON + ".");
        }
    }

    private static ObjectNode input(Object given, List<String> problems) {
        if (given == null || given instanceof String text && text.isBlank()) {
            return JsonNodeFactory.instance.objectNode();
        }
        try {
            JsonNode node =
                    given instanceof Map<?, ?> ? VariableValues.toTree(given) : VariableValues.read(given.toString());
            if (node instanceof ObjectNode object) {
                return object;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        problems.add("'input' is not a JSON object. Give the inputs to change by name, as {\"command\": \"…\"}.");
        return JsonNodeFactory.instance.objectNode();
    }

    static Object value(Map<String, Object> submitted, String name) {
        Object value = submitted instanceof VariableMap map ? map.getValueTyped(name) : submitted.get(name);
        if (value instanceof SerializableValue serialized && serialized.getValueSerialized() != null) {
            return serialized.getValueSerialized();
        }
        return value instanceof TypedValue typed ? typed.getValue() : value;
    }
}
