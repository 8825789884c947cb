package io.muster.web.api;

import io.muster.engine.DiagramSteps;
import io.muster.engine.RunPaths;
import io.muster.journal.JournalReader;
import io.muster.journal.JournalReader.RunRow;
import io.muster.journal.StepRun;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** The steps of a run and of what it called, with those that its diagrams have and that were not run. */
@Component
class RunSteps {

    static final String NOT_RUN = "NOT_RUN";

    private final JournalReader journal;
    private final DiagramSteps diagrams;
    private final RunPaths paths;

    RunSteps(JournalReader journal, DiagramSteps diagrams, RunPaths paths) {
        this.journal = journal;
        this.diagrams = diagrams;
        this.paths = paths;
    }

    RunSteps reading(JournalReader other) {
        return new RunSteps(other, diagrams, paths);
    }

    /** In the order of their start; then what was not run, in the diagrams' order. */
    List<RunView.Step> of(List<RunRow> family) {
        List<StepRun> run = family.stream()
                .flatMap(member -> journal.steps(member.run().id()).stream())
                .sorted(Comparator.comparing(StepRun::startedAt).thenComparing(StepRun::attempt))
                .toList();
        Map<String, Set<String>> entered = entered(family, run);
        return Stream.concat(
                        run.stream().map(RunSteps::step),
                        family.stream()
                                .filter(member -> member.endedAt().isPresent())
                                .flatMap(member -> notRun(
                                        member,
                                        entered.getOrDefault(member.run().id(), Set.of()))))
                .toList();
    }

    /** By the called run's id. */
    Map<String, String> callingActivities(List<RunRow> family) {
        Map<String, String> activities = new HashMap<>();
        family.stream()
                .flatMap(member -> member.run().parentId().stream())
                .distinct()
                .flatMap(parent -> paths.of(parent).stream())
                .forEach(visit -> visit.calledRun().ifPresent(called -> activities.put(called, visit.activity())));
        return activities;
    }

    /** By run: the activities that have a step's entry, and the call activities that have a run. */
    private Map<String, Set<String>> entered(List<RunRow> family, List<StepRun> run) {
        Map<String, Set<String>> entered = new HashMap<>();
        run.forEach(step ->
                entered.computeIfAbsent(step.runId(), id -> new HashSet<>()).add(step.activityId()));
        Map<String, String> calling = callingActivities(family);
        // Where the history is gone, nobody knows which activity called it: then none that calls this runbook is named.
        family.forEach(member -> member.run().parentId().ifPresent(parent -> entered.computeIfAbsent(
                        parent, id -> new HashSet<>())
                .add(calling.getOrDefault(member.run().id(), member.run().runbook()))));
        return entered;
    }

    private Stream<RunView.Step> notRun(RunRow row, Set<String> entered) {
        return diagrams.withCalls(row.run().definitionId()).stream()
                .filter(step -> !entered.contains(step.activity()) && !entered.contains(step.step()))
                .map(step -> new RunView.Step(
                        null,
                        row.run().id(),
                        step.activity(),
                        step.title(),
                        step.step(),
                        null,
                        NOT_RUN,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null));
    }

    private static RunView.Step step(StepRun step) {
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
