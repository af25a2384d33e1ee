-- Enterprises by their last visit, the longest ago first, those never visited before all.
WITH visited AS MATERIALIZED (
    SELECT parent, max(day) AS day FROM current_row WHERE kind = 'visit' GROUP BY parent
),
page AS MATERIALIZED (
    SELECT e.id AS uscc, e.body ->> '$.name' AS name, e.body AS body, visited.day AS last_visit
    FROM current_row e LEFT JOIN visited ON visited.parent = e.id
    WHERE e.kind = 'enterprise'
      AND (NOT :only_mine OR e.id IN (
          SELECT a.parent FROM current_row a
          WHERE a.kind = 'assignment' AND a.body ->> '$.cadre' = :cadre
            AND a.body ->> '$.from' <= :on
            AND (a.body ->> '$.to' IS NULL OR :on <= a.body ->> '$.to')))
    ORDER BY last_visit NULLS FIRST, name, uscc
    LIMIT :limit OFFSET :offset
)
SELECT
    page.uscc, page.name, page.last_visit,
    page.body ->> '$.registration.street' AS street,
    page.body ->> '$.registration.address' AS address,
    page.body ->> '$.registration.industry' AS industry,
    (SELECT count(*) FROM current_row d
     WHERE d.kind = 'demand' AND d.parent = page.uscc) AS open_demands,
    EXISTS (SELECT 1 FROM current_row a
            WHERE a.kind = 'assignment' AND a.parent = page.uscc
              AND a.body ->> '$.cadre' = :cadre AND a.body ->> '$.from' <= :on
              AND (a.body ->> '$.to' IS NULL OR :on <= a.body ->> '$.to')) AS mine
FROM page
ORDER BY page.last_visit NULLS FIRST, page.name, page.uscc
