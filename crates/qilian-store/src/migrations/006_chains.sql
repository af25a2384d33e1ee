-- A laptop that turns out to be a copy of another goes on in a chain of its own: what it sent before, as
-- the other, keeps the numbers it had there.
CREATE TABLE sent (
    mut_id        TEXT    PRIMARY KEY,
    -- 1 in the chain that goes on, 0 in one that this store has left.
    current_chain INTEGER NOT NULL CHECK (current_chain IN (0, 1)),
    mut_seq       INTEGER NOT NULL,
    name          TEXT    NOT NULL,
    payload       TEXT    NOT NULL,
    hash          BLOB    NOT NULL,
    recorded_at   INTEGER NOT NULL,
    status        TEXT    NOT NULL,
    code          TEXT,
    params        TEXT,
    at_seq        INTEGER NOT NULL,
    reached_at    INTEGER NOT NULL
) STRICT;
INSERT INTO sent SELECT mut_id, 1, mut_seq, name, payload, hash, recorded_at, status, code, params, at_seq,
                        reached_at FROM sent_log;
DROP TABLE sent_log;
ALTER TABLE sent RENAME TO sent_log;
CREATE UNIQUE INDEX sent_log_chain ON sent_log (mut_seq) WHERE current_chain;
CREATE INDEX sent_log_reached ON sent_log (reached_at);

-- What a copy is to be is kept before it asks the server for it, so that asking twice makes one laptop.
ALTER TABLE identity ADD COLUMN own_device TEXT;
ALTER TABLE identity ADD COLUMN own_token TEXT;
