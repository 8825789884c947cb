-- When a target that cannot be reached was last swept, and how often: it is asked less and less often, and does not keep others waiting.
alter table step_left
    add column tried_at timestamptz,
    add column tries    integer not null default 0;
