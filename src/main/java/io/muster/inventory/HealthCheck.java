package io.muster.inventory;

import java.time.Duration;
import java.util.List;

/** Docker's own health check. */
public record HealthCheck(List<String> test, Duration interval, Duration timeout, Duration startPeriod, int retries) {
    public HealthCheck {
        test = test == null ? List.of() : List.copyOf(test);
    }
}
