package io.muster.journal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads the journal on its own pool, so only what is committed. */
final class JdbcJournalReader implements JournalReader {

    private final JournalDatabase database;

    JdbcJournalReader(JournalDatabase database) {
        this.database = database;
    }

    @Override
    public List<RunRow> runs(RunFilter filter, int limit, int offset) {
        List<String> conditions = new ArrayList<>();
        List<Object> arguments = new ArrayList<>();
        filter(conditions, arguments, "runbook", filter.runbook());
        filter(conditions, arguments, "environment", filter.environment());
        filter(conditions, arguments, "service", filter.service());
        String where = conditions.isEmpty() ? "" : "where " + String.join(" and ", conditions);
        arguments.add(limit);
        arguments.add(offset);
        return database.query(
                "select * from run " + where + " order by started_at desc, id limit ? offset ?",
                Rows::run,
                arguments.toArray());
    }

    private static void filter(List<String> conditions, List<Object> arguments, String column, Optional<String> value) {
        value.ifPresent(v -> {
            conditions.add(column + " = ?");
            arguments.add(v);
        });
    }

    @Override
    public Optional<RunRow> run(String id) {
        return database.first("select * from run where id = ?", Rows::run, id);
    }

    @Override
    public List<RunRow> children(String runId) {
        return database.query("select * from run where parent_id = ? order by started_at, id", Rows::run, runId);
    }

    @Override
    public List<StepRun> steps(String runId) {
        return database.query(
                "select * from step_run where run_id = ? order by started_at, attempt, id", Rows::stepRun, runId);
    }

    @Override
    public Optional<StepRun> step(UUID id) {
        return database.first("select * from step_run where id = ?", Rows::stepRun, id);
    }

    @Override
    public Optional<StepRun> newestEnded(String environment, String target, List<String> steps, boolean succeededOnly) {
        return database.first(
                """
                select step_run.* from step_run join run on run.id = step_run.run_id
                where target = ? and run.environment = ? and step = any (string_to_array(?, ','))
                  and state = any (string_to_array(?, ','))
                order by step_run.ended_at desc limit 1""",
                Rows::stepRun,
                target,
                environment,
                String.join(",", steps),
                succeededOnly ? "SUCCEEDED" : "SUCCEEDED,FAILED");
    }

    @Override
    public List<RunJournal.Approval> approvals(String runId) {
        return database.query("select * from approval where run_id = ? order by at, task_id", Rows::approval, runId);
    }

    @Override
    public List<Decision> decisions(String runId) {
        return database.query(
                "select * from decision where run_id = ? order by asked_at, task_id", Rows::decision, runId);
    }

    @Override
    public List<Document> documents(String runId) {
        return database.query(
                "select * from document where run_id = ? order by at, name", JdbcJournalReader::document, runId);
    }

    @Override
    public List<Effect> effects(UUID stepRunId) {
        return database.query(
                "select * from step_effect where step_run_id = ? order by seq",
                (row, n) -> new Effect(
                        Rows.instant(row, "at").orElseThrow(),
                        row.getString("kind"),
                        row.getString("target"),
                        Optional.ofNullable(row.getString("handle"))),
                stepRunId);
    }

    @Override
    public List<StepRun> open() {
        return database.query("select * from step_run where state = 'OPEN' order by started_at", Rows::stepRun);
    }

    @Override
    public List<StepRun> leftBefore(Instant time, int limit) {
        return database.query(
                "select s.* from step_left l join step_run s on s.id = l.step_run_id"
                        + " where s.ended_at < ? order by s.ended_at limit ?",
                Rows::stepRun,
                Rows.timestamp(time),
                limit);
    }

    @Override
    public List<LogLine> log(UUID stepRunId, long afterSeq, int limit) {
        return database.query(
                "select * from step_log where step_run_id = ? and seq > ? order by seq limit ?",
                JdbcJournalReader::logLine,
                stepRunId,
                afterSeq,
                limit);
    }

    @Override
    public List<LogLine> logEnd(UUID stepRunId, int lines) {
        return database.query(
                """
                select * from (select * from step_log where step_run_id = ? order by seq desc limit ?) ending
                order by seq""",
                JdbcJournalReader::logLine,
                stepRunId,
                lines);
    }

    private static Document document(ResultSet row, int number) throws SQLException {
        return new Document(
                row.getObject("step_run_id", UUID.class),
                row.getString("name"),
                row.getString("media_type"),
                row.getString("content"),
                Rows.instant(row, "at").orElseThrow());
    }

    private static LogLine logLine(ResultSet row, int number) throws SQLException {
        return new LogLine(
                row.getLong("seq"),
                Rows.instant(row, "at").orElseThrow(),
                row.getString("stream"),
                row.getString("text"),
                row.getBoolean("continued"));
    }
}
