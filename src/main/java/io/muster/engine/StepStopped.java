package io.muster.engine;

import java.util.Optional;

/**
 * A step did not reach its end. The message is masked and is what Cockpit shows; there is no cause and no stack trace,
 * because the engine stores both. What happens to the job is decided here and done in the transaction that records the
 * failure.
 */
final class StepStopped extends RuntimeException {

    /** What becomes of the job. */
    enum Then {
        /** Again later, as failedJobRetryTimeCycle says; an incident when no retry is left. */
        RETRY,
        /** No retry: an incident at once. */
        INCIDENT,
        /** Its lock is given back, no retry is used up: any server may go on. */
        RELEASE,
        /** Its lock is given back, no retry is used up: the job is due when the run holds its locks. */
        WAIT,
        /** As {@link #RELEASE}, in a few seconds: the database was away, which is nobody's failure. */
        LATER,
        /** Untouched: someone else works on it. */
        LEAVE
    }

    private final Then then;

    StepStopped(Then then, String message) {
        super(message, null, false, false);
        this.then = then;
    }

    Then then() {
        return then;
    }

    static Optional<StepStopped> in(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof StepStopped stopped) {
                return Optional.of(stopped);
            }
        }
        return Optional.empty();
    }
}
