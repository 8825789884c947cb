package io.muster.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.camunda.bpm.engine.history.HistoricActivityInstance;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.springframework.stereotype.Component;

/** The way that a run took through its diagram, from the engine's history. */
@Component
public class RunPaths {

    private final ProcessEngineConfigurationImpl engine;

    RunPaths(ProcessEngineConfigurationImpl engine) {
        this.engine = engine;
    }

    /**
     * One visit of an element.
     *
     * @param cancelled whether it was left without being done: by an event at its border, or with the run
     * @param calledRun the run of the runbook that a call activity started
     */
    public record Visit(
            String activity,
            String title,
            String type,
            Instant startedAt,
            Optional<Instant> endedAt,
            boolean cancelled,
            Optional<String> calledRun) {}

    /** In the order in which they were entered; empty where the engine's history of the run is gone. */
    public List<Visit> of(String runId) {
        return engine.getCommandExecutorTxRequired()
                .execute(context -> context.runWithoutAuthorization(() -> engine
                        .getHistoryService()
                        .createHistoricActivityInstanceQuery()
                        .processInstanceId(runId)
                        .orderPartiallyByOccurrence()
                        .asc()
                        .orderByHistoricActivityInstanceStartTime()
                        .asc()
                        .list()
                        .stream()
                        .map(RunPaths::visit)
                        .toList()));
    }

    private static Visit visit(HistoricActivityInstance instance) {
        return new Visit(
                instance.getActivityId(),
                Optional.ofNullable(instance.getActivityName()).orElse(instance.getActivityId()),
                instance.getActivityType(),
                instance.getStartTime().toInstant(),
                Optional.ofNullable(instance.getEndTime()).map(java.util.Date::toInstant),
                instance.isCanceled(),
                Optional.ofNullable(instance.getCalledProcessInstanceId()));
    }
}
