package io.muster.journal;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One attempt of a step. Found by the engine's job id, which survives retries and crashes and is new for each loop pass
 * and each instance of a fan-out.
 *
 * @param input masked JSON object
 * @param output JSON object, secrets masked; present when {@code state} is SUCCEEDED
 * @param epoch raised by each claim; only the newest claimant may write
 * @param acknowledged whether the engine's transaction that moves the token has committed
 */
public record StepRun(
        UUID id,
        String runId,
        String rootRunId,
        String jobId,
        String activityId,
        String title,
        String step,
        String target,
        State state,
        int attempt,
        String owner,
        long epoch,
        Instant startedAt,
        Optional<Instant> endedAt,
        String input,
        Optional<String> output,
        Optional<Failure> failure,
        boolean acknowledged) {

    public enum State {
        OPEN,
        SUCCEEDED,
        FAILED,
        SKIPPED
    }

    /** Kind is REJECTED, TRANSIENT or FATAL. */
    public record Failure(String kind, String reason, String message) {}
}
