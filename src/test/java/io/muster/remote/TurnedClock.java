package io.muster.remote;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Stands still until it is turned. */
public final class TurnedClock extends Clock {

    /** As a database keeps it. */
    private volatile Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);

    public void turn(Duration by) {
        now = now.plus(by);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("a test's clock has one zone");
    }
}
