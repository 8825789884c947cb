package io.muster.approval;

/** Why a decision does not count. The message says who, why, and who or what would. */
public final class ApprovalRefused extends RuntimeException {

    /** Whether another person is needed, or another content. */
    public enum Kind {
        NOT_YOU,
        NOT_VALID
    }

    private final Kind kind;

    ApprovalRefused(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
