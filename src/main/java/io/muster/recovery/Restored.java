package io.muster.recovery;

import java.time.Duration;
import java.time.Instant;

/**
 * A backup that was put back.
 *
 * @param proven whether what came back was verified
 * @param detail one sentence: what was compared, or why it failed
 */
public record Restored(
        String environment,
        String service,
        String backup,
        Kind kind,
        boolean proven,
        Instant at,
        Duration took,
        long bytes,
        String runId,
        String detail) {

    public enum Kind {
        /** Beside the service, to see whether it can be done. */
        TEST,
        /** In the service's place. */
        RESTORE
    }
}
