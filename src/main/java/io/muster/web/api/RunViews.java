package io.muster.web.api;

import io.muster.engine.DiagramSteps;
import io.muster.engine.LiveRuns;
import io.muster.journal.JournalReader;
import io.muster.journal.JournalReader.RunRow;
import io.muster.journal.RunJournal;
import io.muster.journal.StepRun;
import io.muster.safety.LockBoard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Puts the journal's and the engine's knowledge of runs together. */
@Component
class RunViews {

    private final JournalReader journal;
    private final LiveRuns liveRuns;
    private final DiagramSteps diagrams;
    private final LockBoard locks;

    RunViews(JournalReader journal, LiveRuns liveRuns, DiagramSteps diagrams, LockBoard locks) {
        this.journal = journal;
        this.liveRuns = liveRuns;
        this.diagrams = diagrams;
        this.locks = locks;
    }

    List<RunView> list(List<RunRow> rows) {
        Map<String, LiveRuns.Live> live = liveRuns.of(rows.stream()
                .filter(row -> row.endedAt().isEmpty())
                .map(row -> row.run().id())
                .toList());
        return rows.stream()
                .map(row -> view(row, live.getOrDefault(row.run().id(), none()), null))
                .toList();
    }

    RunView whole(RunRow row) {
        List<RunRow> family = family(row);
        List<String> open = family.stream()
                .filter(member -> member.endedAt().isEmpty())
                .map(member -> member.run().id())
                .toList();
        return view(row, union(liveRuns.of(open).values()), family);
    }

    private static LiveRuns.Live none() {
        return new LiveRuns.Live(List.of(), List.of());
    }

    private static LiveRuns.Live union(java.util.Collection<LiveRuns.Live> lives) {
        return new LiveRuns.Live(
                lives.stream().flatMap(live -> live.tasks().stream()).toList(),
                lives.stream().flatMap(live -> live.incidents().stream()).toList());
    }

    private List<RunRow> family(RunRow row) {
        List<RunRow> all = new ArrayList<>(List.of(row));
        journal.children(row.run().id()).forEach(child -> all.addAll(family(child)));
        return all;
    }

    private RunView view(RunRow row, LiveRuns.Live live, List<RunRow> family) {
        RunJournal.NewRun run = row.run();
        boolean whole = family != null;
        return new RunView(
                run.id(),
                run.runbook(),
                run.version(),
                state(row, live),
                row.outcome().orElse(null),
                run.startedBy().orElse(null),
                run.startedAt(),
                row.endedAt().orElse(null),
                run.parentId().orElse(null),
                run.environment().orElse(null),
                run.service().orElse(null),
                run.targetVersion().orElse(null),
                run.reason().orElse(null),
                whole
                        ? live.tasks().stream()
                                .map(task -> new RunView.Task(
                                        task.id(), task.task(), task.title(), task.assignee(), task.since()))
                                .toList()
                        : null,
                whole
                        ? live.incidents().stream()
                                .filter(LiveRuns.OpenIncident::own)
                                .map(incident ->
                                        new RunView.Problem(incident.activity(), incident.message(), incident.since()))
                                .toList()
                        : null,
                whole ? each(family, member -> approvals(member)) : null,
                whole ? waitsFor(run.rootId()) : null,
                whole ? each(family, member -> decisions(member)) : null,
                whole ? each(family, member -> documents(member)) : null,
                whole ? steps(row, family) : null);
    }

    private List<RunView.WaitsFor> waitsFor(String rootId) {
        return locks.waits(List.of(rootId)).getOrDefault(rootId, List.of()).stream()
                .map(entry -> new RunView.WaitsFor(
                        entry.target(),
                        entry.rootRunId(),
                        entry.runbook().orElse(null),
                        entry.startedBy().orElse(null),
                        entry.grantedAt().orElse(null),
                        entry.reason().orElse(null)))
                .toList();
    }

    private static <T> List<T> each(List<RunRow> family, java.util.function.Function<RunRow, Stream<T>> part) {
        return family.stream().flatMap(part).toList();
    }

    private static RunView.State state(RunRow row, LiveRuns.Live live) {
        if (row.endState().isPresent()) {
            return RunView.State.valueOf(row.endState().get().name());
        }
        if (!live.incidents().isEmpty()) {
            return RunView.State.FAILED;
        }
        return live.tasks().isEmpty() ? RunView.State.RUNNING : RunView.State.WAITING;
    }

    private Stream<RunView.Approval> approvals(RunRow row) {
        return journal.approvals(row.run().id()).stream()
                .map(approval -> new RunView.Approval(
                        approval.task(),
                        approval.by(),
                        approval.at(),
                        approval.approved(),
                        approval.comment(),
                        approval.self()));
    }

    private Stream<DecisionView> decisions(RunRow row) {
        return journal.decisions(row.run().id()).stream().map(DecisionView::of);
    }

    private Stream<RunView.Document> documents(RunRow row) {
        return journal.documents(row.run().id()).stream()
                .map(document -> new RunView.Document(
                        document.name(),
                        document.mediaType(),
                        document.at(),
                        "/api/runs/" + row.run().id() + "/documents/" + document.name()));
    }

    private List<RunView.Step> steps(RunRow row, List<RunRow> family) {
        List<StepRun> run = family.stream()
                .flatMap(member -> journal.steps(member.run().id()).stream())
                .sorted(Comparator.comparing(StepRun::startedAt).thenComparing(StepRun::attempt))
                .toList();
        Stream<RunView.Step> notRun = row.endedAt().isPresent() ? notRun(row, run) : Stream.empty();
        return Stream.concat(run.stream().map(RunViews::step), notRun).toList();
    }

    private Stream<RunView.Step> notRun(RunRow row, List<StepRun> run) {
        Set<String> entered = run.stream()
                .filter(step -> step.runId().equals(row.run().id()))
                .map(StepRun::activityId)
                .collect(Collectors.toSet());
        return diagrams.of(row.run().definitionId()).stream()
                .filter(step -> !entered.contains(step.activity()))
                .map(step -> new RunView.Step(
                        null,
                        row.run().id(),
                        step.activity(),
                        step.title(),
                        step.step(),
                        null,
                        "NOT_RUN",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null));
    }

    static RunView.Step step(StepRun step) {
        return new RunView.Step(
                step.id(),
                step.runId(),
                step.activityId(),
                step.title(),
                step.step(),
                step.target(),
                step.state().name(),
                step.attempt(),
                step.startedAt(),
                step.endedAt().orElse(null),
                step.endedAt()
                        .map(end -> Duration.between(step.startedAt(), end).toMillis())
                        .orElse(null),
                step.input(),
                step.output().orElse(null),
                step.failure()
                        .map(failure -> new RunView.Failure(failure.kind(), failure.reason(), failure.message()))
                        .orElse(null));
    }
}
