-- Names of secrets that steps have used, never their values: whoever goes on with what another server left resolves them again,
-- so that output which is read again is masked as it was.
create table secret_name (
    name text primary key
);
