SELECT l.*, EXISTS (
    SELECT 1 FROM current_row a
    WHERE a.kind = 'assignment' AND a.parent = l.uscc AND a.body ->> '$.cadre' = :cadre
      AND a.body ->> '$.from' <= :on AND (a.body ->> '$.to' IS NULL OR :on <= a.body ->> '$.to')
) AS mine
FROM enterprise_line l WHERE l.uscc = :uscc
