package io.muster.web.api;

import io.muster.engine.LiveRuns;
import io.muster.journal.JournalReader;
import io.muster.journal.JournalReader.RunRow;
import io.muster.journal.RunJournal;
import io.muster.journal.RunSearch;
import io.muster.safety.LockBoard;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Puts the journal's and the engine's knowledge of runs together. */
@Component
class RunViews {

    private final JournalReader journal;
    private final LiveRuns liveRuns;
    private final RunSteps steps;
    private final LockBoard locks;

    RunViews(JournalReader journal, LiveRuns liveRuns, RunSteps steps, LockBoard locks) {
        this.journal = journal;
        this.liveRuns = liveRuns;
        this.steps = steps;
        this.locks = locks;
    }

    /** The same over another view of the journal. */
    RunViews reading(JournalReader other) {
        return new RunViews(other, liveRuns, steps.reading(other), locks);
    }

    List<RunView> list(List<RunSearch.Found> found) {
        Map<String, List<String>> current = journal.current(found.stream()
                .map(RunSearch.Found::row)
                .filter(row -> row.endedAt().isEmpty())
                .map(row -> row.run().id())
                .toList());
        return found.stream()
                .map(run ->
                        view(run.row(), run.state(), current.get(run.row().run().id()), null))
                .toList();
    }

    RunView whole(RunRow row) {
        List<RunRow> family = family(row);
        Map<String, LiveRuns.Live> live = liveRuns.of(family.stream()
                .filter(member -> member.endedAt().isEmpty())
                .map(member -> member.run().id())
                .toList());
        return view(
                row,
                state(row, live.values()),
                row.endedAt().isPresent()
                        ? null
                        : journal.current(List.of(row.run().id())).get(row.run().id()),
                new Parts(row, family, live));
    }

    /** A run, and what it called, and so on. */
    List<RunRow> family(RunRow row) {
        List<RunRow> all = new ArrayList<>(List.of(row));
        journal.children(row.run().id()).forEach(child -> all.addAll(family(child)));
        return all;
    }

    private RunView view(RunRow row, RunSearch.State state, List<String> current, Parts parts) {
        RunJournal.NewRun run = row.run();
        return new RunView(
                run.id(),
                run.runbook(),
                run.version(),
                state,
                row.outcome().orElse(null),
                run.startedBy().orElse(null),
                run.startedAt(),
                row.endedAt().orElse(null),
                run.parentId().orElse(null),
                run.environment().orElse(null),
                run.service().orElse(null),
                run.targetVersion().orElse(null),
                run.reason().orElse(null),
                current,
                parts == null ? null : parts.tasks(),
                parts == null ? null : parts.problems(),
                parts == null ? null : parts.each(this::approvals),
                parts == null ? null : waitsFor(run.rootId()),
                parts == null ? null : parts.each(this::decisions),
                parts == null ? null : parts.each(this::documents),
                parts == null ? null : parts.called(steps),
                parts == null ? null : steps.of(parts.family()));
    }

    static RunSearch.State state(RunRow row, Collection<LiveRuns.Live> live) {
        if (row.endState().isPresent()) {
            return RunSearch.State.valueOf(row.endState().get().name());
        }
        if (live.stream().anyMatch(it -> !it.incidents().isEmpty())) {
            return RunSearch.State.FAILED;
        }
        return live.stream().allMatch(it -> it.tasks().isEmpty()) ? RunSearch.State.RUNNING : RunSearch.State.WAITING;
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

    private Stream<RunView.Approval> approvals(RunRow row) {
        return journal.approvals(row.run().id()).stream()
                .map(approval -> new RunView.Approval(
                        approval.task(),
                        approval.title(),
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
                        RunDocuments.address(row.run().id(), document)));
    }

    /** What only the single run shows. */
    private record Parts(RunRow row, List<RunRow> family, Map<String, LiveRuns.Live> live) {

        <T> List<T> each(Function<RunRow, Stream<T>> part) {
            return family.stream().flatMap(part).toList();
        }

        List<RunView.Task> tasks() {
            return live.values().stream()
                    .flatMap(it -> it.tasks().stream())
                    .sorted(Comparator.comparing(LiveRuns.OpenTask::since))
                    .map(task -> new RunView.Task(
                            task.id(),
                            task.run(),
                            task.task(),
                            task.title(),
                            task.assignee(),
                            task.groups(),
                            task.since()))
                    .toList();
        }

        List<RunView.Problem> problems() {
            return live.values().stream()
                    .flatMap(it -> it.incidents().stream())
                    .filter(LiveRuns.OpenIncident::own)
                    .sorted(Comparator.comparing(LiveRuns.OpenIncident::since))
                    .map(incident -> new RunView.Problem(incident.activity(), incident.message(), incident.since()))
                    .toList();
        }

        List<RunView.Called> called(RunSteps steps) {
            Map<String, String> activities = steps.callingActivities(family);
            return family.stream()
                    .filter(member -> !member.equals(row))
                    .map(member -> new RunView.Called(
                            member.run().id(),
                            member.run().parentId().orElseThrow(),
                            activities.get(member.run().id()),
                            member.run().runbook(),
                            member.run().version(),
                            state(
                                    member,
                                    live.containsKey(member.run().id())
                                            ? List.of(live.get(member.run().id()))
                                            : List.of()),
                            member.outcome().orElse(null),
                            member.run().startedAt(),
                            member.endedAt().orElse(null)))
                    .toList();
        }
    }
}
