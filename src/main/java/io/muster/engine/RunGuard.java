package io.muster.engine;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.camunda.bpm.engine.impl.cmd.AbstractPatchVariablesCmd;
import org.camunda.bpm.engine.impl.cmd.AbstractRemoveVariableCmd;
import org.camunda.bpm.engine.impl.cmd.AbstractRestartProcessInstanceCmd;
import org.camunda.bpm.engine.impl.cmd.AbstractSetStateCmd;
import org.camunda.bpm.engine.impl.cmd.AbstractSetVariableCmd;
import org.camunda.bpm.engine.impl.cmd.DeleteDeploymentCmd;
import org.camunda.bpm.engine.impl.cmd.DeployCmd;
import org.camunda.bpm.engine.impl.cmd.ExecuteJobsCmd;
import org.camunda.bpm.engine.impl.cmd.ModifyProcessInstanceAsyncCmd;
import org.camunda.bpm.engine.impl.cmd.ModifyProcessInstanceCmd;
import org.camunda.bpm.engine.impl.cmd.ProcessInstanceModificationBatchCmd;
import org.camunda.bpm.engine.impl.cmd.ProcessInstanceModificationCmd;
import org.camunda.bpm.engine.impl.cmd.SetProcessDefinitionVersionCmd;
import org.camunda.bpm.engine.impl.cmd.SignalCmd;
import org.camunda.bpm.engine.impl.cmd.StartProcessInstanceAtActivitiesCmd;
import org.camunda.bpm.engine.impl.cmd.UpdateProcessInstancesSuspendStateBatchCmd;
import org.camunda.bpm.engine.impl.cmd.UpdateProcessInstancesSuspendStateCmd;
import org.camunda.bpm.engine.impl.cmd.batch.variables.SetVariablesToProcessInstancesBatchCmd;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.migration.AbstractMigrationCmd;

/**
 * Refuses, whatever a user's authorizations are, the engine's operations that put a token or a variable where the
 * diagram would not: each of them walks past an approval. Skipping a step or changing its input is a decision in Muster,
 * recorded in the journal.
 *
 * <p>It holds for commands that an authenticated user issues. What is not enforced here and rests on authorizations
 * that no group of Muster has: correlating a message or signal into a running instance. An administrator of accounts
 * can create a second account, or grant these; both are in the engine's operation log.
 */
final class RunGuard {

    private record Rule(Class<?> command, String what) {}

    private static final List<Rule> RULES = List.of(
            new Rule(AbstractSetVariableCmd.class, "Setting variables by hand"),
            new Rule(AbstractPatchVariablesCmd.class, "Setting variables by hand"),
            new Rule(AbstractRemoveVariableCmd.class, "Removing variables by hand"),
            new Rule(SetVariablesToProcessInstancesBatchCmd.class, "Setting variables by hand"),
            new Rule(ModifyProcessInstanceCmd.class, "Moving a run's token"),
            new Rule(ModifyProcessInstanceAsyncCmd.class, "Moving a run's token"),
            new Rule(ProcessInstanceModificationCmd.class, "Moving a run's token"),
            new Rule(ProcessInstanceModificationBatchCmd.class, "Moving a run's token"),
            new Rule(SignalCmd.class, "Triggering an execution"),
            new Rule(AbstractMigrationCmd.class, "Migrating runs"),
            new Rule(SetProcessDefinitionVersionCmd.class, "Migrating runs"),
            new Rule(AbstractRestartProcessInstanceCmd.class, "Restarting a run at an activity"),
            new Rule(StartProcessInstanceAtActivitiesCmd.class, "Starting a run at an activity"),
            new Rule(DeployCmd.class, "Deploying through the engine's API"),
            new Rule(DeleteDeploymentCmd.class, "Deleting a deployment"));

    /** What would set a run going that waits for a decision after a restore. */
    private static final List<Class<?>> PAST_RECOVERY = List.of(
            AbstractSetStateCmd.class,
            UpdateProcessInstancesSuspendStateCmd.class,
            UpdateProcessInstancesSuspendStateBatchCmd.class,
            ExecuteJobsCmd.class);

    private final Supplier<Authentication> authentication;
    private final BooleanSupplier recovering;

    /** @param recovering whether runs wait for a decision after a restore */
    RunGuard(Supplier<Authentication> authentication, BooleanSupplier recovering) {
        this.authentication = authentication;
        this.recovering = recovering;
    }

    /** @throws Refused when a user asked for what would walk past an approval */
    void check(Command<?> command) {
        Authentication current = authentication.get();
        if (current == null || current.getUserId() == null) {
            return;
        }
        RULES.stream()
                .filter(rule -> rule.command().isInstance(command))
                .findFirst()
                .ifPresent(rule -> {
                    throw Refused.forbidden(rule.what() + " is refused for everyone, " + current.getUserId()
                            + " too: it would walk past approvals and checks. Start runs from their beginning, answer their "
                            + "tasks, retry failed jobs, or cancel the run; runbooks are deployed from their files.");
                });
        if (PAST_RECOVERY.stream().anyMatch(type -> type.isInstance(command)) && recovering.getAsBoolean()) {
            throw Refused.forbidden(
                    "Muster is in recovery mode: suspending, activating and executing by hand are refused"
                            + " until every unfinished run is resumed or aborted (GET /api/recovery).");
        }
    }
}
