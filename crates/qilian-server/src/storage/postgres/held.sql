-- The next live memberships of buckets that changed or opened, in the order of the buckets' names, at most $7
-- of them; a bucket that holds nothing is told once.
SELECT g.bucket AS bucket, b.kind AS kind, b.id AS id, b.seq AS seq
FROM grant_interval AS g
LEFT JOIN bucket_row AS b
    ON b.district_id = $1 AND b.bucket = g.bucket AND b.live
WHERE g.district_id = $1 AND g.subject = $2
    AND g.to_seq IS NULL
    AND (g.bucket > $5 OR g.bucket = $5 AND b.seq > $6::bigint)
    AND (
        g.from_seq > $3::bigint
        OR g.bucket = ANY($4::text[])
        OR EXISTS (
            SELECT 1 FROM bucket_row AS n
            WHERE n.district_id = $1 AND n.bucket = g.bucket AND n.seq > $3::bigint
        )
    )
ORDER BY g.bucket, b.seq
LIMIT $7::bigint
