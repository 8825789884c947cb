package io.muster.engine;

import io.muster.journal.Decision;
import io.muster.journal.JournalReader;
import io.muster.journal.RunJournal;
import io.muster.journal.StepRun;
import io.muster.step.RunFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** What steps may know of their run, from the journal. */
@Component
class JournalRunFacts implements RunFacts {

    private final JournalReader journal;
    private final FormLabels labels;

    JournalRunFacts(JournalReader journal, FormLabels labels) {
        this.journal = journal;
        this.labels = labels;
    }

    @Override
    public Optional<Facts> find(String runId) {
        return journal.run(runId).map(row -> facts(runId, row));
    }

    private Facts facts(String runId, JournalReader.RunRow row) {
        RunJournal.NewRun run = row.run();
        Map<String, String> runs = new LinkedHashMap<>();
        collect(runId, "", runs);
        return new Facts(
                run.runbook(),
                run.version(),
                run.startedBy(),
                run.startedAt(),
                run.environment(),
                run.service(),
                run.targetVersion(),
                run.reason(),
                row.endState().map(Enum::name),
                row.outcome(),
                all(runs, journal::steps, (in, step) -> fact(step), StepFact::at),
                all(runs, journal::approvals, JournalRunFacts::fact, ApprovalFact::at),
                runs.keySet().stream()
                        .flatMap(id -> journal.documents(id).stream())
                        .map(document -> new DocumentFact(document.name(), document.content()))
                        .toList(),
                all(runs, journal::answers, this::fact, AnswerFact::at),
                all(runs, journal::decisions, JournalRunFacts::fact, DecisionFact::at));
    }

    /** Each run with the runbooks from the outermost's first call down to its own. */
    private void collect(String runId, String in, Map<String, String> runs) {
        runs.put(runId, in);
        String before = in.isEmpty() ? "" : in + " › ";
        journal.children(runId)
                .forEach(child -> collect(child.run().id(), before + child.run().runbook(), runs));
    }

    private static <R, F> List<F> all(
            Map<String, String> runs,
            Function<String, List<R>> rows,
            BiFunction<String, R, F> fact,
            Function<F, Instant> at) {
        return runs.entrySet().stream()
                .flatMap(run -> rows.apply(run.getKey()).stream().map(row -> fact.apply(run.getValue(), row)))
                .sorted(Comparator.comparing(at))
                .toList();
    }

    private static StepFact fact(StepRun step) {
        return new StepFact(
                step.title(),
                step.step(),
                step.target(),
                step.state().name(),
                step.attempt(),
                step.startedAt(),
                step.endedAt().map(end -> Duration.between(step.startedAt(), end)),
                step.failure()
                        .map(StepRun.Failure::message)
                        .or(() -> summary(step))
                        .orElse(""));
    }

    private static Optional<String> summary(StepRun step) {
        return step.output()
                .map(VariableValues::read)
                .map(output ->
                        output.path("summary").asText(output.path("reference").asText("")))
                .filter(text -> !text.isBlank());
    }

    private static ApprovalFact fact(String in, RunJournal.Approval approval) {
        return new ApprovalFact(
                in,
                approval.title(),
                approval.by(),
                approval.at(),
                approval.approved(),
                approval.comment(),
                approval.self());
    }

    private AnswerFact fact(String in, RunJournal.Answer answer) {
        Map<String, String> called = labels.of(answer.runId(), answer.task());
        return new AnswerFact(
                in, answer.task(), answer.title(), answer.by(), answer.at(), labelled(called, answer.values()));
    }

    /** In the order of the labels, then those without one; a label that is taken gets its variable behind it. */
    static Map<String, String> labelled(Map<String, String> labels, Map<String, String> given) {
        Map<String, String> all = new LinkedHashMap<>(labels);
        all.keySet().retainAll(given.keySet());
        given.keySet().forEach(variable -> all.putIfAbsent(variable, variable));
        Map<String, String> values = new LinkedHashMap<>();
        all.forEach((variable, label) -> {
            String name = label;
            while (values.containsKey(name)) {
                name += " (" + variable + ")";
            }
            values.put(name, given.get(variable));
        });
        return values;
    }

    private static DecisionFact fact(String in, Decision decision) {
        return new DecisionFact(
                in,
                decision.title(),
                decision.target(),
                decision.reason(),
                decision.taken().map(taken -> taken.choice().name()).orElse(""),
                decision.taken().flatMap(Decision.Taken::by),
                decision.taken().map(Decision.Taken::at).orElse(decision.askedAt()),
                decision.taken().flatMap(Decision.Taken::why));
    }
}
