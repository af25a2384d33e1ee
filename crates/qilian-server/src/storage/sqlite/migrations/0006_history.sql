-- The history of the feed: a mark at each number at which a transaction ended. A laptop's cursor names the
-- mark that it stands on, so that a database that was quietly put back to an older one is noticed.
CREATE TABLE history (
    district_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    mark INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (district_id, seq)
) WITHOUT ROWID;
INSERT INTO history (district_id, seq, mark, at)
    SELECT district_id, seq, 0, CAST(strftime('%s', 'now') AS INTEGER) * 1000 FROM feed_head WHERE seq > 0;

-- The number up to which it was forgotten what left a bucket.
ALTER TABLE feed_head ADD COLUMN floor INTEGER NOT NULL DEFAULT 0;
CREATE INDEX bucket_row_ended ON bucket_row (district_id, seq) WHERE NOT live;

-- A laptop that destroyed its store, as it was told to, and what had not been sent by then.
ALTER TABLE device ADD COLUMN wiped_at INTEGER;
ALTER TABLE device ADD COLUMN wiped_unsent INTEGER;
