package io.muster.engine;

import io.muster.step.AfterCrash;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Answers a step whether it was cancelled: its job is gone when somebody cancelled the run. The database is asked at most
 * once a second.
 *
 * <p>When the server stops, a step that can be run or resumed after a crash is unwound by {@link ServerLife.Stopping}
 * rather than told that it was cancelled: it must not end its remote work, which the next server goes on with. A step
 * that cannot is told so, because its own clean end is better than an unknown outcome.
 */
final class Cancellation implements BooleanSupplier {

    private static final long INTERVAL = Duration.ofSeconds(1).toNanos();

    private final String jobId;
    private final AfterCrash afterCrash;
    private final ServerLife life;
    private final JobLease lease;
    private long askedAt;
    private boolean gone;

    Cancellation(String jobId, AfterCrash afterCrash, ServerLife life, JobLease lease) {
        this.jobId = jobId;
        this.afterCrash = afterCrash;
        this.life = life;
        this.lease = lease;
        this.askedAt = System.nanoTime() - INTERVAL;
    }

    @Override
    public synchronized boolean getAsBoolean() {
        if (life.stopping()) {
            if (afterCrash == AfterCrash.ASK) {
                return true;
            }
            throw new ServerLife.Stopping();
        }
        if (!gone && System.nanoTime() - askedAt >= INTERVAL) {
            askedAt = System.nanoTime();
            gone = !lease.jobExists(jobId);
        }
        return gone;
    }
}
