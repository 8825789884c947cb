-- What was seen of backups, written by the steps that took, read back, restored or removed them. What is in them, and how it was
-- verified, is in the MANIFEST.yml beside the data; here is what must be known without asking the host that keeps it.
create table backup (
    environment  text        not null,
    service      text        not null,
    id           text        not null,
    -- Where it is kept: a host of the environment and an absolute directory on it.
    host         text        not null,
    path         text        not null,
    bytes        bigint      not null check (bytes >= 0),
    taken_at     timestamptz not null,
    took_ms      bigint      not null check (took_ms >= 0),
    run_id       varchar(64) not null,
    -- When it was last read back whole; null: never, or it was found damaged since.
    verified_at  timestamptz,
    verified_run varchar(64),
    -- Why it cannot be restored, as it was found last.
    damage       text,
    removed_at   timestamptz,
    primary key (environment, service, id),
    check ((verified_at is null) = (verified_run is null)),
    check (damage is null or verified_at is null)
);
create index backup_newest on backup (environment, service, taken_at desc);

-- Backups that were put back: over a service, or beside it to see whether it can be done. Rows are only added.
create table backup_restore (
    id          bigint generated always as identity primary key,
    environment text        not null,
    service     text        not null,
    backup      text        not null,
    kind        varchar(8)  not null check (kind in ('TEST', 'RESTORE')),
    proven      boolean     not null,
    at          timestamptz not null,
    took_ms     bigint      not null check (took_ms >= 0),
    bytes       bigint      not null check (bytes >= 0),
    run_id      varchar(64) not null,
    -- One sentence: what was compared, or why it failed.
    detail      text        not null
);
create index backup_restore_newest on backup_restore (environment, service, id desc);

create trigger append_only before update or delete or truncate on backup_restore
    for each statement execute function evidence_is_append_only();
