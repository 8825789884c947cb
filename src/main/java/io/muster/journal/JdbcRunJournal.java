package io.muster.journal;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcOperations;

/** Runs and approvals in PostgreSQL, on the primary data source. */
final class JdbcRunJournal implements RunJournal {

    private static final String STARTED =
            """
            insert into run (id, root_id, parent_id, runbook, version, definition_id, diagram_hash, started_by, started_at,
                             environment, service, target_version, reason)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String ENDED =
            "update run set ended_at = ?, end_state = ?, outcome = ? where id = ? and ended_at is null";

    private static final String CLEANS_UP =
            """
            with s as (
                insert into step_run (id, run_id, root_run_id, job_id, attempt, activity_id, title, step, target, owner, input,
                                      started_at)
                select ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?::jsonb, ?
                where exists (select from step_run r where r.run_id = ?
                    and (r.state = 'OPEN' or exists (select from step_effect e where e.step_run_id = r.id)))
                returning *)
            select audit_append(root_run_id, started_at, 'step-opened', 'engine', jsonb_build_object(
                'stepRun', id, 'run', run_id, 'job', job_id, 'attempt', attempt, 'activity', activity_id, 'title', title,
                'step', step, 'target', target, 'inputSha256', encode(sha256(convert_to(input::text, 'UTF8')), 'hex')))
            from s
            """;

    private static final String APPROVED =
            """
            insert into approval (task_id, run_id, task, title, by, at, approved, comment, self)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    /** The audit chain's kind of an answer. */
    static final String ANSWERED = "task-answered";

    private final JdbcOperations primary;
    private final EngineTransaction engine;
    private final Masking masking;
    private final Clock clock;

    JdbcRunJournal(JdbcOperations primary, EngineTransaction engine, Masking masking, Clock clock) {
        this.primary = primary;
        this.engine = engine;
        this.masking = masking;
        this.clock = clock;
    }

    @Override
    public void started(NewRun run) {
        Optional<String> reason = run.reason().map(this::text);
        Optional<String> version = run.targetVersion().map(this::text);
        engine.append(
                run.rootId(),
                run.startedAt(),
                "run-started",
                run.startedBy().orElse("timer"),
                startedBody(run, version, reason));
        primary.update(
                STARTED,
                run.id(),
                run.rootId(),
                run.parentId().orElse(null),
                run.runbook(),
                run.version(),
                run.definitionId(),
                run.diagramHash(),
                run.startedBy().orElse(null),
                Rows.timestamp(run.startedAt()),
                run.environment().map(this::text).orElse(null),
                run.service().map(this::text).orElse(null),
                version.orElse(null),
                reason.orElse(null));
    }

    private Map<String, Object> startedBody(NewRun run, Optional<String> version, Optional<String> reason) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("run", run.id());
        run.parentId().ifPresent(parent -> body.put("parent", parent));
        body.put("runbook", run.runbook());
        body.put("version", run.version());
        body.put("definition", run.definitionId());
        body.put("diagramSha256", run.diagramHash());
        run.environment().ifPresent(value -> body.put("environment", text(value)));
        run.service().ifPresent(value -> body.put("service", text(value)));
        version.ifPresent(value -> body.put("targetVersion", value));
        reason.ifPresent(value -> body.put("reason", value));
        return body;
    }

    @Override
    public void ended(String runId, EndState state, Optional<String> outcome) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("run", runId);
        body.put("state", state.name());
        outcome.ifPresent(value -> body.put("outcome", value));
        var now = clock.instant();
        engine.append(rootOf(runId), now, "run-ended", "engine", body);
        engine.write(runId, ENDED, Rows.timestamp(now), state.name(), outcome.orElse(null), runId);
    }

    @Override
    public void cleansUp(StepJournal.NewStepRun entry) {
        engine.appendBy(
                entry.rootRunId(),
                CLEANS_UP,
                UUID.randomUUID(),
                entry.runId(),
                entry.rootRunId(),
                entry.jobId(),
                entry.activityId(),
                entry.title(),
                entry.step(),
                text(entry.target()),
                entry.owner(),
                entry.input(),
                Rows.timestamp(clock.instant()),
                entry.runId());
    }

    @Override
    public void approved(Approval approval) {
        String comment = text(approval.comment());
        engine.append(
                rootOf(approval.runId()), approval.at(), "approval", approval.by(), approvedBody(approval, comment));
        engine.write(
                approval.runId(),
                APPROVED,
                approval.taskId(),
                approval.runId(),
                approval.task(),
                text(approval.title()),
                approval.by(),
                Rows.timestamp(approval.at()),
                approval.approved(),
                comment,
                approval.self());
    }

    private static Map<String, Object> approvedBody(Approval approval, String comment) {
        return Map.of(
                "run", approval.runId(),
                "taskId", approval.taskId(),
                "task", approval.task(),
                "approved", approval.approved(),
                "comment", comment,
                "self", approval.self());
    }

    @Override
    public void answered(Answer answer) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("run", answer.runId());
        body.put("task", answer.task());
        body.put("title", text(answer.title()));
        Map<String, String> values = new LinkedHashMap<>();
        answer.values().forEach((name, value) -> values.put(name, text(value)));
        body.put("values", values);
        root(answer.runId()).ifPresent(root -> engine.append(root, answer.at(), ANSWERED, answer.by(), body));
    }

    @Override
    public void noted(String runId, String kind, String actor, Map<String, String> facts) {
        Map<String, String> body = new LinkedHashMap<>();
        body.put("run", runId);
        facts.forEach((name, value) -> body.put(name, text(value)));
        root(runId).ifPresent(root -> engine.append(root, clock.instant(), kind, actor, body));
    }

    @Override
    public boolean knows(String runId) {
        return root(runId).isPresent();
    }

    private String rootOf(String runId) {
        return root(runId)
                .orElseThrow(
                        () -> new IllegalStateException("Run " + runId + " is not in the journal (ask knows() first)"));
    }

    private Optional<String> root(String runId) {
        return primary.queryForList("select root_id from run where id = ?", String.class, runId).stream()
                .findFirst();
    }

    private String text(String text) {
        return Text.storable(masking.mask(text));
    }
}
