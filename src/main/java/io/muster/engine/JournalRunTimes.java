package io.muster.engine;

import io.muster.journal.Decision;
import io.muster.journal.JournalReader;
import io.muster.journal.StepRun;
import io.muster.step.RunTimes;
import io.muster.step.StepContext;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.camunda.bpm.engine.history.HistoricTaskInstance;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Called runs from the journal; what waited for people from the engine's history. */
@Component
class JournalRunTimes implements RunTimes {

    private final JournalReader journal;
    /** Looked up when it is needed: the engine is made of the steps that ask here. */
    private final ObjectProvider<ProcessEngineConfigurationImpl> engines;

    JournalRunTimes(JournalReader journal, ObjectProvider<ProcessEngineConfigurationImpl> engines) {
        this.journal = journal;
        this.engines = engines;
    }

    @Override
    public List<Called> called(String runId) {
        return journal.children(runId).stream()
                .map(child -> new Called(
                        child.run().id(),
                        child.run().runbook(),
                        child.run().startedAt(),
                        child.endedAt(),
                        child.endState().map(Enum::name),
                        child.outcome(),
                        effects(child.run().id()),
                        tree(child.run().id()).mapToInt(this::decisions).sum()))
                .toList();
    }

    @Override
    public int decisions(String runId) {
        return (int) journal.decisions(runId).stream()
                .filter(decision -> decision.taken().flatMap(Decision.Taken::by).isPresent())
                .count();
    }

    private int effects(String runId) {
        int own = journal.steps(runId).stream()
                .mapToInt(step -> journal.effects(step.id()).size())
                .sum();
        return own
                + journal.children(runId).stream()
                        .mapToInt(child -> effects(child.run().id()))
                        .sum();
    }

    @Override
    public Optional<Instant> firstEffect(String runId, String activityId) {
        return journal.steps(runId).stream()
                .filter(step -> step.activityId().equals(activityId))
                .flatMap(step -> journal.effects(step.id()).stream())
                .map(JournalReader.Effect::at)
                .min(Comparator.naturalOrder());
    }

    @Override
    public List<Change> changes(String rootRunId, String step) {
        return changes(rootRunId, step, done -> done.state() == StepRun.State.SUCCEEDED);
    }

    @Override
    public List<Change> attempted(String rootRunId, String step) {
        return changes(rootRunId, step, done -> done.state() != StepRun.State.OPEN);
    }

    private List<Change> changes(String rootRunId, String step, Predicate<StepRun> which) {
        return tree(rootRunId)
                .flatMap(run -> journal.steps(run).stream())
                .filter(done -> done.step().equals(step) && which.test(done))
                .flatMap(done -> journal.effects(done.id()).stream()
                        .map(effect -> new Change(
                                done.target(),
                                effect.at(),
                                new StepContext.Effect(effect.kind(), effect.target(), effect.handle()))))
                .sorted(Comparator.comparing(Change::at))
                .toList();
    }

    private Stream<String> tree(String runId) {
        return Stream.concat(
                Stream.of(runId),
                journal.children(runId).stream()
                        .flatMap(child -> tree(child.run().id())));
    }

    @Override
    public List<Wait> waits(String rootRunId) {
        ProcessEngineConfigurationImpl engine = engines.getObject();
        List<HistoricTaskInstance> tasks = engine.getCommandExecutorTxRequired()
                .execute(context -> context.runWithoutAuthorization(() -> engine.getHistoryService()
                        .createHistoricTaskInstanceQuery()
                        .rootProcessInstanceId(rootRunId)
                        .list()));
        return tasks.stream()
                .map(task -> new Wait(
                        task.getStartTime().toInstant(),
                        Optional.ofNullable(task.getEndTime()).map(java.util.Date::toInstant)))
                .toList();
    }
}
