package io.muster.step;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is known of a run so far, for steps that report. */
public interface RunFacts {

    /** The run and what it called, steps in the order of their start; empty when this Muster knows no such run. */
    Optional<Facts> find(String rootRunId);

    /** As {@link #find}, for a run that there is. */
    default Facts of(String rootRunId) {
        return find(rootRunId)
                .orElseThrow(() -> new IllegalStateException("Run " + rootRunId + " is not in the journal"));
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
            List<DocumentFact> documents) {}

    /** @param outcome SUCCEEDED, FAILED (with why in {@code detail}), SKIPPED or OPEN */
    record StepFact(
            String title,
            String step,
            String target,
            String outcome,
            int attempt,
            Instant at,
            Optional<Duration> took,
            String detail) {}

    record ApprovalFact(String title, String by, Instant at, boolean approved, String comment, boolean self) {}

    record DocumentFact(String name, String content) {}
}
