package io.muster.engine;

import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** There is nothing to decide, and nothing was changed. */
public final class RecoveryRefused extends RuntimeException {

    private final boolean unknown;

    private RecoveryRefused(String message, boolean unknown) {
        super(message);
        this.unknown = unknown;
    }

    static RecoveryRefused notInRecovery() {
        return new RecoveryRefused(
                "Muster is not in recovery mode: no run waits for this decision. It is entered by a start with --recovery.",
                false);
    }

    static RecoveryRefused unknown(String runId) {
        return new RecoveryRefused(
                "Run '" + runId
                        + "' was not unfinished when recovery mode was entered; GET /api/recovery lists those that"
                        + " were. A called run is decided with the one that called it.",
                true);
    }

    static RecoveryRefused decided(String runId, Recovery.Decision made) {
        return new RecoveryRefused(
                "Run '" + runId + "' was " + made.kind().name().toLowerCase(Locale.ROOT) + " by " + made.by() + " at "
                        + made.at().truncatedTo(ChronoUnit.SECONDS) + ".",
                false);
    }

    static RecoveryRefused ended(String runId) {
        return new RecoveryRefused("Run '" + runId + "' has been cancelled in the meantime.", false);
    }

    /** Whether the run is not one of those to decide, rather than in a state that allows no decision. */
    public boolean isUnknown() {
        return unknown;
    }
}
