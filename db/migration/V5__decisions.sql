-- A failed step (or any other failed job of a run) that waits for a person, and what that person decided.
-- Written in the engine's transaction: there is a row exactly when there is an incident's task.
create table decision (
    task_id     varchar(64) primary key,
    run_id      varchar(64) not null,
    root_run_id varchar(64) not null,
    job_id      varchar(64) not null,
    activity_id text        not null,
    title       text        not null,
    step        text,
    step_run_id uuid,
    target      text        not null,
    reason      text        not null,
    message     text        not null,
    owners      text        not null,
    skippable   boolean     not null,
    asked_at    timestamptz not null,
    choice      varchar(16) check (choice in ('RETRY', 'CHANGE_INPUT', 'SKIP', 'ABORT', 'RETRIED', 'CANCELLED')),
    by          text,
    at          timestamptz,
    why         text,
    input       jsonb,
    check ((choice is null) = (at is null)),
    check (choice is null or choice in ('RETRIED', 'CANCELLED') or by is not null),
    check ((input is not null) = (choice is not distinct from 'CHANGE_INPUT')),
    check (choice is null or choice not in ('CHANGE_INPUT', 'SKIP', 'ABORT') or why is not null)
);
create index decision_by_run on decision (run_id, asked_at, task_id);
create index decision_by_root on decision (root_run_id);
create index decision_by_job on decision (job_id, at desc);

create trigger append_only before delete or truncate on decision
    for each statement execute function evidence_is_append_only();

create function decision_keeps_evidence() returns trigger language plpgsql as $$
begin
    if old.choice is not null
       or to_jsonb(old) - array['choice', 'by', 'at', 'why', 'input']
          is distinct from to_jsonb(new) - array['choice', 'by', 'at', 'why', 'input'] then
        raise exception 'decision %: it can only be taken, once', old.task_id using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger keeps_evidence before update on decision for each row execute function decision_keeps_evidence();

-- The journal's own cost: the first attempt of a job is looked for and opened in one call, and hashes are computed once.

-- As in V2, without a loop: the same bytes, in a fraction of the time.
create or replace function audit_hash(root text, seq bigint, at timestamptz, kind text, actor text, body text, prev text)
    returns text language plpgsql immutable parallel safe
as $$
declare
    v_seq constant text := seq::text;
    v_at  constant text := (extract(epoch from at) * 1000000)::bigint::text;
begin
    return encode(sha256(convert_to(
        octet_length(root) || ':' || root || ',' || octet_length(v_seq) || ':' || v_seq || ','
        || octet_length(v_at) || ':' || v_at || ',' || octet_length(kind) || ':' || kind || ','
        || octet_length(actor) || ':' || actor || ',' || octet_length(body) || ':' || body || ','
        || octet_length(prev) || ':' || prev || ',', 'UTF8')), 'hex');
end $$;

-- As in V2; a chain that has begun, which is nearly every call, is hashed once.
create or replace function audit_append(p_root text, p_at timestamptz, p_kind text, p_actor text, p_body jsonb) returns bigint
    language plpgsql volatile
as $$
declare
    v_first constant text := repeat('0', 64);
    v_body  constant text := p_body::text;
    v_head  audit_head;
begin
    update audit_head h
    set seq = h.seq + 1, prev_hash = h.hash, hash = audit_hash(p_root, h.seq + 1, p_at, p_kind, p_actor, v_body, h.hash)
    where root_run_id = p_root
    returning h.* into v_head;
    if not found then
        insert into audit_head as h (root_run_id, seq, prev_hash, hash)
        values (p_root, 1, v_first, audit_hash(p_root, 1, p_at, p_kind, p_actor, v_body, v_first))
        on conflict (root_run_id) do update
            set seq = h.seq + 1,
                prev_hash = h.hash,
                hash = audit_hash(p_root, h.seq + 1, p_at, p_kind, p_actor, v_body, h.hash)
        returning h.* into v_head;
    end if;
    insert into audit_event (root_run_id, seq, at, kind, actor, body, prev_hash, hash)
    values (p_root, v_head.seq, p_at, p_kind, p_actor, v_body, v_head.prev_hash, v_head.hash);
    return v_head.seq;
end $$;

-- The newest attempt for a job as it is, or, when there is none, the first, opened now.
-- p_later: the commit does not wait for the disk.
create function step_begin(p_later boolean, p_id uuid, p_run text, p_root text, p_job text, p_activity text, p_title text,
                           p_step text, p_target text, p_owner text, p_input jsonb, p_at timestamptz)
    returns setof step_run language plpgsql volatile
as $$
declare
    v_run step_run;
begin
    select * into v_run from step_run where job_id = p_job order by attempt desc limit 1;
    if not found then
        if p_later then
            perform set_config('synchronous_commit', 'off', true);
        end if;
        insert into step_run (id, run_id, root_run_id, job_id, activity_id, title, step, target, owner, input, started_at, attempt)
        values (p_id, p_run, p_root, p_job, p_activity, p_title, p_step, p_target, p_owner, p_input, p_at, 1)
        returning * into v_run;
        perform audit_append(p_root, p_at, 'step-opened', p_owner, jsonb_build_object(
            'stepRun', p_id, 'run', p_run, 'job', p_job, 'attempt', 1, 'activity', p_activity, 'title', p_title,
            'step', p_step, 'target', p_target, 'inputSha256', encode(sha256(convert_to(p_input::text, 'UTF8')), 'hex')));
    end if;
    return next v_run;
end $$;

-- Closes an attempt as succeeded; false when the claim is not the newest any more, or the attempt is closed.
create function step_succeed(p_later boolean, p_id uuid, p_epoch bigint, p_output jsonb, p_at timestamptz) returns boolean
    language plpgsql volatile
as $$
declare
    v_run step_run;
begin
    if p_later then
        perform set_config('synchronous_commit', 'off', true);
    end if;
    update step_run set state = 'SUCCEEDED', ended_at = p_at, output = p_output
    where id = p_id and epoch = p_epoch and state = 'OPEN'
    returning * into v_run;
    if not found then
        return false;
    end if;
    perform audit_append(v_run.root_run_id, p_at, 'step-closed', v_run.owner, jsonb_build_object(
        'stepRun', p_id, 'run', v_run.run_id, 'state', 'SUCCEEDED',
        'outputSha256', encode(sha256(convert_to(p_output::text, 'UTF8')), 'hex')));
    return true;
end $$;

-- The servers that run steps, each seen every few seconds while it lives.
create table server (
    owner   text primary key,
    seen_at timestamptz not null
);
