package io.muster.engine;

import java.util.List;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.el.FixedValue;
import org.camunda.bpm.engine.impl.form.FormDefinition;
import org.camunda.bpm.engine.impl.form.handler.DefaultTaskFormHandler;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity.TaskState;
import org.camunda.bpm.engine.impl.task.TaskDefinition;

/**
 * The tasks that ask, after a restore, what becomes of each unfinished run. They hang on the run, which is suspended, and are not
 * suspended themselves.
 */
final class RecoveryTasks {

    static final String KEY = "decide-after-restore";

    /** Who decides, here as over REST. */
    static final List<String> DECIDERS = List.of(Roles.OPERATORS, Roles.ADMINS);

    private static final String FORM = "embedded:/forms/decision/decide-after-restore.html";
    private static final String DESCRIPTION =
            """
            Muster's database was restored from a backup. It does not know what this run did since: approvals that were given since are gone, and \
            steps that ran since would run again. Nothing of it runs until this is decided. Look at its target first.""";
    /** Above decisions about failed steps: nothing else goes on meanwhile. */
    private static final int PRIORITY = 90;

    private final ProcessEngineConfigurationImpl engine;

    RecoveryTasks(ProcessEngineConfigurationImpl engine) {
        this.engine = engine;
    }

    static boolean isOne(String taskDefinitionKey) {
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

    /** Asks about each of these runs that is there and is not asked about yet. */
    void ask(List<String> runs) {
        each(runs, RecoveryTasks::ask);
    }

    /** Takes the question about a run back, where it is still open. */
    void withdraw(String run) {
        each(List.of(run), (context, id) -> open(context, id).forEach(DecisionTasks::withdraw));
    }

    private static void ask(CommandContext context, String run) {
        ExecutionEntity execution = context.getExecutionManager().findExecutionById(run);
        if (execution == null || !open(context, run).isEmpty()) {
            return;
        }
        TaskEntity task = new TaskEntity(execution);
        task.insert();
        task.setTaskDefinition(
                execution.getProcessDefinition().getTaskDefinitions().get(KEY));
        task.setName("Decide after restore: " + execution.getProcessDefinition().getKey());
        task.setDescription(DESCRIPTION);
        task.setPriority(PRIORITY);
        DECIDERS.forEach(task::addCandidateGroup);
        task.transitionTo(TaskState.STATE_CREATED);
    }

    private static List<TaskEntity> open(CommandContext context, String run) {
        return context.getTaskManager().findTasksByProcessInstanceId(run).stream()
                .filter(task -> isOne(task.getTaskDefinitionKey()) && !task.isDeleted())
                .toList();
    }

    private void each(List<String> runs, java.util.function.BiConsumer<CommandContext, String> work) {
        engine.getCommandExecutorTxRequired()
                .execute(command -> command.runWithoutAuthorization(() -> {
                    runs.forEach(run -> work.accept(Context.getCommandContext(), run));
                    return null;
                }));
    }
}
