-- The feed in the order in which it is read, and in no other: a membership stands at the number of its
-- row's last change, which the row knows.
CREATE TABLE bucket_row_by_number (
    district_id TEXT NOT NULL,
    bucket TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    live INTEGER NOT NULL,
    PRIMARY KEY (district_id, bucket, seq)
) WITHOUT ROWID;
INSERT INTO bucket_row_by_number (district_id, bucket, seq, kind, id, live)
    SELECT district_id, bucket, seq, kind, id, live FROM bucket_row;
DROP TABLE bucket_row;
ALTER TABLE bucket_row_by_number RENAME TO bucket_row;
