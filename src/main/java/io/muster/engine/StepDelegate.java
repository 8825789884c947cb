package io.muster.engine;

import io.muster.step.StepDescriptor;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;

/**
 * The only delegate, one for each step: {@code camunda:delegateExpression="${sshCommand}"}. Binds the input, journals,
 * runs the step, journals its end, sets the outputs and acknowledges the entry in the engine's transaction.
 */
final class StepDelegate implements JavaDelegate {

    private final StepDescriptor step;
    private final StepRuntime runtime;

    StepDelegate(StepDescriptor step, StepRuntime runtime) {
        this.step = step;
        this.runtime = runtime;
    }

    @Override
    public void execute(DelegateExecution execution) {
        StepTask task = StepTask.at((ExecutionEntity) execution);
        RunningSteps.Running running = runtime.steps()
                .enter(task.jobId(), Optional.ofNullable(task.job().getLockOwner()))
                .orElseThrow(() -> new StepStopped(
                        StepStopped.Then.LEAVE,
                        "Running: Task '" + task.activity().getId()
                                + "' runs on this server already; its end is awaited."));
        try (StepTransactions.Held held = runtime.transactions().hold()) {
            new StepAttempt(step, runtime, task).run();
        } finally {
            running.close();
            // The engine takes a lock that ends at another time for one that another server holds, and would not record
            // a failure.
            running.renewedTo().ifPresent(task.job()::setLockExpirationTime);
        }
    }
}
