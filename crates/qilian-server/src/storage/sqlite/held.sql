-- The live memberships of buckets that changed or opened, in the order of the buckets' names. CROSS JOIN would
-- leave out a bucket that holds nothing.
SELECT g.bucket AS bucket, b.kind AS kind, b.id AS id, b.seq AS seq
FROM grant_interval AS g
LEFT JOIN bucket_row AS b
    ON b.district_id = :district AND b.bucket = g.bucket AND b.live
WHERE g.district_id = :district AND g.subject = :subject
    AND g.bucket > :after
    AND g.to_seq IS NULL
    AND (
        g.from_seq > :since
        OR g.bucket IN (SELECT value FROM json_each(:also))
        OR EXISTS (
            SELECT 1 FROM bucket_row AS n
            WHERE n.district_id = :district AND n.bucket = g.bucket AND n.seq > :since
        )
    )
ORDER BY g.bucket
