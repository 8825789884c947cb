package io.muster.journal;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A failed job of a run that waits, or waited, for a person.
 *
 * @param taskId of the task that asks for it
 * @param step the step's name; empty where the job is none of a step
 * @param stepRun the failed attempt; empty where no attempt failed (something around the step did)
 * @param reason machine-readable
 * @param owners the group that is asked
 * @param skippable whether the diagram lets the step be skipped
 */
public record Decision(
        String taskId,
        String runId,
        String rootRunId,
        String jobId,
        String activityId,
        String title,
        Optional<String> step,
        Optional<UUID> stepRun,
        String target,
        String reason,
        String message,
        String owners,
        boolean skippable,
        Instant askedAt,
        Optional<Taken> taken) {

    /** What was decided. */
    public enum Choice {
        /** The same step again. */
        RETRY,
        /** The same step again, with other values for some of its inputs. */
        CHANGE_INPUT,
        /** On without it. */
        SKIP,
        /** The run ends, after its clean-up where it has one. */
        ABORT,
        /** Nothing here: the job was retried by other means, as Cockpit's. */
        RETRIED,
        /** Nothing here: the run, or this part of it, was cancelled. */
        CANCELLED
    }

    /**
     * @param by the authenticated user; empty where the engine itself did it
     * @param input JSON object of the changed inputs by name, those of earlier decisions on the same job included
     */
    public record Taken(Choice choice, Optional<String> by, Instant at, Optional<String> why, Optional<String> input) {}

    public boolean open() {
        return taken.isEmpty();
    }
}
