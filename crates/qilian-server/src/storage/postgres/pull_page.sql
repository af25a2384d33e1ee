-- The next changes of a pass, in the order of (bucket, seq), at most $7 of them: of each bucket that is held
-- no more than that many are looked at, from where the pass or the last page begins.
WITH next AS (
    SELECT g.bucket, b.seq, b.kind, b.id, b.live
    FROM grant_interval AS g
    CROSS JOIN LATERAL (
        SELECT seq, kind, id, live
        FROM bucket_row
        WHERE district_id = $1 AND bucket = g.bucket
            AND seq > greatest(
                CASE WHEN g.from_seq > $3::bigint OR g.bucket = ANY($8::text[]) THEN 0 ELSE $3::bigint END,
                CASE WHEN g.bucket = $5 THEN $6::bigint ELSE 0 END
            )
            AND seq <= $4::bigint
            -- What left a bucket is of no use to whoever takes it whole.
            AND (live OR seq > $3::bigint AND g.from_seq <= $3::bigint)
        ORDER BY seq
        LIMIT $7::bigint
    ) AS b
    WHERE g.district_id = $1 AND g.subject = $2
        AND g.bucket >= $5
        AND g.to_seq IS NULL AND g.from_seq <= $4::bigint
    ORDER BY g.bucket, b.seq
    LIMIT $7::bigint
)
SELECT next.bucket AS bucket, next.seq AS seq, next.kind AS kind, next.id AS id, r.ver AS ver, r.body AS body
FROM next
LEFT JOIN row AS r ON r.district_id = $1 AND r.kind = next.kind AND r.id = next.id AND next.live
ORDER BY next.bucket, next.seq
