package io.muster.step;

/** The reasons that more than one step gives. Stable: diagrams catch them, people script them. */
public final class Reason {
    public static final String INVALID_INPUT = "InvalidInput";
    public static final String NOT_IN_INVENTORY = "NotInInventory";
    public static final String NOT_PROVISIONED = "NotProvisioned";
    public static final String SECRET_MISSING = "SecretMissing";
    public static final String HOST_UNREACHABLE = "HostUnreachable";
    public static final String HOST_KEY_MISMATCH = "HostKeyMismatch";
    public static final String AUTHENTICATION_FAILED = "AuthenticationFailed";
    public static final String PERMISSION_DENIED = "PermissionDenied";
    public static final String CONNECTION_LOST = "ConnectionLost";
    public static final String CERTIFICATE_UNTRUSTED = "CertificateUntrusted";
    public static final String TIMED_OUT = "TimedOut";
    public static final String CANCELLED = "Cancelled";
    public static final String NON_ZERO_EXIT = "NonZeroExit";
    public static final String TASK_FAILED = "TaskFailed";
    public static final String NOT_FOUND = "NotFound";
    public static final String CONFLICT = "Conflict";
    public static final String NO_SPACE = "NoSpace";
    public static final String CHECK_FAILED = "CheckFailed";
    public static final String OUTCOME_UNKNOWN = "OutcomeUnknown";
    public static final String ENVIRONMENT_FROZEN = "EnvironmentFrozen";
    public static final String LOCK_BROKEN = "LockBroken";
    public static final String LOCKS_DEADLOCK = "LocksDeadlock";
    public static final String UNEXPECTED = "Unexpected";

    private Reason() {}
}
