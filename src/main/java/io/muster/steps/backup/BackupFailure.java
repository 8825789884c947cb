package io.muster.steps.backup;

import io.muster.step.ByteSize;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.Locale;

/** Why a backup was not taken or is not to be believed. The reasons are stable. */
final class BackupFailure {

    static final String DISABLED = "BackupDisabled";
    static final String NO_SPACE = "NoSpace";
    static final String TOO_LARGE = "TooLarge";
    static final String EMPTY = "BackupEmpty";
    static final String TRUNCATED = "BackupTruncated";
    static final String CORRUPT = "BackupCorrupt";
    static final String UNREADABLE = "BackupUnreadable";
    static final String WRONG_IDENTITY = "WrongIdentity";
    static final String INCOMPLETE = "BackupIncomplete";
    static final String FOREIGN = "BackupForeign";
    static final String CHANGED = "BackupChanged";
    static final String MANIFEST = "ManifestInvalid";
    static final String NONE = "NoBackup";
    static final String IN_USE = "DataInUse";
    static final String NOT_SWAPPABLE = "NotSwappable";
    static final String DATA_CHANGES = "DataChanges";
    static final String LINK = "SymbolicLink";
    static final String TOOL_MISSING = "ToolMissing";
    static final String KILLED = "ToolKilled";

    /** Statuses beyond are of scripts that a signal ended, which says nothing of what they read. */
    private static final int SIGNALS = 128;

    private BackupFailure() {}

    static StepFailure noSpace(String where, long free, long needed) {
        return new StepFailure.Rejected(
                NO_SPACE,
                where + " has " + new ByteSize(free) + " free, and " + new ByteSize(needed)
                        + " are needed. Free or add space there, or let older backups go, then retry.");
    }

    static StepFailure noRoom(String host, String beside, long free, long needed) {
        return new StepFailure.Rejected(
                NO_SPACE,
                host + " has " + new ByteSize(free) + " free beside " + beside + ", and " + new ByteSize(needed)
                        + " are needed to stage the backup there. Nothing was staged or replaced. Free or add space there, then"
                        + " retry.");
    }

    /** Its files are what they were when they were read back: what failed is what reads them. */
    static StepFailure unreadable(String backup, String why) {
        return new StepFailure.Rejected(
                UNREADABLE,
                "Backup " + backup + " has the SHA-256 of its manifest, and could not be read now: "
                        + why.replaceFirst("\\.$", "")
                        + ". It counts as before. Look at the tool and the scratch space of that host, then retry.");
    }

    static StepFailure refused(String reason, String backup, String why) {
        return new StepFailure.Rejected(
                reason,
                "Backup " + backup + " is refused: " + why.replaceFirst("\\.$", "")
                        + ". It was left as it is, for whoever looks into it. Choose another backup, or take a new one.");
    }

    /** What a script's exit status means. */
    static StepFailure ofScript(String what, String host, int status, String complaint) {
        String reason =
                switch (status) {
                    case Prelude.TOOL_MISSING -> TOOL_MISSING;
                    case Prelude.EMPTY -> EMPTY;
                    case Prelude.ABSENT -> Reason.NOT_FOUND;
                    case Prelude.IN_USE -> IN_USE;
                    case Prelude.NOT_SWAPPABLE -> NOT_SWAPPABLE;
                    case Prelude.CHANGED -> DATA_CHANGES;
                    case Prelude.IDENTITY -> WRONG_IDENTITY;
                    case Prelude.LINK -> LINK;
                    default -> complaint.toLowerCase(Locale.ROOT).contains("no space left on device")
                            ? NO_SPACE
                            : status > SIGNALS ? KILLED : Reason.TASK_FAILED;
                };
        if (reason.equals(WRONG_IDENTITY)) {
            return new StepFailure.Rejected(
                    reason,
                    what + " on " + host + " failed: " + complaint
                            + " The backup itself was not looked into, and counts as"
                            + " before. Let `encryption.identity` of the plan name the key that it was made for, then retry.");
        }
        return new StepFailure.Rejected(
                reason,
                what + " on " + host + " failed with exit status " + status + ": " + complaint
                        + " Mend the cause there, then retry.");
    }
}
