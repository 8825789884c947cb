package io.muster.step;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is known of a run so far, for steps that report. */
public interface RunFacts {

    /** A run and what it called, each list in the order of time; empty when this Muster knows no such run. */
    Optional<Facts> find(String runId);

    /** As {@link #find}, for a run that there is. */
    default Facts of(String runId) {
        return find(runId).orElseThrow(() -> new IllegalStateException("Run " + runId + " is not in the journal"));
    }

    /**
     * @param endState COMPLETED, REJECTED or ABORTED; empty while it runs
     * @param outcome the end event's id
     */
    record Facts(
            String runbook,
            int version,
            Optional<String> startedBy,
            Instant startedAt,
            Optional<String> environment,
            Optional<String> service,
            Optional<String> targetVersion,
            Optional<String> reason,
            Optional<String> endState,
            Optional<String> outcome,
            List<StepFact> steps,
            List<ApprovalFact> approvals,
            List<DocumentFact> documents,
            List<AnswerFact> answers,
            List<DecisionFact> decisions) {}

    /**
     * @param outcome SUCCEEDED, FAILED, SKIPPED or OPEN
     * @param detail why it failed, or its output {@code summary}, else {@code reference}; empty where there is neither
     */
    record StepFact(
            String title,
            String step,
            String target,
            String outcome,
            int attempt,
            Instant at,
            Optional<Duration> took,
            String detail) {}

    /** @param in the called runbook in which it was asked, with those that called it; empty where the run itself asked */
    record ApprovalFact(
            String in, String title, String by, Instant at, boolean approved, String comment, boolean self) {}

    /**
     * What a person answered in a task that is no approval.
     *
     * @param in as of an approval
     * @param values what was entered, by what the form calls it, in its order; by variable where it gives no label
     */
    record AnswerFact(String in, String task, String title, String by, Instant at, Map<String, String> values) {}

    /**
     * What was decided about a failed step.
     *
     * @param in as of an approval
     * @param reason why it failed, machine-readable
     * @param choice RETRY, CHANGE_INPUT, SKIP, ABORT, RETRIED or CANCELLED; empty while it is asked
     * @param by empty where the engine did it
     */
    record DecisionFact(
            String in,
            String title,
            String target,
            String reason,
            String choice,
            Optional<String> by,
            Instant at,
            Optional<String> why) {}

    record DocumentFact(String name, String content) {}
}
