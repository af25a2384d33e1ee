-- The list of enterprises as screens page through it, derived from rows like the search index.

CREATE TABLE enterprise_line (
    uscc         TEXT    PRIMARY KEY,
    name         TEXT    NOT NULL,
    street       TEXT,
    last_visit   TEXT,
    open_demands INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX enterprise_line_order ON enterprise_line (last_visit, name, uscc);

-- Enterprises for which something is to be derived anew before the transaction ends; itself is 1 where
-- the enterprise's own row changed. Triggers mark them, so that no way of changing rows can forget to.
CREATE TABLE touched_enterprise (
    uscc   TEXT    PRIMARY KEY,
    itself INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What the triggers say: a row changed, came or went. Nothing is ever read from it.
CREATE VIEW changed_row (kind, id, parent) AS SELECT NULL, NULL, NULL WHERE 0;
CREATE TRIGGER changed_row_touches INSTEAD OF INSERT ON changed_row
WHEN new.kind = 'enterprise' OR new.parent IS NOT NULL
BEGIN
    INSERT INTO touched_enterprise
    VALUES (iif(new.kind = 'enterprise', new.id, new.parent), new.kind = 'enterprise')
    ON CONFLICT (uscc) DO UPDATE SET itself = 1 WHERE excluded.itself AND NOT itself;
END;

CREATE TRIGGER base_row_inserted AFTER INSERT ON base_row WHEN new.kind IN ('enterprise', 'visit', 'demand')
BEGIN
    INSERT INTO changed_row VALUES (new.kind, new.id, new.parent);
END;
CREATE TRIGGER base_row_updated AFTER UPDATE ON base_row WHEN new.kind IN ('enterprise', 'visit', 'demand')
BEGIN
    INSERT INTO changed_row VALUES (old.kind, old.id, old.parent);
    INSERT INTO changed_row VALUES (new.kind, new.id, new.parent);
END;
CREATE TRIGGER base_row_deleted AFTER DELETE ON base_row WHEN old.kind IN ('enterprise', 'visit', 'demand')
BEGIN
    INSERT INTO changed_row VALUES (old.kind, old.id, old.parent);
END;
CREATE TRIGGER overlay_inserted AFTER INSERT ON overlay WHEN new.kind IN ('enterprise', 'visit', 'demand')
BEGIN
    INSERT INTO changed_row VALUES (new.kind, new.id, new.parent);
END;
CREATE TRIGGER overlay_updated AFTER UPDATE ON overlay WHEN new.kind IN ('enterprise', 'visit', 'demand')
BEGIN
    INSERT INTO changed_row VALUES (old.kind, old.id, old.parent);
    INSERT INTO changed_row VALUES (new.kind, new.id, new.parent);
END;
CREATE TRIGGER overlay_deleted AFTER DELETE ON overlay WHEN old.kind IN ('enterprise', 'visit', 'demand')
BEGIN
    INSERT INTO changed_row VALUES (old.kind, old.id, old.parent);
END;
