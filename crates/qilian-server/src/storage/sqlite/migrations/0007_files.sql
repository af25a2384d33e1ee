-- Somebody is about to put the bytes of a hash, or to remove them: the other waits.
CREATE TABLE file_hold (
    district_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    purpose TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (district_id, sha256)
) WITHOUT ROWID;

CREATE VIEW v_attachment AS
SELECT district_id, id, parent AS uscc, day AS on_day, body ->> '$.to.visit' AS visit, body ->> '$.by' AS by_user,
    body ->> '$.kind' AS media, body ->> '$.name' AS name, body ->> '$.mime' AS mime,
    body ->> '$.size_bytes' AS size_bytes, body ->> '$.sha256' AS sha256, body ->> '$.taken_at' AS taken_at,
    body ->> '$.removed.by' AS removed_by, ver
FROM row WHERE kind = 'attachment';

CREATE VIEW v_thumbnail AS
SELECT district_id, id AS attachment, parent AS uscc, body ->> '$.image.mime' AS mime,
    length(body ->> '$.image.data') * 3 / 4 AS size_bytes, ver
FROM row WHERE kind = 'thumbnail';

CREATE VIEW v_stored_file AS
SELECT district_id, id AS attachment, parent AS sha256, body ->> '$.uscc' AS uscc,
    body ->> '$.size_bytes' AS size_bytes, body ->> '$.held.state' AS state, body ->> '$.held.at' AS at, ver
FROM row WHERE kind = 'stored_file';
