package io.muster.engine;

import java.util.Map;
import org.camunda.bpm.engine.impl.TaskServiceImpl;
import org.camunda.bpm.engine.impl.cmd.CompleteTaskCmd;
import org.camunda.bpm.engine.impl.cmd.HandleTaskBpmnErrorCmd;
import org.camunda.bpm.engine.impl.cmd.HandleTaskEscalationCmd;
import org.camunda.bpm.engine.impl.cmd.ResolveTaskCmd;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.engine.variable.VariableMap;

/** The engine's task service, with {@link TaskDoors} before every way to leave a task. */
final class GuardedTaskService extends TaskServiceImpl {

    private final TaskDoors doors;

    GuardedTaskService(TaskDoors doors) {
        this.doors = doors;
    }

    @Override
    public void saveTask(Task task) {
        if (task instanceof TaskEntity entity && entity.getRevision() == 0) {
            throw Refused.forbidden(
                    "Tasks are made by runs, and by Muster for drills that are due; by nobody else. To ask"
                            + " somebody for something, start a runbook that asks.");
        }
        super.saveTask(task);
    }

    @Override
    public void complete(String taskId) {
        complete(taskId, null);
    }

    @Override
    public void complete(String taskId, Map<String, Object> variables) {
        commandExecutor.execute(
                doors.completing(taskId, given(variables), allowed -> new CompleteTaskCmd(taskId, allowed)));
    }

    @Override
    public VariableMap completeWithVariablesInReturn(
            String taskId, Map<String, Object> variables, boolean deserializeValues) {
        return commandExecutor.execute(doors.completing(
                taskId, given(variables), allowed -> new CompleteTaskCmd(taskId, allowed, true, deserializeValues)));
    }

    @Override
    public void resolveTask(String taskId) {
        resolveTask(taskId, null);
    }

    @Override
    public void resolveTask(String taskId, Map<String, Object> variables) {
        commandExecutor.execute(
                doors.leaving(taskId, given(variables), TaskDoors.RESOLVED, new ResolveTaskCmd(taskId, variables)));
    }

    @Override
    public void handleBpmnError(String taskId, String errorCode) {
        handleBpmnError(taskId, errorCode, null, null);
    }

    @Override
    public void handleBpmnError(String taskId, String errorCode, String errorMessage) {
        handleBpmnError(taskId, errorCode, errorMessage, null);
    }

    @Override
    public void handleBpmnError(String taskId, String errorCode, String errorMessage, Map<String, Object> variables) {
        commandExecutor.execute(doors.leaving(
                taskId,
                given(variables),
                "left by an error",
                new HandleTaskBpmnErrorCmd(taskId, errorCode, errorMessage, variables)));
    }

    @Override
    public void handleEscalation(String taskId, String escalationCode) {
        handleEscalation(taskId, escalationCode, null);
    }

    @Override
    public void handleEscalation(String taskId, String escalationCode, Map<String, Object> variables) {
        commandExecutor.execute(doors.leaving(
                taskId,
                given(variables),
                "left by an escalation",
                new HandleTaskEscalationCmd(taskId, escalationCode, variables)));
    }

    private static Map<String, Object> given(Map<String, Object> variables) {
        return variables == null ? Map.of() : variables;
    }
}
