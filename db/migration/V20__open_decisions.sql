-- The board counts the decisions that nobody has taken yet: few among many.
create index decision_open on decision (root_run_id) where choice is null;
