-- After a restore, laptops send again what the backup lacks, in any order. What stands on something that is not
-- there yet waits until this moment, and is tried again whenever something arrives.
ALTER TABLE district ADD COLUMN recovers_until INTEGER;

CREATE TABLE waiting (
    district_id TEXT NOT NULL,
    mut_id TEXT NOT NULL,
    -- Where it had its effect before: the order in which they are tried.
    had_effect_at INTEGER NOT NULL,
    PRIMARY KEY (district_id, mut_id)
) WITHOUT ROWID;
