-- Enterprises by name. The figures are looked up for the lines of the page only.
WITH page AS MATERIALIZED (
    SELECT e.id AS uscc, e.body ->> '$.name' AS name, e.body AS body
    FROM current_row e
    WHERE e.kind = 'enterprise'
      AND (NOT :only_mine OR e.id IN (
          SELECT a.parent FROM current_row a
          WHERE a.kind = 'assignment' AND a.body ->> '$.cadre' = :cadre
            AND a.body ->> '$.from' <= :on
            AND (a.body ->> '$.to' IS NULL OR :on <= a.body ->> '$.to')))
    ORDER BY name, uscc
    LIMIT :limit OFFSET :offset
)
SELECT
    page.uscc, page.name,
    page.body ->> '$.registration.street' AS street,
    page.body ->> '$.registration.address' AS address,
    page.body ->> '$.registration.industry' AS industry,
    (SELECT max(v.day) FROM current_row v
     WHERE v.kind = 'visit' AND v.parent = page.uscc) AS last_visit,
    (SELECT count(*) FROM current_row d
     WHERE d.kind = 'demand' AND d.parent = page.uscc) AS open_demands,
    EXISTS (SELECT 1 FROM current_row a
            WHERE a.kind = 'assignment' AND a.parent = page.uscc
              AND a.body ->> '$.cadre' = :cadre AND a.body ->> '$.from' <= :on
              AND (a.body ->> '$.to' IS NULL OR :on <= a.body ->> '$.to')) AS mine
FROM page
ORDER BY page.name, page.uscc
