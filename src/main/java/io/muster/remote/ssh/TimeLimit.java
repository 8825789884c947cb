package io.muster.remote.ssh;

import io.muster.step.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Whether a command must be ended, and why. */
final class TimeLimit {

    private final long started = System.nanoTime();
    private final Duration timeout;
    private final BooleanSupplier cancelled;

    TimeLimit(Duration timeout, BooleanSupplier cancelled) {
        this.timeout = timeout;
        this.cancelled = cancelled;
    }

    Optional<Stop> reached() {
        if (cancelled.getAsBoolean()) {
            return Optional.of(new Stop(Reason.CANCELLED, "the run was cancelled"));
        }
        if (System.nanoTime() - started > timeout.toNanos()) {
            return Optional.of(new Stop(Reason.TIMED_OUT, "it did not end within " + timeout));
        }
        return Optional.empty();
    }

    record Stop(String reason, String why) {}
}
