package io.muster.engine;

import java.util.List;
import java.util.function.Consumer;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.runtime.Job;

/** Suspends and activates for Muster itself: whoever asked has no such authorization in the engine, and needs none. */
final class SuspendedRuns {

    private final ProcessEngineConfigurationImpl engine;

    SuspendedRuns(ProcessEngineConfigurationImpl engine) {
        this.engine = engine;
    }

    /** With their jobs and tasks. */
    void suspend(List<String> processInstances) {
        each(processInstances, engine.getRuntimeService()::suspendProcessInstanceById);
    }

    void activate(List<String> processInstances) {
        each(processInstances, engine.getRuntimeService()::activateProcessInstanceById);
    }

    void cancel(String runId, String reason) {
        each(List.of(runId), id -> engine.getRuntimeService().deleteProcessInstance(id, reason));
    }

    /** @return the ids of those that were active: timers that start runs, the engine's own */
    List<String> suspendJobsOfNoRun() {
        List<String> jobs = engine.getCommandExecutorTxRequired()
                .execute(context -> context.runWithoutAuthorization(
                        () -> engine.getManagementService().createJobQuery().active().list().stream()
                                .filter(job -> job.getProcessInstanceId() == null)
                                .map(Job::getId)
                                .toList()));
        each(jobs, engine.getManagementService()::suspendJobById);
        return jobs;
    }

    void activateJobs(List<String> jobs) {
        each(jobs, engine.getManagementService()::activateJobById);
    }

    private void each(List<String> ids, Consumer<String> work) {
        engine.getCommandExecutorTxRequired()
                .execute(context -> context.runWithoutAuthorization(() -> {
                    ids.forEach(work);
                    return null;
                }));
    }
}
