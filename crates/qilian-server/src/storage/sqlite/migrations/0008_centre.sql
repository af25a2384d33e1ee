-- What an administrator sees of a laptop: when it last asked for anything, why its last sync failed, which cut
-- it was given. A cut below believed_from is to be pulled anew.
ALTER TABLE device ADD COLUMN last_seen INTEGER;
ALTER TABLE device ADD COLUMN last_error TEXT;
ALTER TABLE device ADD COLUMN synced_to INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN believed_from INTEGER NOT NULL DEFAULT 0;

CREATE VIEW v_note AS
SELECT district_id, id, parent AS uscc, day AS on_day, body ->> '$.by' AS by_user, body ->> '$.from' AS from_mutation,
    body ->> '$.text' AS text, ver
FROM row WHERE kind = 'note';
