-- Whose an enterprise is on a day is answered from the index alone: the rows lie far apart, and reading
-- one decrypts a page.
DROP INDEX base_row_cadre;
CREATE INDEX base_row_whose
ON base_row (body ->> '$.cadre', parent, body ->> '$.from', body ->> '$.to', id, kind, readable)
WHERE kind = 'assignment';
