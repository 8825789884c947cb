package io.muster.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The steps that run on this server now, one for a job, and the job locks held for them. */
final class RunningSteps {

    private final ConcurrentMap<String, Running> byJob = new ConcurrentHashMap<>();

    /** Registers a step; empty when one runs for this job already. */
    Optional<Running> enter(String jobId, Optional<String> lockOwner) {
        Running running = new Running(jobId, lockOwner);
        return byJob.putIfAbsent(jobId, running) == null ? Optional.of(running) : Optional.empty();
    }

    Collection<Running> all() {
        return byJob.values();
    }

    /** Waits until no step runs; false when some still do after the time. */
    boolean awaitNone(Clock clock, Duration atMost) {
        Instant end = clock.instant().plus(atMost);
        while (!byJob.isEmpty()
                && clock.instant().isBefore(end)
                && !Thread.currentThread().isInterrupted()) {
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(20).toNanos());
        }
        return byJob.isEmpty();
    }

    /** One running step. Closing it ends the renewal of its job's lock. */
    final class Running implements AutoCloseable {
        private final String jobId;
        private final Optional<String> lockOwner;
        private boolean closed;
        private Date renewedTo;

        private Running(String jobId, Optional<String> lockOwner) {
            this.jobId = jobId;
            this.lockOwner = lockOwner;
        }

        String jobId() {
            return jobId;
        }

        /** Renews under this step's monitor, so that no renewal happens after {@link #close}. */
        synchronized void renew(Date until, Renewal renewal) {
            if (!closed && lockOwner.isPresent() && renewal.renew(jobId, lockOwner.get(), until)) {
                renewedTo = until;
            }
        }

        /** The lock's end as it is in the database now, when it was renewed. */
        synchronized Optional<Date> renewedTo() {
            return Optional.ofNullable(renewedTo);
        }

        @Override
        public synchronized void close() {
            closed = true;
            byJob.remove(jobId, this);
        }
    }

    interface Renewal {
        /** Whether the lock was still held and is now held until then. */
        boolean renew(String jobId, String lockOwner, Date until);
    }
}
