package io.muster.engine;

import io.muster.journal.JournalReader;
import io.muster.journal.RunJournal;
import io.muster.journal.StepRun;
import io.muster.step.RunFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** What steps may know of their run, from the journal. */
@Component
class JournalRunFacts implements RunFacts {

    private final JournalReader journal;

    JournalRunFacts(JournalReader journal) {
        this.journal = journal;
    }

    @Override
    public Optional<Facts> find(String rootRunId) {
        return journal.run(rootRunId).map(row -> facts(rootRunId, row));
    }

    private Facts facts(String rootRunId, JournalReader.RunRow row) {
        RunJournal.NewRun run = row.run();
        List<StepFact> steps = new ArrayList<>();
        List<ApprovalFact> approvals = new ArrayList<>();
        List<DocumentFact> documents = new ArrayList<>();
        collect(rootRunId, steps, approvals, documents);
        steps.sort(Comparator.comparing(StepFact::at));
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
                steps,
                approvals,
                documents);
    }

    private void collect(
            String runId, List<StepFact> steps, List<ApprovalFact> approvals, List<DocumentFact> documents) {
        journal.steps(runId).forEach(step -> steps.add(fact(step)));
        journal.approvals(runId)
                .forEach(approval -> approvals.add(new ApprovalFact(
                        approval.title(),
                        approval.by(),
                        approval.at(),
                        approval.approved(),
                        approval.comment(),
                        approval.self())));
        journal.documents(runId)
                .forEach(document -> documents.add(new DocumentFact(document.name(), document.content())));
        journal.children(runId).forEach(child -> collect(child.run().id(), steps, approvals, documents));
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
                step.failure().map(StepRun.Failure::message).orElse(""));
    }
}
