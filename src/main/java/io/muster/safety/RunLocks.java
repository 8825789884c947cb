package io.muster.safety;

import io.muster.journal.JournalDatabase;
import io.muster.journal.Masking;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * The locks of runs. A lock belongs to the root run: the runbooks it calls share it. It is freed by the commit that ends the root
 * run, in whatever way it ends. Every call commits by itself, beside the engine's transaction.
 */
public final class RunLocks {

    private static final String REQUEST =
            """
            select b.target, b.by_root_run_id, b.by_granted_at, b.deadlock, r.runbook, r.started_by, r.reason
            from run_lock_request(?, ?, ?, ?, ?, ?) b left join run r on r.id = b.by_root_run_id
            """;

    private final JournalDatabase database;
    private final Masking masking;
    private final Clock clock;

    public RunLocks(JournalDatabase database, Masking masking, Clock clock) {
        this.database = database;
        this.masking = masking;
        this.clock = clock;
    }

    /**
     * Asks for all at once; what the run holds already counts. Runs are served in the order in which they asked.
     *
     * @param jobId the job to wake when it is the run's turn
     * @return what it waits for; empty when it holds all
     * @throws org.springframework.dao.DataAccessException when the database does not answer, or the run has ended
     */
    public List<Blocker> request(String rootRunId, String runId, String jobId, List<Wanted> wanted) {
        return database.query(
                REQUEST,
                RunLocks::blocker,
                rootRunId,
                runId,
                jobId,
                now(),
                wanted.stream().map(Wanted::target).map(LockTarget::toString).toArray(String[]::new),
                wanted.stream().map(Wanted::shared).toArray(Boolean[]::new));
    }

    /** Frees what ended runs left, and makes the jobs due whose turn it is. */
    public void keep() {
        database.query("select run_lock_keep(?)", (row, n) -> n, now());
        database.query("select run_lock_wake()", (row, n) -> row.getLong(1));
    }

    /**
     * Takes a lock from a run that cannot be at work. None of that run's changing steps starts afterwards.
     *
     * @param by the authenticated user
     */
    public Broken breakLock(LockTarget target, String rootRunId, String by, String reason) {
        return database.first(
                        "select run_lock_break(?, ?, ?, ?, ?)",
                        (row, n) -> Broken.valueOf(row.getString(1)),
                        target.toString(),
                        rootRunId,
                        by,
                        masking.mask(reason),
                        now())
                .orElseThrow();
    }

    private OffsetDateTime now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    private static Blocker blocker(ResultSet row, int number) throws SQLException {
        return new Blocker(
                row.getString("target"),
                row.getString("by_root_run_id"),
                Optional.ofNullable(row.getObject("by_granted_at", OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant),
                row.getBoolean("deadlock"),
                Optional.ofNullable(row.getString("runbook")),
                Optional.ofNullable(row.getString("started_by")),
                Optional.ofNullable(row.getString("reason")));
    }

    /** @param shared whether other runs may hold it shared at the same time */
    public record Wanted(LockTarget target, boolean shared) {}

    /**
     * A run that holds what is wanted, or waits for it before us.
     *
     * @param heldSince empty when it waits itself
     * @param deadlock whether it waits, perhaps through others, for us: then nothing was asked for
     */
    public record Blocker(
            String target,
            String rootRunId,
            Optional<Instant> heldSince,
            boolean deadlock,
            Optional<String> runbook,
            Optional<String> startedBy,
            Optional<String> reason) {}

    /** What came of breaking a lock. */
    public enum Broken {
        BROKEN,
        NOT_HELD,
        WAITS,
        ACTIVE,
        AT_WORK
    }
}
