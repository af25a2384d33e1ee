-- Files on this laptop: bytes of attachments. A file counts from the moment it has a row; its bytes lie in
-- the folder beside the store, sealed under the key that stands here and nowhere else. A row that goes
-- takes the key with it, in one transaction with whatever made it go.
CREATE TABLE file (
    sha256  TEXT    PRIMARY KEY,
    size    INTEGER NOT NULL,
    -- Its name in the folder.
    place   TEXT    NOT NULL UNIQUE,
    key     BLOB    NOT NULL CHECK (length(key) = 32),
    -- 0 while it is being fetched from the server.
    whole   INTEGER NOT NULL CHECK (whole IN (0, 1)),
    -- When it was taken in, fetched or last looked at: the oldest is let go of first.
    used_at INTEGER NOT NULL
) STRICT;

-- Files of a form that is open. When the form is on record, each becomes an attachment of this id.
CREATE TABLE held_file (
    id        TEXT    PRIMARY KEY,
    form      TEXT    NOT NULL,
    sha256    TEXT    NOT NULL REFERENCES file (sha256),
    name      TEXT    NOT NULL,
    mime      TEXT    NOT NULL,
    thumbnail TEXT,
    added_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX held_file_form ON held_file (form);
CREATE INDEX held_file_sha256 ON held_file (sha256);

-- Attachments whose bytes this laptop owes the server.
CREATE TABLE upload (
    attachment TEXT    PRIMARY KEY,
    -- As in the attachment's row, which may leave the scope before its bytes have left.
    name       TEXT    NOT NULL,
    mime       TEXT    NOT NULL,
    sha256     TEXT    NOT NULL,
    size       INTEGER NOT NULL,
    -- What the server said it has, for people to look at; it is asked again before each go.
    sent       INTEGER NOT NULL,
    -- The timeline of the server that has it whole. On another timeline it is owed again.
    stored_in  TEXT,
    -- Whether its stored_file row has come since: if that goes, the server has lost the bytes.
    seen       INTEGER NOT NULL DEFAULT 0 CHECK (seen IN (0, 1)),
    -- Why it does not go on by itself.
    trouble    TEXT
) STRICT;
CREATE INDEX upload_sha256 ON upload (sha256);

CREATE INDEX base_row_attached ON base_row (body ->> '$.sha256') WHERE kind = 'attachment';
