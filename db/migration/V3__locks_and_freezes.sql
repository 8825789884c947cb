-- Run locks and freezes. Everything that several servers could do to them at the same moment is one function here, under one
-- advisory lock (key 7201), so that it is in one order for all.
--
-- Row locks are taken in the order run_lock, then a chain's end, as the engine's transaction does when a run ends; jobs are
-- touched in a statement of their own. No cycle is possible.

-- Who holds, or waits for, what. A ticket is drawn for all that a run asks for at once; a row waits for the rows of other runs
-- on the same target with a lower ticket, unless both are shared. A lower ticket never waits for a higher one.
create sequence run_lock_ticket;
create table run_lock (
    root_run_id   varchar(64) not null,
    target        text        not null,
    shared        boolean     not null,
    run_id        varchar(64) not null,
    ticket        bigint      not null,
    requested_at  timestamptz not null,
    granted_at    timestamptz,
    broken_at     timestamptz,
    broken_by     text,
    broken_reason text,
    primary key (root_run_id, target, shared),
    check ((broken_at is null) = (broken_by is null) and (broken_at is null) = (broken_reason is null))
);
create index run_lock_by_target on run_lock (target, ticket);

-- The jobs that wait for their run's locks.
create table run_lock_wait (
    job_id      varchar(64) primary key,
    root_run_id varchar(64) not null,
    run_id      varchar(64) not null,
    since       timestamptz not null
);

create table environment_freeze (
    environment text primary key,
    by          text        not null,
    at          timestamptz not null,
    reason      text        not null
);

-- What a waiting row waits for.
create function run_lock_blockers()
    returns table (root_run_id text, target text, shared boolean, by_root_run_id text, by_ticket bigint,
                   by_granted_at timestamptz)
    language sql stable
as $$
    select w.root_run_id, w.target, w.shared, h.root_run_id, h.ticket, h.granted_at
    from run_lock w
    join run_lock h on h.target = w.target and h.root_run_id <> w.root_run_id and h.ticket < w.ticket
    where w.granted_at is null and h.broken_at is null and not (w.shared and h.shared)
$$;

create function run_lock_grant(p_at timestamptz) returns void
    language sql volatile
as $$
    update run_lock l set granted_at = p_at
    where granted_at is null
      and not exists (select from run_lock_blockers() b
                      where b.root_run_id = l.root_run_id and b.target = l.target and b.shared = l.shared)
$$;

-- Frees what runs that are gone have left, and gives it to who is next. A cancelled run keeps its locks while one of its steps
-- is still at work on the target.
create function run_lock_keep(p_at timestamptz) returns void
    language plpgsql volatile
as $$
begin
    if not pg_try_advisory_xact_lock(7201) then
        return;
    end if;
    delete from run_lock l
    where not exists (select from act_ru_execution e where e.id_ = l.root_run_id)
      and not exists (select from step_run s where s.root_run_id = l.root_run_id and s.state = 'OPEN');
    delete from run_lock_wait w where not exists (select from act_ru_job j where j.id_ = w.job_id);
    perform run_lock_grant(p_at);
end $$;

-- Asks for all of it at once. No row: the run holds all, go on. Otherwise what it waits for; deadlock: waiting would never end, so
-- nothing was asked for.
create function run_lock_request(p_root text, p_run text, p_job text, p_at timestamptz, p_targets text[], p_shared boolean[])
    returns table (target text, by_root_run_id text, by_granted_at timestamptz, deadlock boolean)
    language plpgsql volatile
as $$
#variable_conflict use_column
declare
    v_ticket bigint;
    v_waited timestamptz;
begin
    if not exists (select from run_lock_wait w where w.job_id = p_job)
       and not exists (
           select from unnest(p_targets, p_shared) as wanted (target, shared)
           where not exists (select from run_lock l where l.root_run_id = p_root and l.target = wanted.target
                               and (l.shared = wanted.shared or not l.shared) and l.granted_at is not null)) then
        return;
    end if;
    perform pg_advisory_xact_lock(7201);
    if not exists (select from act_ru_execution e where e.id_ = p_root) then
        raise exception 'run % has ended: it takes no locks', p_root using errcode = 'no_data_found';
    end if;
    v_ticket := nextval('run_lock_ticket');
    insert into run_lock (root_run_id, target, shared, run_id, ticket, requested_at)
    select p_root, wanted.target, wanted.shared, p_run, v_ticket, p_at
    from unnest(p_targets, p_shared) as wanted (target, shared)
    where not exists (select from run_lock l where l.root_run_id = p_root and l.target = wanted.target
                        and (l.shared = wanted.shared or not l.shared))
    on conflict do nothing;
    perform run_lock_grant(p_at);
    if not exists (select from run_lock l where l.root_run_id = p_root and l.granted_at is null) then
        delete from run_lock_wait w where w.job_id = p_job returning w.since into v_waited;
        perform audit_append(p_root, p_at, 'locks-taken', 'engine', jsonb_strip_nulls(jsonb_build_object(
            'run', p_run, 'targets', to_jsonb(p_targets), 'waitedSince', v_waited)));
        return;
    end if;
    if exists (
        with recursive reached (root) as (
            select b.by_root_run_id from run_lock_blockers() b where b.root_run_id = p_root
            union
            select b.by_root_run_id from reached r join run_lock_blockers() b on b.root_run_id = r.root)
        select from reached where root = p_root) then
        return query select b.target, b.by_root_run_id, b.by_granted_at, true from run_lock_blockers() b
            where b.root_run_id = p_root order by b.target, b.by_ticket;
        delete from run_lock l where l.root_run_id = p_root and l.ticket = v_ticket;
        delete from run_lock_wait w where w.job_id = p_job;
        return;
    end if;
    insert into run_lock_wait (job_id, root_run_id, run_id, since) values (p_job, p_root, p_run, p_at)
    on conflict do nothing;
    return query select b.target, b.by_root_run_id, b.by_granted_at, false from run_lock_blockers() b
        where b.root_run_id = p_root order by b.target, b.by_ticket;
end $$;

-- Jobs that wait for locks which their run holds by now are due at once. Their revision stays: nobody changed what they do.
create function run_lock_wake() returns bigint
    language sql volatile
as $$
    with due as (
        select j.id_ from run_lock_wait w join act_ru_job j on j.id_ = w.job_id
        where j.duedate_ is not null
          and not exists (select from run_lock l where l.root_run_id = w.root_run_id and l.granted_at is null)
        for update of j skip locked),
    woken as (update act_ru_job j set duedate_ = null from due where j.id_ = due.id_ returning j.id_)
    select count(*) from woken
$$;

-- A root run that ends frees its locks with the same commit. Not while a step of it is at work still: see run_lock_keep.
create function run_frees_locks() returns trigger language plpgsql as $$
begin
    delete from run_lock where root_run_id = new.id
        and not exists (select from step_run s where s.root_run_id = new.id and s.state = 'OPEN');
    return null;
end $$;
create trigger frees_locks after update on run
    for each row when (old.ended_at is null and new.ended_at is not null and new.id = new.root_id)
    execute function run_frees_locks();

-- Takes a lock from a run that cannot be at work: it has ended, or all of it is suspended and no step of it is open.
-- 'BROKEN', or why not: 'NOT_HELD', 'WAITS', 'ACTIVE', 'AT_WORK'.
create function run_lock_break(p_target text, p_root text, p_by text, p_reason text, p_at timestamptz) returns text
    language plpgsql volatile
as $$
declare
    v_held boolean;
begin
    perform pg_advisory_xact_lock(7201);
    select bool_or(granted_at is not null) into v_held from run_lock
    where target = p_target and root_run_id = p_root and broken_at is null;
    if v_held is null then
        return 'NOT_HELD';
    elsif not v_held then
        return 'WAITS';
    end if;
    if exists (select from act_ru_execution e where e.id_ = p_root) then
        if exists (select from act_ru_execution e where e.root_proc_inst_id_ = p_root and e.suspension_state_ <> 2) then
            return 'ACTIVE';
        elsif exists (select from step_run s where s.root_run_id = p_root and s.state = 'OPEN') then
            return 'AT_WORK';
        end if;
    end if;
    update run_lock set broken_at = p_at, broken_by = p_by, broken_reason = p_reason
    where target = p_target and root_run_id = p_root and granted_at is not null and broken_at is null;
    perform audit_append(p_root, p_at, 'lock-broken', p_by, jsonb_build_object('target', p_target, 'reason', p_reason));
    perform run_lock_grant(p_at);
    return 'BROKEN';
end $$;

-- What keeps a changing step from starting. Asked after the step's entry is open: either who breaks a lock sees the entry, or
-- the step sees the broken lock.
create function step_refusals(p_root text, p_environment text)
    returns table (kind text, what text, by text, at timestamptz, reason text)
    language plpgsql volatile
as $$
#variable_conflict use_column
begin
    perform pg_advisory_xact_lock_shared(7201);
    return query
        select 'LOCK_BROKEN', l.target, l.broken_by, l.broken_at, l.broken_reason from run_lock l
        where l.root_run_id = p_root and l.broken_at is not null
        union all
        select 'FROZEN', f.environment, f.by, f.at, f.reason from environment_freeze f where f.environment = p_environment;
end $$;

-- Freezing again keeps since when, and says the new reason. Each has an event in the environment's own audit chain.
create function environment_freeze_set(p_environment text, p_by text, p_reason text, p_at timestamptz) returns void
    language sql volatile
as $$
    insert into environment_freeze as f (environment, by, at, reason) values (p_environment, p_by, p_at, p_reason)
    on conflict (environment) do update set by = excluded.by, reason = excluded.reason;
    select audit_append(left('environment/' || p_environment, 64), p_at, 'environment-frozen', p_by,
        jsonb_build_object('environment', p_environment, 'reason', p_reason));
$$;

create function environment_freeze_lift(p_environment text, p_by text, p_reason text, p_at timestamptz) returns boolean
    language plpgsql volatile
as $$
begin
    delete from environment_freeze where environment = p_environment;
    if not found then
        return false;
    end if;
    perform audit_append(left('environment/' || p_environment, 64), p_at, 'environment-thawed', p_by,
        jsonb_strip_nulls(jsonb_build_object('environment', p_environment, 'reason', p_reason)));
    return true;
end $$;
