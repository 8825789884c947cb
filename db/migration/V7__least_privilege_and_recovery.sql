-- Least privilege: the role that the server runs with need not own the tables (docs/production.md, `migrate`). What it may
-- not do to a table, the table says by its trigger append_only: `migrate` grants no update and no delete that it refuses.

-- The chain is written by audit_append alone, with its owner's rights: who may call it can append, and do nothing else to
-- the chain.
do $$
begin
    execute format(
        'alter function audit_append(text, timestamptz, text, text, jsonb) security definer set search_path = %I, pg_temp',
        current_schema());
end $$;
revoke execute on function audit_append(text, timestamptz, text, text, jsonb) from public;

-- What a tag was when it was first seen, and what a run pinned, are evidence too.
create trigger append_only before update or delete or truncate on image_tag
    for each statement execute function evidence_is_append_only();
create trigger append_only before update or delete or truncate on inventory_snapshot
    for each statement execute function evidence_is_append_only();
create trigger append_only before update or delete or truncate on run_inventory
    for each statement execute function evidence_is_append_only();

-- Recovery mode: after this database was restored from a backup, each unfinished run waits for a person. Effects of after
-- the backup may have happened, and this database knows nothing of them.
create table recovery (
    id         bigint generated always as identity primary key,
    entered_at timestamptz not null,
    server     text        not null,
    left_at    timestamptz
);
create unique index recovery_open on recovery ((left_at is null)) where left_at is null;

-- The unfinished root runs that were found.
create table recovery_run (
    recovery_id bigint      not null references recovery,
    run_id      varchar(64) not null,
    primary key (recovery_id, run_id)
);

-- Jobs that belong to no run (timers that start runs, the engine's own): suspended with the runs, active again after.
create table recovery_job (
    recovery_id bigint      not null references recovery,
    job_id      varchar(64) not null,
    primary key (recovery_id, job_id)
);

create table recovery_decision (
    recovery_id bigint      not null,
    run_id      varchar(64) not null,
    decision    varchar(16) not null check (decision in ('RESUMED', 'ABORTED')),
    by          text        not null,
    at          timestamptz not null,
    reason      text        not null check (reason <> ''),
    primary key (recovery_id, run_id),
    foreign key (recovery_id, run_id) references recovery_run
);

create trigger append_only before delete or truncate on recovery
    for each statement execute function evidence_is_append_only();
create trigger append_only before update or delete or truncate on recovery_run
    for each statement execute function evidence_is_append_only();
create trigger append_only before update or delete or truncate on recovery_job
    for each statement execute function evidence_is_append_only();
create trigger append_only before update or delete or truncate on recovery_decision
    for each statement execute function evidence_is_append_only();

create function recovery_keeps_evidence() returns trigger language plpgsql as $$
begin
    if old.left_at is not null or to_jsonb(old) - 'left_at' is distinct from to_jsonb(new) - 'left_at' then
        raise exception 'recovery %: it can only be left, once', old.id using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger keeps_evidence before update on recovery for each row execute function recovery_keeps_evidence();
