package io.muster.steps.docker;

import com.github.dockerjava.api.model.HealthCheck;
import java.time.Duration;

/** A health check in words. */
final class HealthText {

    private HealthText() {}

    static String of(HealthCheck check) {
        return String.join(" ", check.getTest()) + " every " + duration(check.getInterval()) + ", time-out "
                + duration(check.getTimeout()) + ", start period " + duration(check.getStartPeriod()) + ", retries "
                + (check.getRetries() == null ? 0 : check.getRetries());
    }

    private static Duration duration(Long nanos) {
        return Duration.ofNanos(nanos == null ? 0 : nanos);
    }
}
