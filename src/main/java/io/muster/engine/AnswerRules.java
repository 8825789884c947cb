package io.muster.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.camunda.bpm.engine.impl.core.model.PropertyKey;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.impl.util.xml.Element;

/**
 * What a diagram asks of the answer to a person's task, in extension properties of the task.
 *
 * @param choices {@code choices.VARIABLE}: values of which one must be given
 * @param reasons {@code reasonFor.VARIABLE}: those of its values that need a {@code decisionReason}
 */
record AnswerRules(Map<String, List<String>> choices, Map<String, List<String>> reasons) {

    static final String REASON = "decisionReason";

    private static final String REASON_FOR = "reasonFor.";
    private static final PropertyKey<AnswerRules> RULES = new PropertyKey<>("musterAnswerRules");
    private static final AnswerRules NONE = new AnswerRules(Map.of(), Map.of());

    static void readTask(Element task, ActivityImpl activity) {
        Map<String, List<String>> choices = new LinkedHashMap<>();
        Map<String, List<String>> reasons = new LinkedHashMap<>();
        DecisionRules.properties(task).forEach((name, value) -> {
            if (name.startsWith(RunbookDiagram.CHOICES)) {
                choices.put(name.substring(RunbookDiagram.CHOICES.length()), values(value));
            } else if (name.startsWith(REASON_FOR)) {
                reasons.put(name.substring(REASON_FOR.length()), values(value));
            }
        });
        activity.getProperties().set(RULES, new AnswerRules(choices, reasons));
    }

    private static List<String> values(String text) {
        return Arrays.stream(text.split(",")).map(String::strip).toList();
    }

    static AnswerRules of(TaskEntity task) {
        ActivityImpl activity =
                task.getExecution() == null ? null : task.getExecution().getActivity();
        return activity == null
                ? NONE
                : Objects.requireNonNullElse(activity.getProperties().get(RULES), NONE);
    }

    boolean isEmpty() {
        return choices.isEmpty() && reasons.isEmpty();
    }

    /**
     * @param submitted with the completion: what an earlier answer left in the run does not count
     * @throws Refused naming everything that is missing
     */
    void check(String task, Map<String, Object> submitted) {
        List<String> problems = new ArrayList<>();
        choices.forEach((name, values) -> {
            String given = text(submitted, name);
            if (!values.contains(given)) {
                problems.add("'" + name + "' is " + (given.isEmpty() ? "missing" : "'" + given + "'") + ". Give "
                        + String.join(" or ", values) + ".");
            }
        });
        String reason = text(submitted, REASON);
        reasons.forEach((name, values) -> {
            if (values.contains(text(submitted, name)) && reason.isEmpty()) {
                problems.add("'" + REASON + "' is missing: say why it is '" + text(submitted, name)
                        + "'; it is kept with the run and its report.");
            }
        });
        if (!problems.isEmpty()) {
            throw Refused.invalid("Task '" + task + "' was not completed:\n- " + String.join("\n- ", problems));
        }
    }

    private static String text(Map<String, Object> submitted, String name) {
        Object value = DecisionAnswer.value(submitted, name);
        return value == null ? "" : value.toString().strip();
    }
}
