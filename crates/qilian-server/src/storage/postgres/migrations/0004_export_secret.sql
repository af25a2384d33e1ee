-- What opens the exports of laptops that may not send any more.
CREATE TABLE export_secret (
    district_id text COLLATE "C" NOT NULL PRIMARY KEY,
    secret bytea NOT NULL
);
SELECT qilian_place('export_secret');
