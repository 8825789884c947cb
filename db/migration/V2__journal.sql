-- The journal: what ran, with what result, who decided, and the audit chain over it.
-- Needs PostgreSQL 14 or newer, in a database with encoding UTF8.
--
-- Run and step ids carry no foreign keys on purpose: a run's row is inserted in the engine's transaction, its steps come from
-- another connection and must neither wait for that one nor fail because it has not committed yet.

create table run (
    id             varchar(64) primary key,
    root_id        varchar(64) not null,
    parent_id      varchar(64),
    runbook        text        not null,
    version        integer     not null,
    definition_id  text        not null,
    diagram_hash   text        not null,
    started_by     text,
    started_at     timestamptz not null,
    environment    text,
    service        text,
    target_version text,
    reason         text,
    ended_at       timestamptz,
    end_state      varchar(16) check (end_state in ('COMPLETED', 'REJECTED', 'ABORTED')),
    outcome        text,
    check ((ended_at is null) = (end_state is null))
);
create index run_started on run (started_at desc, id);
create index run_by_runbook on run (runbook, started_at desc, id);
create index run_by_environment on run (environment, started_at desc, id);
create index run_by_service on run (service, started_at desc, id);
create index run_children on run (parent_id, started_at, id) where parent_id is not null;
create index run_by_root on run (root_id);
create index run_open on run (started_at) where ended_at is null;

create table step_run (
    id              uuid primary key,
    run_id          varchar(64) not null,
    root_run_id     varchar(64) not null,
    job_id          varchar(64) not null,
    attempt         integer     not null check (attempt > 0),
    activity_id     text        not null,
    title           text        not null,
    step            text        not null,
    target          text        not null,
    state           varchar(16) not null default 'OPEN' check (state in ('OPEN', 'SUCCEEDED', 'FAILED', 'SKIPPED')),
    owner           text        not null,
    epoch           bigint      not null default 1,
    started_at      timestamptz not null,
    ended_at        timestamptz,
    input           jsonb       not null,
    output          jsonb,
    failure_kind    text,
    failure_reason  text,
    failure_message text,
    acknowledged_at timestamptz,
    unique (job_id, attempt),
    check ((state = 'OPEN') = (ended_at is null)),
    check (state <> 'SUCCEEDED' or output is not null),
    check (state <> 'FAILED' or (failure_kind is not null and failure_reason is not null and failure_message is not null)),
    check (acknowledged_at is null or state <> 'OPEN')
);
-- Two servers that open an attempt of one job at the same moment: one of them fails here.
create unique index step_run_one_open on step_run (job_id) where state = 'OPEN';
create index step_run_by_run on step_run (run_id, started_at, id);
create index step_run_by_root on step_run (root_run_id);
create index step_run_by_target on step_run (target, ended_at desc) where ended_at is not null;

-- What a step was about to change, recorded before it did.
create table step_effect (
    step_run_id uuid        not null references step_run,
    seq         bigint      generated always as identity,
    at          timestamptz not null,
    kind        text        not null,
    target      text        not null,
    primary key (step_run_id, seq)
);

-- One row a line; a line of more than 16 KiB, or one that waited for its end, comes in pieces (continued: the next row of
-- this stream goes on with the same line). Without a foreign key, which would be checked for each of many lines: they are
-- inserted by a select from step_run.
create table step_log (
    step_run_id uuid        not null,
    seq         bigint      not null,
    at          timestamptz not null,
    stream      varchar(4)  not null check (stream in ('info', 'out', 'err')),
    continued   boolean     not null,
    text        text        not null,
    primary key (step_run_id, seq)
);

create table document (
    step_run_id uuid        not null references step_run,
    name        text        not null,
    run_id      varchar(64) not null,
    media_type  text        not null,
    content     text        not null,
    at          timestamptz not null,
    primary key (step_run_id, name)
);
create index document_by_run on document (run_id, at, name);

create table approval (
    task_id  varchar(64) primary key,
    run_id   varchar(64) not null,
    task     text        not null,
    title    text        not null,
    by       text        not null,
    at       timestamptz not null,
    approved boolean     not null,
    comment  text        not null,
    self     boolean     not null
);
create index approval_by_run on approval (run_id, at);

-- The audit chain: one for each root run. hash covers every column and the hash before it; see audit_hash.
create table audit_event (
    root_run_id varchar(64) not null,
    seq         bigint      not null check (seq > 0),
    at          timestamptz not null,
    kind        text        not null,
    actor       text        not null,
    body        text        not null,
    prev_hash   text        not null,
    hash        text        not null,
    primary key (root_run_id, seq)
);
create index audit_event_at on audit_event (at desc, root_run_id, seq);

-- The end of each chain. Its row lock is what puts the appends of several servers in order.
create table audit_head (
    root_run_id varchar(64) primary key,
    seq         bigint not null,
    prev_hash   text   not null,
    hash        text   not null
);

-- SHA-256, hex, over the UTF-8 bytes of seven fields, each as <length in bytes>:<bytes>, (a netstring):
-- root run, seq, microseconds since 1970, kind, actor, body, hash of the event before.
-- (plpgsql, not sql: it keeps its plans in a session, and each step needs them twice.)
create function audit_hash(root text, seq bigint, at timestamptz, kind text, actor text, body text, prev text) returns text
    language plpgsql immutable parallel safe
as $$
declare
    field  text;
    fields text := '';
begin
    foreach field in array
        array[root, seq::text, (extract(epoch from at) * 1000000)::bigint::text, kind, actor, body, prev]
    loop
        fields := fields || octet_length(field) || ':' || field || ',';
    end loop;
    return encode(sha256(convert_to(fields, 'UTF8')), 'hex');
end $$;

-- Appends one event. Holds the lock on the chain's end until the caller's transaction is over.
create function audit_append(p_root text, p_at timestamptz, p_kind text, p_actor text, p_body jsonb) returns bigint
    language plpgsql volatile
as $$
declare
    v_first constant text := repeat('0', 64);
    v_body  constant text := p_body::text;
    v_head  audit_head;
begin
    insert into audit_head as h (root_run_id, seq, prev_hash, hash)
    values (p_root, 1, v_first, audit_hash(p_root, 1, p_at, p_kind, p_actor, v_body, v_first))
    on conflict (root_run_id) do update
        set seq = h.seq + 1,
            prev_hash = h.hash,
            hash = audit_hash(p_root, h.seq + 1, p_at, p_kind, p_actor, v_body, h.hash)
    returning h.* into v_head;
    insert into audit_event (root_run_id, seq, at, kind, actor, body, prev_hash, hash)
    values (p_root, v_head.seq, p_at, p_kind, p_actor, v_body, v_head.prev_hash, v_head.hash);
    return v_head.seq;
end $$;

-- Evidence is appended, never changed. (Who owns the tables can switch triggers off; the chain is what then shows it.)
create function evidence_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'integrity_constraint_violation';
end $$;

create trigger append_only before update or delete or truncate on audit_event
    for each statement execute function evidence_is_append_only();
create trigger append_only before update or delete or truncate on step_log
    for each statement execute function evidence_is_append_only();
create trigger append_only before update or delete or truncate on step_effect
    for each statement execute function evidence_is_append_only();
create trigger append_only before update or delete or truncate on approval
    for each statement execute function evidence_is_append_only();
create trigger append_only before delete or truncate on step_run
    for each statement execute function evidence_is_append_only();
create trigger append_only before delete or truncate on run
    for each statement execute function evidence_is_append_only();
create trigger append_only before delete or truncate on document
    for each statement execute function evidence_is_append_only();
create trigger append_only before delete or truncate on audit_head
    for each statement execute function evidence_is_append_only();

create function step_run_keeps_evidence() returns trigger language plpgsql as $$
begin
    if old.state <> 'OPEN' then
        -- Closed: it can only be acknowledged, once.
        if old.acknowledged_at is not null
           or to_jsonb(old) - 'acknowledged_at' is distinct from to_jsonb(new) - 'acknowledged_at' then
            raise exception 'step run % is closed (%): its evidence cannot be changed', old.id, old.state
                using errcode = 'integrity_constraint_violation';
        end if;
    elsif (old.id, old.run_id, old.root_run_id, old.job_id, old.attempt, old.activity_id, old.title, old.step, old.target,
           old.started_at, old.input)
          is distinct from
          (new.id, new.run_id, new.root_run_id, new.job_id, new.attempt, new.activity_id, new.title, new.step, new.target,
           new.started_at, new.input)
          or new.epoch < old.epoch then
        raise exception 'step run %: what it is and what it was given cannot be changed', old.id
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger keeps_evidence before update on step_run for each row execute function step_run_keeps_evidence();

create function run_keeps_evidence() returns trigger language plpgsql as $$
begin
    if old.ended_at is not null
       or to_jsonb(old) - array['ended_at', 'end_state', 'outcome']
          is distinct from to_jsonb(new) - array['ended_at', 'end_state', 'outcome'] then
        raise exception 'run %: it can only be ended, once', old.id using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger keeps_evidence before update on run for each row execute function run_keeps_evidence();

-- The digest that a tag had when it was first seen; a tag that moved shows against it.
create table image_tag (
    repository    text        not null,
    tag           text        not null,
    digest        text        not null,
    first_seen_at timestamptz not null,
    primary key (repository, tag)
);

-- The inventories that runs pinned, each kept once.
create table inventory_snapshot (
    hash    text primary key,
    source  text        not null,
    content jsonb       not null,
    at      timestamptz not null default now()
);

create table run_inventory (
    root_run_id varchar(64) primary key,
    hash        text not null references inventory_snapshot
);
