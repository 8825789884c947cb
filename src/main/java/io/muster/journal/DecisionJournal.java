package io.muster.journal;

import java.util.Optional;
import java.util.UUID;

/** Failed jobs that people decide about. Writes are made <b>in the caller's (the engine's) transaction</b>. */
public interface DecisionJournal {

    void asked(Decision open);

    /** @throws IllegalStateException before the commit, when it was taken already */
    void taken(Decision decision, Decision.Taken taken);

    /** As committed. */
    Optional<Decision> find(String taskId);

    /** What people decided that the next attempt of a job must heed; as committed. */
    Heeded heeded(String jobId, UUID newestAttempt);

    /** Whether somebody decided to abort a run, or one that it called. */
    boolean aborted(String runId);

    /**
     * @param taken about the newest attempt
     * @param input JSON object of changed inputs, also from before the newest attempt
     */
    record Heeded(Optional<Decision.Taken> taken, Optional<String> input) {}
}
