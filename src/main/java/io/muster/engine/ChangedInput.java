package io.muster.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.muster.journal.Masking;
import io.muster.journal.StepRun;
import io.muster.step.FieldDescriptor;
import io.muster.step.InputBinder;
import io.muster.step.InputProblem;
import io.muster.step.StepDescriptor;
import io.muster.step.StepFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks inputs that somebody changed for a failed step, with the step's own binder. */
final class ChangedInput {

    private final InputBinder binder;
    private final Masking masking;

    ChangedInput(InputBinder binder, Masking masking) {
        this.binder = binder;
        this.masking = masking;
    }

    /**
     * @param failed the attempt whose input is changed
     * @return one sentence for each input that is wrong
     */
    List<String> problems(StepDescriptor step, StepRun failed, ObjectNode changed) {
        List<String> problems = new ArrayList<>(secretsInClear(changed));
        Map<String, Object> values = new HashMap<>(plain(changed));
        Set<String> unknowable = new HashSet<>();
        VariableValues.read(failed.input()).properties().forEach(recorded -> {
            if (values.containsKey(recorded.getKey())
                    || step.input(recorded.getKey()).isEmpty()) {
                return;
            }
            if (masked(step, recorded.getKey(), recorded.getValue())) {
                unknowable.add(recorded.getKey());
            } else {
                values.put(recorded.getKey(), VariableValues.toPlain(recorded.getValue()));
            }
        });
        binder.check(step, values, unknowable).stream()
                .map(InputProblem::message)
                .forEach(problems::add);
        if (problems.isEmpty() && unknowable.isEmpty()) {
            problems.addAll(whole(step, failed.activityId(), values));
        }
        return problems.isEmpty()
                ? problems
                : List.of("The changed input of '" + failed.activityId() + "' (step " + step.name()
                        + ") is not valid:\n  - " + String.join("\n  - ", problems));
    }

    /** What a step is given: null takes an input back to the step's default. */
    static Map<String, Object> plain(JsonNode changed) {
        Map<String, Object> values = new HashMap<>();
        changed.properties().forEach(field -> values.put(field.getKey(), VariableValues.toPlain(field.getValue())));
        return values;
    }

    private List<String> secretsInClear(ObjectNode changed) {
        return changed.properties().stream()
                .filter(field -> !masking.maskJson(field.getValue().toString())
                        .equals(field.getValue().toString()))
                .map(field -> "Input '" + field.getKey()
                        + "' holds a secret in clear. Name it as 'secret:NAME', where the " + "step takes secrets.")
                .toList();
    }

    private static boolean masked(StepDescriptor step, String name, JsonNode value) {
        return step.input(name).map(FieldDescriptor::secret).orElse(false)
                || value.toString().contains(StepMask.MASK);
    }

    private List<String> whole(StepDescriptor step, String activity, Map<String, Object> values) {
        try {
            binder.bind(step, activity, values);
            return List.of();
        } catch (StepFailure.Rejected e) {
            return List.of(e.getMessage());
        }
    }
}
