-- What a backup held when it was sealed, as SHA-256 over its manifest's files: a manifest that names other content is not the one
-- that was sealed, whoever sealed it anew. Null: recorded before this was kept; the next verification fills it.
alter table backup add column content text check (content ~ '^[0-9a-f]{64}$');
