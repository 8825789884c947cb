package io.muster.step;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** What a step is given beside its input. */
public interface StepContext {

    /**
     * The id of this attempt's journal entry: stable across crashes and resumed attempts, new for each retry after a
     * recorded failure. Names the work on the target.
     */
    UUID id();

    /** The run this step belongs to. */
    Run run();

    /** Where the step says what it does; every line is masked and journalled as it comes. */
    StepLog log();

    /** When the step's time is up. Long waits end by then with a {@link StepFailure} of reason {@code TimedOut}. */
    Instant deadline();

    /** Whether somebody cancelled the run. Loops ask, clean up, and fail with reason {@code Cancelled}. */
    boolean cancelled();

    Clock clock();

    /**
     * Waits before the next look at something.
     *
     * @throws StepFailure TimedOut when the deadline passes meanwhile, Cancelled when the run is cancelled
     */
    default void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        do {
            checkpoint();
            LockSupport.parkNanos(
                    Math.min(end - System.nanoTime(), Duration.ofMillis(500).toNanos()));
        } while (System.nanoTime() < end && !Thread.currentThread().isInterrupted());
        checkpoint();
    }

    /** Throws {@link StepFailure} TimedOut or Cancelled when the step must not go on. */
    default void checkpoint() {
        if (cancelled()) {
            throw new StepFailure.Fatal(Reason.CANCELLED, "The run was cancelled while this step ran.");
        }
        if (!clock().instant().isBefore(deadline())) {
            throw new StepFailure.Fatal(
                    Reason.TIMED_OUT, "The step's time limit has passed; its input `timeout` sets the limit.");
        }
    }

    /** What is left until the deadline, never negative. */
    default Duration remaining() {
        Duration left = Duration.between(clock().instant(), deadline());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /**
     * Records in the journal, in a transaction of its own, that an effect is about to be caused; call it before each
     * call that changes something. After a crash this is what tells where to look.
     *
     * @param kind a verb in a few words, {@code docker start}
     * @param target the object, {@code experimental-01/notes}
     */
    void effect(String kind, String target);

    /**
     * As {@link #effect(String, String)}, with what the step itself needs to find the effect again after a crash.
     *
     * @param handle in a form of the step's own; no secrets
     */
    default void effect(String kind, String target, String handle) {
        effect(kind, target);
    }

    /** What this attempt has recorded so far, by this server or one that died with it; oldest first. */
    default List<Effect> recorded() {
        return List.of();
    }

    /**
     * Called when the attempt is over: with true after its end was recorded in the journal, with false when another server
     * goes on with it.
     */
    default void whenClosed(Consumer<Boolean> then) {}

    /** Nothing of what was recorded with a handle is on the target any more: nobody needs to sweep behind this attempt. */
    default void nothingLeft() {}

    /** @param handle empty where none was given */
    record Effect(String kind, String target, Optional<String> handle) {}

    /** The text as the journal would keep it. Whoever quotes a part of what a target said masks it before it is cut. */
    default String masked(String text) {
        return text;
    }

    /** As {@link #masked}, of a text that begins anywhere: what may be the end of a secret there is masked too. */
    default String maskedRest(String text) {
        return masked(text);
    }

    /** Keeps a document (Markdown) with the run. A second one of the same name in the same step attempt replaces the first. */
    void document(String name, String markdown);

    /**
     * The run.
     *
     * @param id the process instance's id; of a called runbook its own
     * @param rootId the outermost run's id
     * @param environment the inventory's environment, or null where the runbook has none
     * @param activityId the step's element id in the diagram
     * @param startedBy the authenticated user who started the root run, or null for a timer
     */
    record Run(
            String id,
            String rootId,
            String runbook,
            int version,
            String environment,
            String service,
            String activityId,
            String startedBy) {}
}
