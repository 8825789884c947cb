package io.muster.journal;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;

/** Reads the journal on its own pool, so only what is committed. */
final class JdbcJournalReader implements JournalReader {

    private final JournalDatabase database;

    JdbcJournalReader(JournalDatabase database) {
        this.database = database;
    }

    @Override
    public RunSearch.Page runs(RunSearch search, int limit, int offset) {
        RunSearchSql sql = new RunSearchSql(search);
        return new RunSearch.Page(
                database.query(
                        sql.page(),
                        (row, n) ->
                                new RunSearch.Found(Rows.run(row, n), RunSearch.State.valueOf(row.getString("state"))),
                        sql.arguments(limit, offset)),
                database.first(sql.count(), (row, n) -> row.getLong("total"), sql.arguments())
                        .orElseThrow());
    }

    @Override
    public Map<String, RunSearch.State> states(Collection<String> runIds) {
        Map<String, RunSearch.State> states = new HashMap<>();
        if (!runIds.isEmpty()) {
            Object ids = runIds.toArray(String[]::new);
            database.query(
                    RunSearchSql.STATES,
                    (row, n) -> states.put(row.getString("id"), RunSearch.State.valueOf(row.getString("state"))),
                    ids);
        }
        return states;
    }

    @Override
    public Map<String, List<String>> current(Collection<String> runIds) {
        Map<String, List<String>> titles = new HashMap<>();
        if (runIds.isEmpty()) {
            return titles;
        }
        Object ids = runIds.toArray(String[]::new);
        database.query(
                """
                select run_id, root_run_id, title from step_run
                where state = 'OPEN' and root_run_id in (select root_id from run where id = any (?))
                union all
                select r.id, r.root_id, t.name_ from act_ru_task t join run r on r.id = t.proc_inst_id_
                where r.root_id in (select root_id from run where id = any (?))
                order by 3""",
                (row, n) -> {
                    for (String id : new TreeSet<>(List.of(row.getString("run_id"), row.getString("root_run_id")))) {
                        titles.computeIfAbsent(id, key -> new ArrayList<>()).add(row.getString("title"));
                    }
                    return null;
                },
                ids,
                ids);
        return titles;
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
    public List<StepRun> newestEnded(
            String environment, Collection<String> targets, List<String> steps, boolean succeededOnly) {
        return database.query(
                """
                select found.* from unnest(?::text[]) as wanted (target) cross join lateral (
                  select step_run.* from step_run join run on run.id = step_run.run_id
                  where step_run.target = wanted.target and run.environment = ? and step = any (?::text[])
                    and state = any (?::text[]) and step_run.ended_at is not null
                  order by step_run.ended_at desc limit 1) found""",
                Rows::stepRun,
                targets.toArray(String[]::new),
                environment,
                steps.toArray(String[]::new),
                succeededOnly ? new String[] {"SUCCEEDED"} : new String[] {"SUCCEEDED", "FAILED"});
    }

    @Override
    public List<RunJournal.Approval> approvals(String runId) {
        return database.query("select * from approval where run_id = ? order by at, task_id", Rows::approval, runId);
    }

    @Override
    public boolean approvedWithin(String rootRunId) {
        return database.first(
                        "select exists (select from approval a join run r on r.id = a.run_id where r.root_id = ?)",
                        (row, n) -> row.getBoolean(1),
                        rootRunId)
                .orElse(false);
    }

    @Override
    public Involved involved(String rootRunId) {
        Map<String, Set<String>> by = new HashMap<>();
        database.query(
                """
                select 'approved' as what, a.by from approval a join run r on r.id = a.run_id where r.root_id = ?
                union select 'answered', actor from audit_event where root_run_id = ? and kind = ?
                union select 'changed', by from decision where root_run_id = ? and choice = 'CHANGE_INPUT'""",
                (row, n) -> by.computeIfAbsent(row.getString("what"), what -> new TreeSet<>())
                        .add(row.getString("by")),
                rootRunId,
                rootRunId,
                JdbcRunJournal.ANSWERED,
                rootRunId);
        return new Involved(
                by.getOrDefault("approved", Set.of()),
                by.getOrDefault("answered", Set.of()),
                by.getOrDefault("changed", Set.of()));
    }

    @Override
    public List<Decision> decisions(String runId) {
        return database.query(
                "select * from decision where run_id = ? order by asked_at, task_id", Rows::decision, runId);
    }

    @Override
    public List<RunJournal.Answer> answers(String runId) {
        return database.query(
                """
                select actor, at, body from audit_event
                where root_run_id = (select root_id from run where id = ?) and kind = ? and body::jsonb ->> 'run' = ?
                order by seq""",
                JdbcJournalReader::answer,
                runId,
                JdbcRunJournal.ANSWERED,
                runId);
    }

    private static RunJournal.Answer answer(ResultSet row, int number) throws SQLException {
        JsonNode body = JsonStrings.read(row.getString("body"));
        Map<String, String> values = new LinkedHashMap<>();
        body.path("values")
                .properties()
                .forEach(value -> values.put(value.getKey(), value.getValue().asText()));
        return new RunJournal.Answer(
                body.path("run").asText(),
                body.path("task").asText(),
                body.path("title").asText(),
                row.getString("actor"),
                Rows.instant(row, "at").orElseThrow(),
                values);
    }

    @Override
    public List<Open> openDecisions() {
        return database.query(
                """
                select r.environment, r.service, count(*) as decisions from decision d join run r on r.id = d.root_run_id
                where d.choice is null and r.ended_at is null and r.environment is not null and r.service is not null
                group by r.environment, r.service""",
                (row, n) -> new Open(row.getString("environment"), row.getString("service"), row.getInt("decisions")));
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
    public List<StepRun> leftBefore(Instant time, Instant now, int limit) {
        return database.query(
                """
                select s.* from step_left l join step_run s on s.id = l.step_run_id
                where s.ended_at < ? and (l.tried_at is null or l.tried_at <= ?::timestamptz - least(
                    interval '12 hours', interval '5 minutes' * power(2, least(l.tries, 10))))
                order by l.tried_at nulls first, s.ended_at limit ?""",
                Rows::stepRun,
                Rows.timestamp(time),
                Rows.timestamp(now),
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

    @Override
    public List<AuditEvent> events(String rootRunId, long afterSeq, int limit) {
        return database.query(
                "select * from audit_event where root_run_id = ? and seq > ? order by seq limit ?",
                Rows::auditEvent,
                rootRunId,
                afterSeq,
                limit);
    }

    @Override
    public Optional<String> inventory(String rootRunId) {
        return database.first(
                """
                select i.content::text from run_inventory r join inventory_snapshot i on i.hash = r.hash
                where r.root_run_id = ?""",
                (row, n) -> row.getString(1),
                rootRunId);
    }

    @Override
    public <T> T snapshot(Function<JournalReader, T> read) {
        return database.snapshot(snapshot -> read.apply(new JdbcJournalReader(snapshot)));
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
