-- Drills: what was proven of a service's recovery, and measured. Written by steps, each in a transaction of its own, through
-- the journal's pool. One row a drill; a run is one drill.
create table drill (
    run_id      varchar(64) primary key,
    kind        varchar(16) not null check (kind in ('QUALIFICATION', 'RESTORE_TEST')),
    environment text        not null,
    service     text        not null,
    version     text,
    started_at  timestamptz not null,
    ended_at    timestamptz,
    passed      boolean,
    result      text,
    check ((ended_at is null) = (passed is null) and (ended_at is null) = (result is null))
);
create index drill_of_service on drill (environment, service, started_at desc, run_id);
create index drill_started on drill (started_at desc, run_id);
create index drill_proven on drill (environment, service, ended_at desc) where passed;

-- A step writes its measures once, however often it runs again (step_run_id); measured anew, the newest counts.
create table measure (
    id          bigint generated always as identity primary key,
    run_id      varchar(64) not null references drill,
    step_run_id uuid        not null,
    name        text        not null,
    unit        varchar(16) not null check (unit in ('SECONDS', 'BYTES', 'CHANGES', 'PERCENT')),
    value       numeric     not null,
    -- What it should be at most (of percentages: at least); null where nothing is asked.
    target      numeric,
    grade       varchar(16) check (grade in ('TARGET', 'ACCEPTABLE', 'WARNING')),
    at          timestamptz not null,
    unique (step_run_id, name)
);
create index measure_of_run on measure (run_id, name, id desc);

create table criterion (
    id          bigint generated always as identity primary key,
    run_id      varchar(64) not null references drill,
    step_run_id uuid        not null,
    phase       integer     not null check (phase between 1 and 9),
    name        text        not null,
    text        text        not null,
    result      varchar(16) not null check (result in ('PASSED', 'FAILED', 'NOT_ASKED')),
    judge       varchar(16) not null check (judge in ('MACHINE', 'PERSON')),
    evidence    text        not null,
    at          timestamptz not null,
    unique (step_run_id, name)
);
create index criterion_of_run on criterion (run_id, phase, name, id desc);

create trigger append_only before update or delete or truncate on measure
    for each statement execute function evidence_is_append_only();
create trigger append_only before update or delete or truncate on criterion
    for each statement execute function evidence_is_append_only();
create trigger append_only before delete or truncate on drill
    for each statement execute function evidence_is_append_only();

create function drill_keeps_evidence() returns trigger language plpgsql as $$
begin
    if old.ended_at is not null
        or to_jsonb(old) - 'ended_at' - 'passed' - 'result' is distinct from to_jsonb(new) - 'ended_at' - 'passed' - 'result' then
        raise exception 'drill %: it can only be ended, once', old.run_id using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger keeps_evidence before update on drill for each row execute function drill_keeps_evidence();

-- Whom it was said to that a proof of recovery is overdue: once for each moment that it was due at.
create table drill_overdue (
    environment text        not null,
    service     text        not null,
    due_at      timestamptz not null,
    noticed_at  timestamptz not null,
    told_at     timestamptz,
    primary key (environment, service, due_at)
);
