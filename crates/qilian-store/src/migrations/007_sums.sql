-- The history that the cursor stands in, and when all buckets were last compared with the server's.
ALTER TABLE sync_state ADD COLUMN cursor_mark TEXT;
ALTER TABLE sync_state ADD COLUMN audited_at INTEGER;

-- Buckets whose rows are not what the server says: the next pull brings them whole.
CREATE TABLE bucket_again (
    bucket TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
