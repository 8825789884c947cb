-- What was asked for with a key, as SHA-256: the key with another request is refused, not answered with the first one's run.
alter table run_request add column request text check (request ~ '^[0-9a-f]{64}$');
