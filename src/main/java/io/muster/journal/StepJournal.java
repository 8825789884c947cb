package io.muster.journal;

import java.util.Optional;
import java.util.UUID;

/**
 * Writes step runs. Each method but {@link #acknowledge} commits by itself, on the journal's own pool. Each write names
 * the claim (id and epoch) and throws {@link ClaimLost} when a newer claim exists.
 */
public interface StepJournal {

    /** The newest attempt for a job, if any. */
    Optional<StepRun> newest(String jobId);

    /**
     * The newest attempt for a job as it is; where there is none, the first, opened and claimed. One round trip.
     *
     * @param later whether the commit need not wait for the disk, see {@link Begun}
     */
    Begun begin(NewStepRun entry, boolean later);

    /** Opens the next attempt (1, or the newest attempt's number plus 1) and claims it. Input is a JSON object, already masked. */
    StepRun open(NewStepRun entry);

    /** Claims an open attempt of a dead owner: compare-and-set on owner and epoch. */
    StepRun reclaim(StepRun open, String newOwner);

    /** Gives an open attempt back when its server stops in order: whoever claims it next does not count this as a death. */
    void release(UUID id, long epoch);

    /** How often a server died with this attempt. */
    int deaths(UUID id);

    /** Records that a step was not run, as the next attempt, closed at once. Output, a JSON object, is what stands for its own. */
    StepRun skip(NewStepRun entry, String output);

    /** Output is a JSON object. */
    default void succeed(UUID id, long epoch, String output) {
        succeed(id, epoch, output, false);
    }

    /** @param later whether the commit need not wait for the disk, see {@link Begun} */
    void succeed(UUID id, long epoch, String output, boolean later);

    void fail(UUID id, long epoch, StepRun.Failure failure);

    /** Records, before it is caused, an effect on a target. */
    void effect(UUID id, long epoch, String kind, String target);

    /** As {@link #effect(UUID, long, String, String)}, with what is needed to find the effect again. */
    void effect(UUID id, long epoch, String kind, String target, String handle);

    /** The step says that its attempt has left nothing on its target. */
    void nothingLeft(UUID id);

    /** Somebody looks now for what a closed attempt may have left; see {@link JournalReader#leftBefore}. */
    void looksForLeft(UUID id);

    /** Nobody looks any more for what a closed attempt may have left; the run's audit chain says so, and why. */
    void leavesBehind(UUID id, String why);

    /** Keeps a document of the run, in a transaction of its own; same step run and name: replaced. */
    void document(UUID id, long epoch, String name, String mediaType, String content);

    /**
     * Marks a closed attempt as acknowledged, <b>in the caller's transaction</b>: it becomes true exactly when the engine's
     * commit that moves the token does.
     */
    void acknowledge(UUID id);

    /** Opens the writer of a step run's log. */
    LogWriter log(UUID id);

    /**
     * What a job's execution begins with.
     *
     * <p>Only a step that may be run again after a crash may begin and succeed without waiting for the disk: when PostgreSQL
     * itself is killed within the next moment, its entry is lost and the step runs again. Whatever commits after it and waits
     * (an effect, a failure, the engine's transaction that moves the token) takes the entry to disk before itself, because
     * there is one log of all commits.
     *
     * @param fresh whether it was opened by this call
     */
    record Begun(StepRun run, boolean fresh) {}

    record NewStepRun(
            String runId,
            String rootRunId,
            String jobId,
            String activityId,
            String title,
            String step,
            String target,
            String owner,
            String input) {}

    /** Masks and batches; what was written is kept at the latest one second later, or on close. Thread-safe. */
    interface LogWriter extends AutoCloseable {
        void info(String line);

        void out(byte[] bytes, int offset, int length);

        void err(byte[] bytes, int offset, int length);

        /** The streams come from their first byte: what is in the log of them already is not written again. */
        void fromStart();

        /** A stream of which only the beginning and the end came. */
        void cut(boolean err, long bytes, String sha256, byte[] tail);

        @Override
        void close();
    }

    /** Another server, or a newer attempt, owns the entry now: whoever sees this stops and records nothing. */
    final class ClaimLost extends RuntimeException {
        public ClaimLost(UUID id) {
            super("Step run " + id + " was taken over by another server; this one records nothing more for it.");
        }
    }
}
