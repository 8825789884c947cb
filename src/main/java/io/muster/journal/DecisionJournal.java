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
     * @param asked whether somebody was asked about the newest attempt
     * @param taken what was decided about it
     * @param input JSON object of changed inputs, also from before the newest attempt
     */
    record Heeded(boolean asked, Optional<Decision.Taken> taken, Optional<String> input) {}
}
