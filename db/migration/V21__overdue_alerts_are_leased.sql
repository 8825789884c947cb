-- A server that ends between claiming an alert and telling it leaves it to another: a claim without sent_at ends by itself.
alter table overdue_alert rename column told_at to claimed_at;
alter table overdue_alert add column sent_at timestamptz;
update overdue_alert set sent_at = claimed_at;
comment on column overdue_alert.claimed_at is 'When a server last set out to tell it.';
comment on column overdue_alert.sent_at is 'When the channel took it; null: it is being told, or the server that set out to has ended.';
