package io.muster.engine;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.Date;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * Renews the job locks of steps that run here, because the engine renews none and a delegate that outlives its lock is
 * run again. {@code REV_} is left alone (every long step's commit would fail otherwise). A lock that ran out while the
 * database was away is renewed if it is still this server's: who takes one over puts its own name there.
 *
 * <p>The same round says that this server is alive ({@code server}). Locks are not enough to tell: when the database was
 * away for longer than they last, those of steps that still run have run out.
 */
final class JobLease implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JobLease.class);
    private static final String RENEW = "update ACT_RU_JOB set LOCK_EXP_TIME_ = ? where ID_ = ? and LOCK_OWNER_ = ?";
    private static final String SEEN =
            """
            insert into server (owner, seen_at) values (?, clock_timestamp())
            on conflict (owner) do update set seen_at = excluded.seen_at
            """;
    private static final String ALIVE =
            "select count(*) from server where owner = ? and seen_at > clock_timestamp() - ? * interval '1 millisecond'";
    private static final String FORGET_OLD = "delete from server where seen_at < clock_timestamp() - interval '1 day'";
    private static final String EXISTS = "select count(*) from ACT_RU_JOB where ID_ = ?";

    private final RunningSteps steps;
    private final JdbcOperations jdbc;
    private final Clock clock;
    private final long lockMillis;
    private final String owner;
    /** When the database last did not answer here; null when it always did. */
    private volatile Long awayAt;

    private volatile boolean leaving;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "job-lease");
        thread.setDaemon(true);
        return thread;
    });

    JobLease(RunningSteps steps, JdbcOperations jdbc, Clock clock, long lockMillis, String owner) {
        this.steps = steps;
        this.jdbc = jdbc;
        this.clock = clock;
        this.lockMillis = lockMillis;
        this.owner = owner;
    }

    void start() {
        jdbc.update(FORGET_OLD);
        jdbc.update(SEEN, owner);
        long period = Math.max(100, lockMillis / 3);
        timer.scheduleWithFixedDelay(this::renewAll, period, period, TimeUnit.MILLISECONDS);
    }

    void renewAll() {
        try {
            if (!leaving) {
                jdbc.update(SEEN, owner);
            }
            for (RunningSteps.Running step : steps.all()) {
                step.renew(Date.from(clock.instant().plusMillis(lockMillis)), this::renew);
            }
        } catch (DataAccessException e) {
            // The others would wait as long for the same answer.
            awayAt = System.nanoTime();
            LOG.warn("The locks of running steps could not be renewed and are tried again: {}", e.getMessage());
        }
    }

    /**
     * Whether another server that opened a step still lives. Where the database was away a moment ago it counts as alive:
     * it could not say so.
     */
    boolean alive(String other) {
        if (other.equals(owner)) {
            return false;
        }
        Long away = awayAt;
        if (away != null && System.nanoTime() - away < TimeUnit.MILLISECONDS.toNanos(lockMillis)) {
            return true;
        }
        Integer found = jdbc.queryForObject(ALIVE, Integer.class, other, lockMillis * 2 / 3);
        return found != null && found > 0;
    }

    /** Whether a job is there: it is not when its run was cancelled. When the database does not answer, it counts as there. */
    boolean jobExists(String jobId) {
        try {
            Integer found = jdbc.queryForObject(EXISTS, Integer.class, jobId);
            return found != null && found > 0;
        } catch (DataAccessException e) {
            LOG.warn("Whether job {} was cancelled cannot be told now: {}", jobId, e.getMessage());
            return true;
        }
    }

    private boolean renew(String jobId, String lockOwner, Date until) {
        return jdbc.update(RENEW, new Timestamp(until.getTime()), jobId, lockOwner) == 1;
    }

    /**
     * Says that this server is going, so that others need not wait to go on with the steps it gives up. Locks of those that
     * still end are renewed until {@link #close}.
     */
    void leave() {
        leaving = true;
        try {
            jdbc.update("delete from server where owner = ?", owner);
        } catch (DataAccessException e) {
            LOG.warn("Other servers wait a moment for this one, which could not say that it ends: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
