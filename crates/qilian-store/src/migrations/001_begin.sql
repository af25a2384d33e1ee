-- The laptop's store as of version 1. Migrations are append-only: never edit this file.

-- Whom this store belongs to. One row, written at enrolment.
CREATE TABLE identity (
    one           INTEGER PRIMARY KEY CHECK (one = 1),
    device        TEXT    NOT NULL,
    incarnation   INTEGER NOT NULL,
    epoch         TEXT    NOT NULL,
    server        TEXT    NOT NULL,
    token         TEXT    NOT NULL,
    user_id       TEXT    NOT NULL,
    user_name     TEXT    NOT NULL,
    district_id   TEXT    NOT NULL,
    district_name TEXT    NOT NULL
) STRICT;

-- Where the store stands. One row, from the beginning.
CREATE TABLE sync_state (
    one                INTEGER PRIMARY KEY CHECK (one = 1),
    last_mut_seq       INTEGER NOT NULL,
    last_hash          BLOB    NOT NULL CHECK (length(last_hash) = 32),
    cursor             INTEGER NOT NULL,
    position           TEXT,
    pass               INTEGER NOT NULL,
    clock_offset_ms    INTEGER,
    last_complete_sync INTEGER,
    changes            INTEGER NOT NULL
) STRICT;
INSERT INTO sync_state VALUES (1, 0, zeroblob(32), 0, NULL, 0, NULL, NULL, 0);

-- What the server says, at the cursor.
CREATE TABLE base_row (
    kind     TEXT    NOT NULL,
    id       TEXT    NOT NULL,
    ver      INTEGER NOT NULL,
    parent   TEXT,
    day      TEXT,
    readable INTEGER NOT NULL CHECK (readable IN (0, 1)),
    body     TEXT    NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;
CREATE INDEX base_row_parent ON base_row (kind, parent, day);
CREATE INDEX base_row_unreadable ON base_row (kind) WHERE readable = 0;
CREATE INDEX base_row_cadre ON base_row (body ->> '$.cadre', parent) WHERE kind = 'assignment';

-- Which buckets hold it. A row that none holds is gone.
CREATE TABLE member (
    bucket TEXT NOT NULL,
    kind   TEXT NOT NULL,
    id     TEXT NOT NULL,
    PRIMARY KEY (bucket, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_row ON member (kind, id);

-- What pending mutations make of it: the outbox replayed on the base.
CREATE TABLE overlay (
    kind    TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    parent  TEXT,
    day     TEXT,
    body    TEXT    NOT NULL,
    mut_seq INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;
CREATE INDEX overlay_parent ON overlay (kind, parent, day);

-- What screens and commands see.
CREATE VIEW current_row AS
SELECT kind, id, parent, day, body FROM base_row
WHERE readable = 1
  AND NOT EXISTS (SELECT 1 FROM overlay o WHERE o.kind = base_row.kind AND o.id = base_row.id)
UNION ALL
SELECT kind, id, parent, day, body FROM overlay;

-- Mutations that no complete pull has reached. The columns after recorded_at are the server's answer.
CREATE TABLE outbox (
    mut_seq     INTEGER PRIMARY KEY,
    mut_id      TEXT    NOT NULL UNIQUE,
    name        TEXT    NOT NULL,
    payload     TEXT    NOT NULL,
    hash        BLOB    NOT NULL,
    recorded_at INTEGER NOT NULL,
    status      TEXT,
    code        TEXT,
    params      TEXT,
    at_seq      INTEGER,
    CHECK ((status IS NULL) = (at_seq IS NULL))
) STRICT;

-- Mutations that a complete pull has reached, kept for a server that comes back from a backup.
CREATE TABLE sent_log (
    mut_seq     INTEGER PRIMARY KEY,
    mut_id      TEXT    NOT NULL UNIQUE,
    name        TEXT    NOT NULL,
    payload     TEXT    NOT NULL,
    hash        BLOB    NOT NULL,
    recorded_at INTEGER NOT NULL,
    status      TEXT    NOT NULL,
    code        TEXT,
    params      TEXT,
    at_seq      INTEGER NOT NULL,
    reached_at  INTEGER NOT NULL
) STRICT;

-- Pages of a pull that is not complete, as they came.
CREATE TABLE staged_page (
    n    INTEGER PRIMARY KEY,
    pass INTEGER NOT NULL,
    page TEXT    NOT NULL
) STRICT;

-- Forms that are open.
CREATE TABLE draft (
    key      TEXT    PRIMARY KEY,
    body     TEXT    NOT NULL,
    saved_at INTEGER NOT NULL
) STRICT;

-- What this laptop's user chose.
CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
