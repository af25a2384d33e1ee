-- Every key is led by the district; nothing here depends on a trigger, a sequence or the database's clock.
-- Instants are milliseconds since 1970-01-01T00:00:00Z, days are ISO dates in China Standard Time. Names are
-- compared byte by byte, so that their order is the same on every machine and never changes under an index.

-- Puts a district's rows on one machine where the database is spread over several (Citus); elsewhere it
-- does nothing. Called right after each table is made.
CREATE FUNCTION qilian_place(placed regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM create_distributed_table(placed, 'district_id');
    END IF;
END
$$;

-- The row that whoever writes in a district holds until the transaction ends.
CREATE TABLE district (
    district_id text COLLATE "C" NOT NULL,
    epoch text NOT NULL,
    -- The day that grants were last brought in line with assignments.
    settled_on text NOT NULL,
    PRIMARY KEY (district_id)
);
SELECT qilian_place('district');

-- The commit order: one number per changed row.
CREATE TABLE feed_head (
    district_id text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    -- The number up to which it was forgotten what left a bucket.
    floor bigint NOT NULL,
    PRIMARY KEY (district_id)
);
SELECT qilian_place('feed_head');

-- The history of the feed: a mark at each number at which a transaction ended. A laptop's cursor names the
-- mark that it stands on, so that a database that was quietly put back to an older one is noticed.
CREATE TABLE history (
    district_id text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    mark bigint NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (district_id, seq)
);
SELECT qilian_place('history');

-- A body is text, not jsonb: it leaves as it came, and is compared with what is to be written.
CREATE TABLE row (
    district_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    ver bigint NOT NULL,
    parent text COLLATE "C",
    day text COLLATE "C",
    body text NOT NULL,
    PRIMARY KEY (district_id, kind, id)
);
SELECT qilian_place('row');
CREATE INDEX row_by_parent ON row (district_id, kind, parent, day) WHERE parent IS NOT NULL;

-- The feed is a state, not a log: one entry per membership, at the number of its row's last change.
CREATE TABLE bucket_row (
    district_id text COLLATE "C" NOT NULL,
    bucket text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    live boolean NOT NULL,
    PRIMARY KEY (district_id, bucket, seq)
);
SELECT qilian_place('bucket_row');
CREATE INDEX bucket_row_ended ON bucket_row (district_id, seq) WHERE NOT live;

-- Who held which bucket: open from the cursor from_seq on, up to but not including to_seq.
CREATE TABLE grant_interval (
    district_id text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    bucket text COLLATE "C" NOT NULL,
    from_seq bigint NOT NULL,
    to_seq bigint,
    closed_at bigint,
    PRIMARY KEY (district_id, subject, bucket, from_seq)
);
SELECT qilian_place('grant_interval');
CREATE INDEX grant_interval_closed ON grant_interval (district_id, subject, to_seq)
    WHERE to_seq IS NOT NULL;
-- At most one interval of a bucket is open; a pull walks the open ones in the order of their buckets.
CREATE UNIQUE INDEX grant_interval_open ON grant_interval (district_id, subject, bucket)
    WHERE to_seq IS NULL;

CREATE TABLE device (
    district_id text COLLATE "C" NOT NULL,
    device_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    name text NOT NULL,
    -- A copy of a laptop, a cloned disk or a restored home, is a device of its own.
    copy_of text COLLATE "C",
    token_hash bytea NOT NULL,
    incarnation bigint NOT NULL,
    state text NOT NULL,
    last_mut_seq bigint NOT NULL,
    last_hash bytea NOT NULL,
    enrolled_at bigint NOT NULL,
    last_sync bigint,
    pending bigint NOT NULL,
    oldest_pending bigint,
    version text NOT NULL,
    -- When it destroyed its store, as it was told to, and what had not been sent by then.
    wiped_at bigint,
    wiped_unsent bigint,
    -- What an administrator sees of it; a cut below believed_from is to be pulled anew.
    last_seen bigint,
    last_error text,
    synced_to bigint NOT NULL,
    believed_from bigint NOT NULL,
    PRIMARY KEY (district_id, device_id)
);
SELECT qilian_place('device');
CREATE UNIQUE INDEX device_by_token ON device (district_id, token_hash);

-- What each device sent, in its chain's order, and what became of it. A mutation that came before, from
-- another copy of the laptop, is here again as a copy: it had its effect once.
CREATE TABLE mutation (
    district_id text COLLATE "C" NOT NULL,
    device_id text COLLATE "C" NOT NULL,
    incarnation bigint NOT NULL,
    mut_seq bigint NOT NULL,
    mut_id text COLLATE "C" NOT NULL,
    hash bytea NOT NULL,
    payload_hash bytea NOT NULL,
    copied boolean NOT NULL,
    status text NOT NULL,
    code text,
    params text NOT NULL,
    at_seq bigint NOT NULL,
    received_at bigint NOT NULL,
    PRIMARY KEY (district_id, device_id, incarnation, mut_seq)
);
SELECT qilian_place('mutation');
CREATE UNIQUE INDEX mutation_once ON mutation (district_id, mut_id) WHERE NOT copied;

-- Failures of the server on a mutation, counted outside the transaction that failed.
CREATE TABLE attempt (
    district_id text COLLATE "C" NOT NULL,
    mut_id text COLLATE "C" NOT NULL,
    attempts bigint NOT NULL,
    PRIMARY KEY (district_id, mut_id)
);
SELECT qilian_place('attempt');

CREATE TABLE enrol_code (
    district_id text COLLATE "C" NOT NULL,
    code_hash bytea NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    issued_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint,
    used_by text COLLATE "C",
    PRIMARY KEY (district_id, code_hash)
);
SELECT qilian_place('enrol_code');

-- Somebody is about to put the bytes of a hash, or to remove them: the other waits.
CREATE TABLE file_hold (
    district_id text COLLATE "C" NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    purpose text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (district_id, sha256)
);
SELECT qilian_place('file_hold');
