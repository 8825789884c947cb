package io.muster.engine;

import io.muster.engine.Recovery.Decision;
import io.muster.engine.Recovery.Kind;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcOperations;

/** The tables of recovery mode, in the caller's transaction where it has one. */
final class RecoveryStore {

    /** Any number that nothing else in this database uses. */
    private static final long LOCK = 7_301_044_715_212_008L;

    private static final String UNDECIDED =
            """
            from recovery r join recovery_run n on n.recovery_id = r.id
            where r.left_at is null
              and not exists (select 1 from recovery_decision d where d.recovery_id = r.id and d.run_id = n.run_id)
              and exists (select 1 from ACT_RU_EXECUTION e where e.ID_ = n.run_id)
            """;

    private final JdbcOperations jdbc;

    RecoveryStore(JdbcOperations jdbc) {
        this.jdbc = jdbc;
    }

    /** One change at a time, of all servers, until the caller's transaction is over. */
    void lock() {
        jdbc.query("select pg_advisory_xact_lock(?)", row -> {}, LOCK);
    }

    Optional<Open> open() {
        return jdbc
                .query(
                        "select id, entered_at from recovery where left_at is null",
                        (row, n) -> new Open(
                                row.getLong("id"),
                                row.getTimestamp("entered_at").toInstant()))
                .stream()
                .findFirst();
    }

    /** Whether an unfinished run waits for a decision. */
    boolean undecided() {
        return Boolean.TRUE.equals(jdbc.queryForObject("select exists (select 1 " + UNDECIDED + ")", Boolean.class));
    }

    /** Runs that no other called, and that have not ended. */
    List<String> unfinishedRuns() {
        return jdbc.queryForList(
                "select ID_ from ACT_RU_EXECUTION where ID_ = ROOT_PROC_INST_ID_ order by ID_", String.class);
    }

    /** The run and those that it called. */
    List<String> family(String runId) {
        return jdbc.queryForList(
                "select ID_ from ACT_RU_EXECUTION where ROOT_PROC_INST_ID_ = ? and PARENT_ID_ is null",
                String.class,
                runId);
    }

    /** Where the tokens of a run and of those that it called are. */
    List<String> activities(String runId) {
        return jdbc.queryForList(
                """
                select distinct ACT_ID_ from ACT_RU_EXECUTION e where ROOT_PROC_INST_ID_ = ? and ACT_ID_ is not null
                  and not exists (select 1 from ACT_RU_EXECUTION c where c.PARENT_ID_ = e.ID_ or c.SUPER_EXEC_ = e.ID_)
                order by 1
                """,
                String.class,
                runId);
    }

    long enter(Instant at, String server, List<String> runs, List<String> jobs) {
        Long id = jdbc.queryForObject(
                "insert into recovery (entered_at, server) values (?, ?) returning id",
                Long.class,
                Timestamp.from(at),
                server);
        runs.forEach(run -> jdbc.update("insert into recovery_run (recovery_id, run_id) values (?, ?)", id, run));
        jobs.forEach(job -> jdbc.update("insert into recovery_job (recovery_id, job_id) values (?, ?)", id, job));
        return id;
    }

    List<String> runs(long recovery) {
        return jdbc.queryForList(
                "select run_id from recovery_run where recovery_id = ? order by run_id", String.class, recovery);
    }

    /** Jobs without a run that were suspended and are still there. */
    List<String> jobs(long recovery) {
        return jdbc.queryForList(
                "select j.job_id from recovery_job j join ACT_RU_JOB a on a.ID_ = j.job_id where j.recovery_id = ?",
                String.class,
                recovery);
    }

    Optional<Decision> decision(long recovery, String runId) {
        return jdbc
                .query(
                        "select decision, by, at, reason from recovery_decision where recovery_id = ? and run_id = ?",
                        (row, n) -> new Decision(
                                Kind.valueOf(row.getString("decision")),
                                row.getString("by"),
                                row.getTimestamp("at").toInstant(),
                                row.getString("reason")),
                        recovery,
                        runId)
                .stream()
                .findFirst();
    }

    void decide(long recovery, String runId, Decision decision) {
        jdbc.update(
                "insert into recovery_decision (recovery_id, run_id, decision, by, at, reason) values (?, ?, ?, ?, ?, ?)",
                recovery,
                runId,
                decision.kind().name(),
                decision.by(),
                Timestamp.from(decision.at()),
                decision.reason());
    }

    void leave(long recovery, Instant at) {
        jdbc.update("update recovery set left_at = ? where id = ?", Timestamp.from(at), recovery);
    }

    record Open(long id, Instant since) {}
}
