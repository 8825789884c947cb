-- Work on a target that outlives the server: how it is found again, and how much of its output is in the journal.

-- What the one who recorded an effect needs to find it again (a directory and a process, a task's id).
alter table step_effect add column handle text;

-- How many characters of a stream's masked text (a line's end counts one) step_log holds of a step run whose output can be
-- read again from its beginning: what comes again up to there is not written again. Changed with the lines, in one statement.
create table step_stream (
    step_run_id uuid       not null,
    stream      varchar(4) not null check (stream in ('out', 'err')),
    position    bigint     not null check (position >= 0),
    primary key (step_run_id, stream)
);

-- How often a server died with this step run: a step that kills its server again and again is a decision for a person.
alter table step_run add column deaths integer not null default 0 check (deaths >= 0);

-- Step runs that may have left something on a target: from before it was made until the target said that it is gone. What
-- stays is swept when the step run has ended long enough ago.
create table step_left (
    step_run_id uuid primary key
);

-- For whoever ends what runs on for a run that was cancelled while no server was there.
create index step_run_open on step_run (started_at) where state = 'OPEN';
