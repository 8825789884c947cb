-- What was learned of LXC containers through their Proxmox VE nodes: address and host keys. Nothing is changed or deleted: the
-- newest row of a host is what is known of it, the older ones are its history.

create table observed_host (
    id          bigint generated always as identity primary key,
    environment text        not null,
    host        text        not null,
    node        text        not null,
    vmid        integer     not null,
    address     text,
    host_keys   text[]      not null,
    run_id      varchar(64),
    observed_at timestamptz not null,
    -- Without an address: the container was found to be gone.
    check ((address is null) = (cardinality(host_keys) = 0))
);
create index observed_host_newest on observed_host (environment, host, id desc);

create trigger append_only before update or delete or truncate on observed_host
    for each statement execute function evidence_is_append_only();
