package io.muster.step;

import java.util.Optional;

/**
 * One real thing that a runbook does. Implementations are Spring components annotated with {@link StepInfo}, stateless,
 * and safe for use by several threads.
 *
 * @param <I> what it needs: a record whose components are described by {@link Field} and constrained by Bean Validation
 * @param <O> what it found or made: a record; a component may be null where its {@link Field} says so
 */
public interface Step<I extends Record, O extends Record> {

    /**
     * Does the work. The input has been bound and validated; whatever is logged through the context is in the journal
     * even if this throws.
     *
     * @throws StepFailure what went wrong, as a machine-readable reason and a message that says what failed, on which
     *     object, in what state, and what to do; any other exception counts as {@link StepFailure.Fatal} with reason
     *     {@code Unexpected}
     */
    O run(I input, StepContext context);

    /**
     * The object that this run of the step works on, as operators name it ({@code experimental-01},
     * {@code experimental-01/notes}, {@code https://…}); shown in the journal.
     */
    String target(I input);

    /**
     * Ends what an attempt left running on its target when its run was cancelled while its server was gone. Finds it by
     * {@link StepContext#recorded()}.
     *
     * @return what was done, as a sentence for the journal; empty where nothing of this step runs on by itself
     */
    default Optional<String> abandon(StepContext context) {
        return Optional.empty();
    }

    /**
     * Cleans up behind a run that was cancelled, where its diagram names this step in its property {@code whenCancelled}. None
     * of the run's steps is at work any more, and the run still has its locks. {@link StepContext#recorded()} has what all of its
     * steps have recorded, in order, and after that what this did before its server died: it may be called again.
     *
     * @throws StepFailure Transient: it is tried again, for an hour; any other says what is left, and what to do
     */
    default CleanedUp cleanUp(StepContext context) {
        throw new StepFailure.Fatal(
                Reason.UNEXPECTED, getClass().getSimpleName() + " cleans up behind no cancelled run.");
    }

    /** Removes what an attempt whose end is recorded may have left on its target; does nothing to what still runs. */
    default void sweep(StepContext context) {}
}
