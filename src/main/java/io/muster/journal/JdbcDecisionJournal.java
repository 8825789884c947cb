package io.muster.journal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcOperations;

/** Decisions in PostgreSQL: written on the primary data source, read on the journal's pool. */
final class JdbcDecisionJournal implements DecisionJournal {

    private static final String ASKED =
            """
            insert into decision (task_id, run_id, root_run_id, job_id, activity_id, title, step, step_run_id, target,
                                  reason, message, owners, skippable, asked_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String TAKEN =
            """
            update decision set choice = ?, by = ?, at = ?, why = ?, input = ?::jsonb
            where task_id = ? and choice is null
            """;
    private static final String OF_JOB =
            "select * from decision where job_id = ? order by at desc nulls last, asked_at desc";
    private static final String ABORTED =
            """
            with recursive family(id) as (
                select id from run where id = ?
                union all select r.id from run r join family f on r.parent_id = f.id)
            select exists (select 1 from decision d join family f on d.run_id = f.id where d.choice = 'ABORT')
            """;

    private final JdbcOperations primary;
    private final JournalDatabase database;
    private final EngineTransaction engine;
    private final Masking masking;

    JdbcDecisionJournal(JdbcOperations primary, JournalDatabase database, EngineTransaction engine, Masking masking) {
        this.primary = primary;
        this.database = database;
        this.engine = engine;
        this.masking = masking;
    }

    @Override
    public void asked(Decision open) {
        engine.append(open.rootRunId(), open.askedAt(), "decision-asked", "engine", askedBody(open));
        engine.write(
                open.runId(),
                ASKED,
                open.taskId(),
                open.runId(),
                open.rootRunId(),
                open.jobId(),
                open.activityId(),
                text(open.title()),
                open.step().orElse(null),
                open.stepRun().orElse(null),
                text(open.target()),
                open.reason(),
                text(open.message()),
                open.owners(),
                open.skippable(),
                Rows.timestamp(open.askedAt()));
    }

    private Map<String, Object> askedBody(Decision open) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("taskId", open.taskId());
        body.put("run", open.runId());
        body.put("job", open.jobId());
        body.put("activity", open.activityId());
        body.put("reason", open.reason());
        body.put("message", text(open.message()));
        body.put("owners", open.owners());
        body.put("skippable", open.skippable());
        open.step().ifPresent(step -> body.put("step", step));
        open.stepRun().ifPresent(id -> body.put("stepRun", id.toString()));
        return body;
    }

    @Override
    public void taken(Decision decision, Decision.Taken taken) {
        String why = taken.why().map(this::text).orElse(null);
        String input = taken.input().map(this::json).orElse(null);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("taskId", decision.taskId());
        body.put("run", decision.runId());
        body.put("choice", taken.choice().name());
        taken.by().ifPresent(by -> body.put("by", by));
        Optional.ofNullable(why).ifPresent(text -> body.put("why", text));
        Optional.ofNullable(input).ifPresent(json -> body.put("input", JsonStrings.read(json)));
        engine.append(
                decision.rootRunId(), taken.at(), "decision-taken", taken.by().orElse("engine"), body);
        engine.write(
                decision.runId(),
                TAKEN,
                taken.choice().name(),
                taken.by().orElse(null),
                Rows.timestamp(taken.at()),
                why,
                input,
                decision.taskId());
    }

    @Override
    public Optional<Decision> find(String taskId) {
        return database.first("select * from decision where task_id = ?", Rows::decision, taskId);
    }

    @Override
    public Heeded heeded(String jobId, UUID newestAttempt) {
        List<Decision> newestFirst = database.query(OF_JOB, Rows::decision, jobId);
        Optional<Decision> about = newestFirst.stream()
                .filter(decision -> decision.stepRun().equals(Optional.of(newestAttempt)))
                .findFirst();
        return new Heeded(
                about.isPresent(),
                about.flatMap(Decision::taken),
                newestFirst.stream()
                        .flatMap(decision -> decision.taken().stream())
                        .flatMap(taken -> taken.input().stream())
                        .findFirst());
    }

    @Override
    public boolean aborted(String runId) {
        return Boolean.TRUE.equals(primary.queryForObject(ABORTED, Boolean.class, runId));
    }

    private String text(String text) {
        return Text.storable(masking.mask(text));
    }

    private String json(String json) {
        return Text.storableJson(masking.maskJson(json));
    }
}
