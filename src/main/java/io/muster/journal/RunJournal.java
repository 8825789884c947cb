package io.muster.journal;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Writes runs and what people decided, <b>in the caller's (the engine's) transaction</b>. */
public interface RunJournal {

    void started(NewRun run);

    /** @param outcome the end event's id; empty when the run was cancelled */
    void ended(String runId, EndState state, Optional<String> outcome);

    /**
     * Opens a step run, nobody's yet, that cleans up behind a run which was cancelled: its first attempt, with no input. Nothing
     * where the run has changed nothing and no step of it is at work.
     */
    void cleansUp(StepJournal.NewStepRun entry);

    void approved(Approval approval);

    /**
     * What a person answered in a task that is no approval and no decision, kept in the audit chain, masked. Nothing for a run
     * that is not in the journal.
     */
    void answered(Answer answer);

    /** Appends what somebody did to a run as a whole to its audit chain, masked. Nothing for a run that is not in the journal. */
    void noted(String runId, String kind, String actor, Map<String, String> facts);

    /** Whether the run is in the journal (runs of before an upgrade are not). */
    boolean knows(String runId);

    enum EndState {
        COMPLETED,
        REJECTED,
        ABORTED
    }

    /**
     * @param definitionId the engine's id of the diagram's exact version
     * @param diagramHash SHA-256 of the diagram as deployed, hex
     * @param startedBy the authenticated user, empty for a timer; of a called runbook that of its root
     */
    record NewRun(
            String id,
            String rootId,
            Optional<String> parentId,
            String runbook,
            int version,
            String definitionId,
            String diagramHash,
            Optional<String> startedBy,
            Instant startedAt,
            Optional<String> environment,
            Optional<String> service,
            Optional<String> targetVersion,
            Optional<String> reason) {}

    /**
     * @param by the authenticated user; {@code engine} where there was none
     * @param values what was entered, by variable
     */
    record Answer(String runId, String task, String title, String by, Instant at, Map<String, String> values) {}

    /** @param self whether who approved had started the run (environments with {@code self-after-delay} only) */
    record Approval(
            String runId,
            String taskId,
            String task,
            String title,
            String by,
            Instant at,
            boolean approved,
            String comment,
            boolean self) {}
}
