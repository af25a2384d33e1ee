WITH mine AS MATERIALIZED (
    SELECT a.parent AS uscc FROM current_row a
    WHERE a.kind = 'assignment' AND a.body ->> '$.cadre' = :cadre AND a.body ->> '$.from' <= :on
      AND (a.body ->> '$.to' IS NULL OR :on <= a.body ->> '$.to')
)
SELECT l.*, l.uscc IN (SELECT uscc FROM mine) AS mine
FROM enterprise_line l
WHERE (NOT :only_mine OR l.uscc IN (SELECT uscc FROM mine))
  AND (:not_since IS NULL OR l.last_visit IS NULL OR l.last_visit < :not_since)
  AND (NOT :only_open_demands OR l.open_demands > 0)
ORDER BY l.last_visit, l.name, l.uscc
LIMIT :limit OFFSET :offset
