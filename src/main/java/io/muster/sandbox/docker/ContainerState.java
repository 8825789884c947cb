package io.muster.sandbox.docker;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;

/**
 * How a container fares.
 *
 * @param error why the last start failed; empty when it did not
 * @param restartCount starts by its restart policy since the last start by a user
 */
record ContainerState(
        Status status,
        int exitCode,
        String error,
        Instant startedAt,
        Instant finishedAt,
        int restartCount,
        boolean stoppedByUser) {

    /** How the API shows "never". */
    static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");

    private static final int START_FAILED = 128;

    enum Status {
        CREATED,
        RUNNING,
        RESTARTING,
        EXITED
    }

    static ContainerState created() {
        return new ContainerState(Status.CREATED, 0, "", NEVER, NEVER, 0, false);
    }

    ContainerState started(Instant now, int restarts) {
        return new ContainerState(Status.RUNNING, 0, "", now, NEVER, restarts, false);
    }

    ContainerState startFailed(String why) {
        Status left = status == Status.CREATED ? Status.CREATED : Status.EXITED;
        return new ContainerState(left, START_FAILED, why, startedAt, finishedAt, restartCount, stoppedByUser);
    }

    ContainerState ended(int code, Instant now, boolean byUser) {
        return new ContainerState(Status.EXITED, code, "", startedAt, now, restartCount, byUser);
    }

    ContainerState restarting() {
        return new ContainerState(
                Status.RESTARTING, exitCode, error, startedAt, finishedAt, restartCount, stoppedByUser);
    }

    ContainerState abandoned() {
        return new ContainerState(Status.EXITED, exitCode, error, startedAt, finishedAt, restartCount, true);
    }

    @JsonIgnore
    boolean running() {
        return status == Status.RUNNING;
    }

    @JsonIgnore
    boolean restartPending() {
        return status == Status.RESTARTING;
    }
}
