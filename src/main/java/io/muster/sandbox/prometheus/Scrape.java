package io.muster.sandbox.prometheus;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How the newest scrape of a target went.
 *
 * @param error empty when it went well
 * @param samples with the target's labels, and {@code up} with its kin
 */
record Scrape(Health health, String error, Instant at, Duration took, List<Sample> samples) {
    /** What is known of a target. */
    enum Health {
        UNKNOWN,
        UP,
        DOWN
    }

    /** As Go shows a time that was never set. */
    private static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");

    static Scrape none() {
        return new Scrape(Health.UNKNOWN, "", NEVER, Duration.ZERO, List.of());
    }

    double seconds() {
        return took.toNanos() / 1e9;
    }
}
