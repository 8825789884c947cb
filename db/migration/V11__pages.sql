-- What the pages of Cockpit and Tasklist list: runs that people started, newest first, and those of a service.
create index run_outermost on run (started_at desc, id) where parent_id is null;
create index run_ended_as on run (end_state, started_at desc, id) where end_state is not null;

-- Starts by the API that carry a key of the caller's: the same key starts nothing again.
create table run_request (
    key    text        primary key check (length(key) between 1 and 200),
    by     text        not null,
    run_id varchar(64) not null,
    at     timestamptz not null
);
create index run_request_at on run_request (at);
