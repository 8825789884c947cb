-- Runs that hold a target shared and want it for themselves: two deployments that find the container missing which both are to go into.
--
-- Who asks for more of what it holds goes before all that wait for it anyway. And where several ask for more of the same target, each would
-- wait for the others' shares for ever: the share of a run that does nothing but wait for more, later than another run, does not hold that
-- one up. It gets its turn when the other has ended, and no step of it starts before.

-- Whether all that a run does is wait: it has one job, which asked for more of the target after that ticket, and no step of it is open. So it
-- cannot be at work on what it holds shared.
create function run_lock_rests(p_root text, p_target text, p_ticket bigint) returns boolean
    language sql stable
as $$
    select exists (select from run_lock x where x.root_run_id = p_root and x.target = p_target and not x.shared
                     and x.granted_at is null and x.ticket > p_ticket)
       and not exists (select from step_run s where s.root_run_id = p_root and s.state = 'OPEN')
       and (select count(*) from act_ru_job j join act_ru_execution e on e.id_ = j.process_instance_id_
            where e.root_proc_inst_id_ = p_root) = 1
$$;

-- What a waiting row waits for: whoever has it, and whoever comes before it. A row that asks for more of what its run has shared (more) comes
-- where that share came, except before another such row.
create or replace function run_lock_blockers()
    returns table (root_run_id text, target text, shared boolean, by_root_run_id text, by_ticket bigint,
                   by_granted_at timestamptz)
    language sql stable
as $$
    with l as (
        select r.*, s.ticket as more
        from run_lock r left join run_lock s on not r.shared and s.root_run_id = r.root_run_id and s.target = r.target and s.shared
            and s.granted_at is not null)
    select w.root_run_id, w.target, w.shared, h.root_run_id, h.ticket, h.granted_at
    from l w
    join l h on h.target = w.target and h.root_run_id <> w.root_run_id
    where w.granted_at is null and h.broken_at is null and not (w.shared and h.shared)
      and case
          when h.granted_at is not null then not (h.shared and run_lock_rests(h.root_run_id, h.target, w.ticket))
          when h.more is not null and w.more is not null then h.ticket < w.ticket
          else coalesce(h.more, h.ticket) < coalesce(w.more, w.ticket)
          end
$$;

-- As before, and a run whose share another one was let past waits, whatever it holds.
create or replace function run_lock_request(p_root text, p_run text, p_job text, p_at timestamptz, p_targets text[], p_shared boolean[])
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
                               and (l.shared = wanted.shared or not l.shared) and l.granted_at is not null)
              or exists (select from run_lock o where o.target = wanted.target and o.root_run_id <> p_root
                           and not o.shared and o.granted_at is not null and o.broken_at is null)) then
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
