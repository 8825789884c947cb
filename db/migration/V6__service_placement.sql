-- Where a service is, when that is not where the inventory's file says: an observed fact, written by the runbooks that move or
-- retire services. One row a service; what happened before is in the journal.
create table service_placement (
    environment    text        not null,
    service        text        not null,
    state          varchar(16) not null check (state in ('PROMOTED', 'RETIRED')),
    -- The host that it is in now, or was in last.
    container      text        not null,
    class          text        not null,
    -- The host that the inventory named when it was moved: while it still does, the move is what counts.
    from_container text,
    -- Where a retired service's data is.
    archive        text,
    run_id         varchar(64) not null,
    since          timestamptz not null,
    primary key (environment, service),
    check ((state = 'PROMOTED') = (from_container is not null))
);
