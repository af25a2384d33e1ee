SELECT count(*) AS n
FROM current_row e
WHERE e.kind = 'enterprise'
  AND (NOT :only_mine OR e.id IN (
      SELECT a.parent FROM current_row a
      WHERE a.kind = 'assignment' AND a.body ->> '$.cadre' = :cadre
        AND a.body ->> '$.from' <= :on
        AND (a.body ->> '$.to' IS NULL OR :on <= a.body ->> '$.to')))
