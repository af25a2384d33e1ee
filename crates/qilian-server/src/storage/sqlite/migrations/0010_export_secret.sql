-- What opens the exports of laptops that may not send any more.
CREATE TABLE export_secret (
    district_id TEXT NOT NULL PRIMARY KEY,
    secret BLOB NOT NULL
) WITHOUT ROWID;
