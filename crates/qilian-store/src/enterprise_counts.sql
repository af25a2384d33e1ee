WITH mine AS MATERIALIZED (
    SELECT a.parent AS uscc FROM current_row a
    WHERE a.kind = 'assignment' AND a.body ->> '$.cadre' = :cadre AND a.body ->> '$.from' <= :on
      AND (a.body ->> '$.to' IS NULL OR :on <= a.body ->> '$.to')
)
SELECT
    count(*) AS "all",
    count(*) FILTER (
        WHERE (l.last_visit IS NULL OR l.last_visit < :not_since) AND l.uscc IN (SELECT uscc FROM mine)
    ) AS not_visited,
    count(*) FILTER (WHERE l.open_demands > 0) AS with_open_demands
FROM enterprise_line l
