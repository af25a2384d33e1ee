-- What the server has not answered is counted and sent without reading what it has.
CREATE INDEX outbox_unanswered ON outbox (mut_seq, recorded_at) WHERE status IS NULL;
