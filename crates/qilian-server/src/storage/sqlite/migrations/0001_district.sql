-- Every key is led by the district; nothing here depends on a trigger, a sequence or the database's clock.
-- Instants are milliseconds since 1970-01-01T00:00:00Z, days are ISO dates in China Standard Time.

CREATE TABLE district (
    district_id TEXT NOT NULL,
    epoch TEXT NOT NULL,
    -- The day that grants were last brought in line with assignments.
    settled_on TEXT NOT NULL,
    PRIMARY KEY (district_id)
) WITHOUT ROWID;

-- The commit order: one number per changed row.
CREATE TABLE feed_head (
    district_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (district_id)
) WITHOUT ROWID;

CREATE TABLE row (
    district_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    ver INTEGER NOT NULL,
    parent TEXT,
    day TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (district_id, kind, id)
);
CREATE INDEX row_by_parent ON row (district_id, kind, parent, day) WHERE parent IS NOT NULL;

-- The feed is a state, not a log: one entry per membership, stamped anew with each change.
CREATE TABLE bucket_row (
    district_id TEXT NOT NULL,
    bucket TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    live INTEGER NOT NULL,
    PRIMARY KEY (district_id, bucket, kind, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX bucket_row_by_seq ON bucket_row (district_id, bucket, seq);

-- Who held which bucket: open from the cursor from_seq on, up to but not including to_seq.
CREATE TABLE grant_interval (
    district_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    bucket TEXT NOT NULL,
    from_seq INTEGER NOT NULL,
    to_seq INTEGER,
    closed_at INTEGER,
    PRIMARY KEY (district_id, subject, bucket, from_seq)
) WITHOUT ROWID;
CREATE INDEX grant_interval_closed ON grant_interval (district_id, subject, to_seq)
    WHERE to_seq IS NOT NULL;

CREATE TABLE device (
    district_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    incarnation INTEGER NOT NULL,
    state TEXT NOT NULL,
    last_mut_seq INTEGER NOT NULL,
    last_hash BLOB NOT NULL,
    enrolled_at INTEGER NOT NULL,
    last_sync INTEGER,
    pending INTEGER NOT NULL,
    oldest_pending INTEGER,
    version TEXT NOT NULL,
    PRIMARY KEY (district_id, device_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX device_by_token ON device (district_id, token_hash);

-- What each device sent, in its chain's order, and what became of it. A mutation that came before, from
-- another copy of the laptop, is here again as a copy: it had its effect once.
CREATE TABLE mutation (
    district_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    incarnation INTEGER NOT NULL,
    mut_seq INTEGER NOT NULL,
    mut_id TEXT NOT NULL,
    hash BLOB NOT NULL,
    payload_hash BLOB NOT NULL,
    copied INTEGER NOT NULL,
    status TEXT NOT NULL,
    code TEXT,
    params TEXT NOT NULL,
    at_seq INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (district_id, device_id, incarnation, mut_seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX mutation_once ON mutation (district_id, mut_id) WHERE copied = 0;

-- Failures of the server on a mutation, counted outside the transaction that failed.
CREATE TABLE attempt (
    district_id TEXT NOT NULL,
    mut_id TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (district_id, mut_id)
) WITHOUT ROWID;

CREATE TABLE enrol_code (
    district_id TEXT NOT NULL,
    code_hash BLOB NOT NULL,
    user_id TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    used_by TEXT,
    PRIMARY KEY (district_id, code_hash)
) WITHOUT ROWID;
