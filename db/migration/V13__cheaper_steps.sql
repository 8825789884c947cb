-- What the journal costs a step (docs/performance.md). Same rules, kept in another place.

-- PostgreSQL reads a table's CHECK constraints from their text in each statement that writes to it, which was a third of what
-- a step's three writes cost. A trigger's function is compiled once a session. (Each row of the chain is checked by its hash.)
alter table step_run
    drop constraint step_run_attempt_check,
    drop constraint step_run_check,
    drop constraint step_run_check1,
    drop constraint step_run_check2,
    drop constraint step_run_check3,
    drop constraint step_run_deaths_check,
    drop constraint step_run_state_check;
alter table audit_event drop constraint audit_event_seq_check;

create or replace function step_run_keeps_evidence() returns trigger language plpgsql as $$
declare
    v_run step_run;
begin
    if tg_op = 'UPDATE' then
        if old.state <> 'OPEN' then
            -- Closed: it can only be acknowledged, once.
            v_run := new;
            v_run.acknowledged_at := null;
            if v_run *<> old then
                raise exception 'step run % is closed (%): its evidence cannot be changed', old.id, old.state
                    using errcode = 'integrity_constraint_violation';
            end if;
            return new;
        elsif new.id <> old.id or new.run_id <> old.run_id or new.root_run_id <> old.root_run_id
              or new.job_id <> old.job_id or new.attempt <> old.attempt or new.activity_id <> old.activity_id
              or new.title <> old.title or new.step <> old.step or new.target <> old.target
              or new.started_at <> old.started_at or new.input <> old.input or new.epoch < old.epoch then
            raise exception 'step run %: what it is and what it was given cannot be changed', old.id
                using errcode = 'integrity_constraint_violation';
        end if;
    end if;
    if new.attempt < 1 or new.deaths < 0 or (new.state = 'OPEN') <> (new.ended_at is null)
       or (case new.state
               when 'OPEN' then new.acknowledged_at is not null
               when 'SUCCEEDED' then new.output is null
               when 'FAILED' then new.failure_kind is null or new.failure_reason is null or new.failure_message is null
               when 'SKIPPED' then false
               else true
           end) then
        raise exception 'step run %: state, end, output, failure, attempt and deaths do not go together (%, attempt %)',
            new.id, new.state, new.attempt using errcode = 'check_violation';
    end if;
    return new;
end $$;
drop trigger keeps_evidence on step_run;
create trigger keeps_evidence before insert or update on step_run
    for each row execute function step_run_keeps_evidence();

-- Open entries are few and found by step_run_one_open; those of a run and of the runs that it called by step_run_by_run.
drop index step_run_open;
drop index step_run_by_root;

-- An entry and a chain's end are updated soon after they were written: room beside them spares their indexes.
alter table step_run set (fillfactor = 70);
alter table audit_head set (fillfactor = 50);

-- As in V5, opened first and looked for only where there is one.
create or replace function step_begin(p_later boolean, p_id uuid, p_run text, p_root text, p_job text, p_activity text,
                                      p_title text, p_step text, p_target text, p_owner text, p_input jsonb, p_at timestamptz)
    returns setof step_run language plpgsql volatile
as $$
begin
    if p_later then
        perform set_config('synchronous_commit', 'off', true);
    end if;
    return query
        insert into step_run (id, run_id, root_run_id, job_id, activity_id, title, step, target, owner, input, started_at, attempt)
        values (p_id, p_run, p_root, p_job, p_activity, p_title, p_step, p_target, p_owner, p_input, p_at, 1)
        on conflict (job_id, attempt) do nothing
        returning *;
    if not found then
        return query select * from step_run where job_id = p_job order by attempt desc limit 1;
        return;
    end if;
    perform audit_append(p_root, p_at, 'step-opened', p_owner, jsonb_build_object(
        'stepRun', p_id, 'run', p_run, 'job', p_job, 'attempt', 1, 'activity', p_activity, 'title', p_title,
        'step', p_step, 'target', p_target, 'inputSha256', encode(sha256(convert_to(p_input::text, 'UTF8')), 'hex')));
end $$;
