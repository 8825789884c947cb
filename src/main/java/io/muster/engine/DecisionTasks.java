package io.muster.engine;

import io.muster.journal.Decision;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.el.FixedValue;
import org.camunda.bpm.engine.impl.form.FormDefinition;
import org.camunda.bpm.engine.impl.form.handler.DefaultTaskFormHandler;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity.TaskState;
import org.camunda.bpm.engine.impl.task.TaskDefinition;

/**
 * The task that asks what to do about a failed job. It hangs on the execution that the job would move, has the id of the job's
 * incident, so that there is one for each, and is completed by {@link Decisions} alone.
 */
final class DecisionTasks {

    static final String KEY = "decide-failed-step";
    private static final String FORM = "embedded:/forms/decision/decide-failed-step.html";
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_DESCRIPTION = 3_900;
    /** Above the 50 of other tasks. */
    private static final int PRIORITY = 80;

    private DecisionTasks() {}

    static boolean isDecision(String taskDefinitionKey) {
        return KEY.equals(taskDefinitionKey);
    }

    /** Makes the task known to a diagram, which does not draw it. */
    static void define(ProcessDefinitionEntity definition) {
        TaskDefinition task = new TaskDefinition(new DefaultTaskFormHandler());
        FormDefinition form = new FormDefinition();
        form.setFormKey(new FixedValue(FORM));
        task.setFormDefinition(form);
        task.setKey(KEY);
        definition.getTaskDefinitions().put(KEY, task);
    }

    /** @param approved whether only an approver gives the step other input */
    static void create(ExecutionEntity execution, Decision decision, boolean approved) {
        TaskEntity task = new TaskEntity(execution);
        task.setId(decision.taskId());
        task.insert();
        task.setTaskDefinition(
                execution.getProcessDefinition().getTaskDefinitions().get(KEY));
        task.setName(shortened("Decide: " + decision.title() + " failed", LONGEST_NAME));
        task.setDescription(shortened(decision.message(), LONGEST_DESCRIPTION));
        task.setPriority(PRIORITY);
        task.addCandidateGroup(decision.owners());
        if (approved && !decision.owners().equals(Roles.APPROVERS)) {
            task.addCandidateGroup(Roles.APPROVERS);
        }
        task.transitionTo(TaskState.STATE_CREATED);
    }

    static void complete(TaskEntity task) {
        task.logUserOperation(org.camunda.bpm.engine.history.UserOperationLogEntry.OPERATION_TYPE_COMPLETE);
        task.transitionTo(TaskState.STATE_COMPLETED);
        remove(task, TaskEntity.DELETE_REASON_COMPLETED);
    }

    static void withdraw(TaskEntity task) {
        remove(task, TaskEntity.DELETE_REASON_DELETED);
    }

    private static void remove(TaskEntity task, String reason) {
        Context.getCommandContext().getTaskManager().deleteTask(task, reason, false, false);
        if (task.getExecution() != null) {
            task.getExecution().removeTask(task);
        }
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }
}
