package io.muster.recovery;

import java.time.Instant;
import java.util.Optional;

/**
 * A proof of a service's recovery, or the attempt at one.
 *
 * @param runId the outermost run; one run is one drill
 * @param startedAt by the clock of the step that began it
 * @param result one sentence; empty while it runs, and where the run ended without one
 */
public record Drill(
        String runId,
        Kind kind,
        String environment,
        String service,
        Optional<String> version,
        State state,
        Instant startedAt,
        Optional<Instant> endedAt,
        Optional<String> result) {

    public enum Kind {
        /** All nine steps, the service destroyed and brought back. */
        QUALIFICATION,
        /** A backup restored beside the service, and removed again. */
        RESTORE_TEST
    }

    public enum State {
        RUNNING,
        PASSED,
        FAILED,
        /** Its run ended before it did: rejected, cancelled, or aborted. */
        ABANDONED
    }
}
