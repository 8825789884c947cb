package io.muster.journal;

/** The statements of {@link JdbcStepJournal}. Each write has its audit event in it, so that both commit together. */
final class StepSql {

    static final String BEGIN = "select * from step_begin(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?)";
    static final String SUCCEED = "select step_succeed(?, ?, ?, ?::jsonb, ?)";
    static final String OPEN =
            """
            with s as (
                insert into step_run (id, run_id, root_run_id, job_id, activity_id, title, step, target, owner, input,
                                      started_at, attempt)
                select ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, coalesce(max(attempt), 0) + 1
                from step_run where job_id = ?
                returning *),
            a as (select audit_append(root_run_id, started_at, 'step-opened', owner, jsonb_build_object(
                    'stepRun', id, 'run', run_id, 'job', job_id, 'attempt', attempt, 'activity', activity_id,
                    'title', title, 'step', step, 'target', target, 'inputSha256', %s)) from s)
            select s.* from s, a
            """
                    .formatted(sha256("input::text"));

    static final String SKIP =
            """
            with s as (
                insert into step_run (id, run_id, root_run_id, job_id, activity_id, title, step, target, owner, input,
                                      started_at, attempt, state, ended_at, output)
                select ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, coalesce(max(attempt), 0) + 1, 'SKIPPED', ?, ?::jsonb
                from step_run where job_id = ?
                returning *),
            a as (select audit_append(root_run_id, started_at, 'step-skipped', owner, jsonb_build_object(
                    'stepRun', id, 'run', run_id, 'job', job_id, 'attempt', attempt, 'activity', activity_id,
                    'title', title, 'step', step, 'target', target, 'state', state, 'inputSha256', %s,
                    'outputSha256', %s)) from s)
            select s.* from s, a
            """
                    .formatted(sha256("input::text"), sha256("output::text"));
    static final String RECLAIM =
            """
            with s as (
                update step_run set owner = ?, epoch = epoch + 1,
                                    deaths = deaths + case when owner in ('', ?) then 0 else 1 end
                where id = ? and owner = ? and epoch = ? and state = 'OPEN' returning *),
            a as (select audit_append(root_run_id, ?, 'step-reclaimed', owner, jsonb_build_object(
                    'stepRun', id, 'run', run_id, 'epoch', epoch, 'from', ?::text)) from s)
            select s.* from s, a
            """;

    static final String FAIL =
            """
            with s as (
                update step_run set state = 'FAILED', ended_at = ?,
                                    failure_kind = ?, failure_reason = ?, failure_message = ?
                where id = ? and epoch = ? and state = 'OPEN' returning *),
            a as (select audit_append(root_run_id, ended_at, 'step-closed', owner, jsonb_build_object(
                    'stepRun', id, 'run', run_id, 'state', state,
                    'kind', failure_kind, 'reason', failure_reason, 'message', failure_message)) from s)
            select s.* from s, a
            """;
    /** The same claim closing again in the same way: the answer to its first try was lost. */
    static final String CLOSED_SO =
            """
            select count(*) from step_run where id = ? and epoch = ? and state = ? and output is not distinct from ?::jsonb
               and (failure_kind, failure_reason, failure_message) is not distinct from (?::text, ?::text, ?::text)
            """;

    static final String EFFECT =
            """
            with s as (select id from step_run where id = ? and epoch = ? and state = 'OPEN'),
            left_there as (
                insert into step_left (step_run_id) select id from s where ?::text is not null on conflict do nothing)
            insert into step_effect (step_run_id, at, kind, target, handle) select id, ?, ?, ?, ? from s
            """;

    /** Need not survive a crash: looking once more for what is gone does no harm. */
    static final String NOTHING_LEFT =
            """
            with fast as materialized (select set_config('synchronous_commit', 'off', true))
            delete from step_left using fast where step_run_id = ?
            """;

    static final String LEFT_BEHIND =
            """
            with l as (delete from step_left where step_run_id = ? returning step_run_id)
            select audit_append(s.root_run_id, ?, 'left-behind', s.owner, jsonb_build_object(
                'stepRun', s.id, 'run', s.run_id, 'target', s.target, 'why', ?::text))
            from l join step_run s on s.id = l.step_run_id
            """;

    static final String DOCUMENT =
            """
            with d as (
                insert into document (step_run_id, name, run_id, media_type, content, at)
                select id, ?, run_id, ?, ?, ? from step_run where id = ? and epoch = ? and state = 'OPEN'
                on conflict (step_run_id, name) do update
                    set media_type = excluded.media_type, content = excluded.content, at = excluded.at
                returning *),
            a as (select audit_append(s.root_run_id, d.at, 'document-kept', s.owner, jsonb_build_object(
                    'stepRun', s.id, 'run', s.run_id, 'name', d.name, 'mediaType', d.media_type, 'contentSha256', %s))
                  from d join step_run s on s.id = d.step_run_id)
            select 1 from d, a
            """
                    .formatted(sha256("d.content"));

    private StepSql() {}

    private static String sha256(String expression) {
        return "encode(sha256(convert_to(" + expression + ", 'UTF8')), 'hex')";
    }
}
