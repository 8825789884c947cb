package io.muster.engine;

import java.util.Map;
import org.camunda.bpm.engine.impl.FormServiceImpl;
import org.camunda.bpm.engine.impl.cmd.SubmitTaskFormCmd;
import org.camunda.bpm.engine.variable.VariableMap;

/** The engine's form service, with {@link TaskDoors} before a task's form is submitted. */
final class GuardedFormService extends FormServiceImpl {

    private final TaskDoors doors;

    GuardedFormService(TaskDoors doors) {
        this.doors = doors;
    }

    @Override
    public void submitTaskForm(String taskId, Map<String, Object> properties) {
        submit(taskId, properties, false, false);
    }

    @Override
    public VariableMap submitTaskFormWithVariablesInReturn(
            String taskId, Map<String, Object> properties, boolean deserializeValues) {
        return submit(taskId, properties, true, deserializeValues);
    }

    private VariableMap submit(
            String taskId, Map<String, Object> properties, boolean returnVariables, boolean deserializeValues) {
        return commandExecutor.execute(doors.completing(
                taskId,
                properties == null ? Map.of() : properties,
                allowed -> new SubmitTaskFormCmd(taskId, allowed, returnVariables, deserializeValues)));
    }
}
