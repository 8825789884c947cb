package io.muster.step;

import java.util.Objects;

/**
 * Why a step did not do its work. The reason is for machines (BPMN error codes, filters, tests) and stable; the message
 * is for the person who is woken: what failed, on which object, in what state, and what to do.
 */
public abstract sealed class StepFailure extends RuntimeException {

    private final String reason;

    private StepFailure(String reason, String message, Throwable cause) {
        super(Objects.requireNonNull(message), cause);
        this.reason = Objects.requireNonNull(reason);
    }

    /** UpperCamelCase, one of {@link Reason} or the step's own: {@code HostUnreachable}. */
    public String reason() {
        return reason;
    }

    public Kind kind() {
        if (this instanceof Rejected) {
            return Kind.REJECTED;
        }
        return this instanceof Transient ? Kind.TRANSIENT : Kind.FATAL;
    }

    /** How the engine treats it. */
    public enum Kind {
        REJECTED,
        TRANSIENT,
        FATAL
    }

    /** Bad input or a failed check. The diagram may catch it by its reason; uncaught it is a decision for a person. */
    public static final class Rejected extends StepFailure {
        public Rejected(String reason, String message) {
            super(reason, message, null);
        }

        public Rejected(String reason, String message, Throwable cause) {
            super(reason, message, cause);
        }
    }

    /** May pass by itself (connection refused, time-out): the job is retried with back-off. */
    public static final class Transient extends StepFailure {
        public Transient(String reason, String message) {
            super(reason, message, null);
        }

        public Transient(String reason, String message, Throwable cause) {
            super(reason, message, cause);
        }
    }

    /** Will not pass by itself: no retry, a person decides. */
    public static final class Fatal extends StepFailure {
        public Fatal(String reason, String message) {
            super(reason, message, null);
        }

        public Fatal(String reason, String message, Throwable cause) {
            super(reason, message, cause);
        }
    }
}
