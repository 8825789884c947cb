package io.muster.engine;

import io.muster.approval.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.variable.VariableMap;
import org.camunda.bpm.engine.variable.Variables;
import org.camunda.bpm.engine.variable.value.SerializableValue;
import org.camunda.bpm.engine.variable.value.TypedValue;

/**
 * Checks what a person submits with a task, before the engine's own command runs, in the same transaction.
 *
 * <p>An approval decides and changes nothing else: it accepts {@code approved} and {@code comment}, and other variables
 * only with the value that they have (forms send what they show). Any other task may not set {@code approved}, nor
 * change what the run was started with or what steps found: what was approved would not be what is done. What it answers
 * is journalled.
 */
final class TaskDoors {

    static final String RESOLVED = "resolved";

    private final Approvals approvals;
    private final Decisions decisions;
    private final RecoveryAnswers recovery;
    private final JournalledAnswers answers;

    TaskDoors(Approvals approvals, Decisions decisions, RecoveryAnswers recovery, JournalledAnswers answers) {
        this.approvals = approvals;
        this.decisions = decisions;
        this.recovery = recovery;
        this.answers = answers;
    }

    /** Wraps a completing command, which is made from the variables that may pass. */
    Command<VariableMap> completing(
            String taskId, Map<String, Object> submitted, Function<Map<String, Object>, Command<VariableMap>> command) {
        return context -> {
            TaskEntity task = find(context, taskId);
            refuseDueDrill(taskId);
            if (task == null || task.getProcessInstanceId() == null) {
                return command.apply(submitted).execute(context);
            }
            if (DecisionTasks.isDecision(task.getTaskDefinitionKey())) {
                decisions.take(context, task, submitted);
                return Variables.createVariables();
            }
            if (RecoveryTasks.isOne(task.getTaskDefinitionKey())) {
                recovery.take(context, task, submitted);
                return Variables.createVariables();
            }
            if (!Approvals.isApproval(task.getTaskDefinitionKey())) {
                checkOrdinary(task, submitted);
                AnswerRules.of(task).check(task.getTaskDefinitionKey(), submitted);
                answers.keep(task, submitted);
                return command.apply(submitted).execute(context);
            }
            return complete(context, task, submitted, command);
        };
    }

    /** Wraps a command that leaves a task in another way than by completing it; that is an answer to an ordinary one, too. */
    <T> Command<T> leaving(String taskId, Map<String, Object> submitted, String how, Command<T> command) {
        return context -> {
            TaskEntity task = find(context, taskId);
            refuseDueDrill(taskId);
            if (task != null && Approvals.isApproval(task.getTaskDefinitionKey())) {
                throw Refused.forbidden("'" + task.getTaskDefinitionKey() + "' cannot be " + how
                        + ": it is decided by completing it with 'approved' and 'comment'.");
            }
            if (task != null
                    && (DecisionTasks.isDecision(task.getTaskDefinitionKey())
                            || RecoveryTasks.isOne(task.getTaskDefinitionKey()))) {
                throw Refused.forbidden("'" + task.getTaskDefinitionKey() + "' cannot be " + how
                        + ": it is decided by completing it with 'decision' and 'reason'.");
            }
            if (task != null && !AnswerRules.of(task).isEmpty()) {
                throw Refused.forbidden("'" + task.getTaskDefinitionKey() + "' cannot be " + how
                        + ": its diagram asks for an answer. Complete it with one.");
            }
            if (task != null && task.getProcessInstanceId() != null) {
                checkOrdinary(task, submitted);
                // A task that is resolved stays; with variables that is half of an answer.
                if (!how.equals(RESOLVED) || !submitted.isEmpty()) {
                    answers.keep(task, submitted);
                }
            }
            return command.execute(context);
        };
    }

    private static void refuseDueDrill(String taskId) {
        if (taskId != null && DueDrillTasks.isDueDrill(taskId)) {
            throw Refused.invalid(
                    "This task is not completed by hand: it goes when a drill of its service is started. Its"
                            + " description says which.");
        }
    }

    private VariableMap complete(
            CommandContext context,
            TaskEntity task,
            Map<String, Object> submitted,
            Function<Map<String, Object>, Command<VariableMap>> command) {
        if (task.getDelegationState() != null) {
            throw Refused.forbidden("'" + task.getTaskDefinitionKey()
                    + "' was delegated, so its answer is not its approver's. Cancel the run and start it again.");
        }
        Verdict verdict = approvals.judge(task, plain(submitted));
        List<String> changes = changed(task, submitted).stream()
                .filter(name -> !name.equals(RunRules.APPROVED) && !name.equals(RunRules.COMMENT))
                .toList();
        if (!changes.isEmpty()) {
            throw Refused.invalid("'" + task.getTaskDefinitionKey()
                    + "' was not decided: an approval sets 'approved' and "
                    + "'comment' and changes nothing else, and this one would change " + String.join(", ", changes)
                    + ". Leave them out; where something else is needed, reject and start a run that asks for it.");
        }
        Map<String, Object> decision = new LinkedHashMap<>();
        decision.put(RunRules.APPROVED, verdict.approved());
        decision.put(RunRules.COMMENT, verdict.comment());
        return approvals.deciding(task, verdict, () -> command.apply(decision).execute(context));
    }

    private static void checkOrdinary(TaskEntity task, Map<String, Object> submitted) {
        RunRules rules = RunRules.of(task.getProcessDefinition());
        List<String> changes = changed(task, submitted).stream()
                .filter(name -> name.equals(RunRules.APPROVED) || rules.fixed(name))
                .toList();
        if (!changes.isEmpty()) {
            throw Refused.invalid("Task '" + task.getTaskDefinitionKey() + "' was not completed: it may not change "
                    + String.join(", ", changes)
                    + " (given at start, found by steps, or decided by an approval). Leave them out.");
        }
    }

    /** Names whose submitted value differs from the one the task sees. */
    private static List<String> changed(TaskEntity task, Map<String, Object> submitted) {
        return submitted.keySet().stream()
                .filter(name -> !same(typed(submitted, name), task.getVariableTyped(name, false)))
                .sorted()
                .toList();
    }

    private static boolean same(Object submitted, TypedValue current) {
        return Objects.equals(comparable(submitted), comparable(current));
    }

    private static String comparable(Object value) {
        if (value instanceof SerializableValue serialized && serialized.getValueSerialized() != null) {
            return serialized.getValueSerialized();
        }
        Object content = value instanceof TypedValue typed ? VariableValues.undeserialized(typed) : value;
        return content == null ? null : content.toString();
    }

    private static Object typed(Map<String, Object> variables, String name) {
        return variables instanceof VariableMap map ? map.getValueTyped(name) : variables.get(name);
    }

    private static Map<String, Object> plain(Map<String, Object> variables) {
        Map<String, Object> plain = new LinkedHashMap<>();
        for (String name : List.of(RunRules.APPROVED, RunRules.COMMENT)) {
            Object value = typed(variables, name);
            plain.put(name, value instanceof TypedValue typed ? VariableValues.undeserialized(typed) : value);
        }
        return plain;
    }

    private static TaskEntity find(CommandContext context, String taskId) {
        return taskId == null ? null : context.getTaskManager().findTaskById(taskId);
    }
}
