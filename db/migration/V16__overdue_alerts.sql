-- Who was told that something is overdue: once by each channel for each moment that it was due at. Replaces drill_overdue.
create table overdue_alert (
    environment text        not null,
    service     text        not null,
    what        varchar(16) not null check (what in ('DRILL', 'RESTORE_TEST', 'BACKUP')),
    due_at      timestamptz not null,
    -- The server's log, or a channel of notifications.
    channel     varchar(16) not null,
    told_at     timestamptz not null,
    primary key (environment, service, what, due_at, channel)
);
insert into overdue_alert (environment, service, what, due_at, channel, told_at)
    select environment, service, 'DRILL', due_at, 'log', noticed_at from drill_overdue
    union all
    select environment, service, 'DRILL', due_at, 'drills', told_at from drill_overdue where told_at is not null;
drop table drill_overdue;
