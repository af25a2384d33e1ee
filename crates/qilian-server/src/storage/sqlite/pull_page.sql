-- The changes of a pass in the order of (bucket, seq), streamed: the grants in the order of their key, then
-- each bucket's index from where the pass or the last page begins. CROSS JOIN keeps that order of loops.
SELECT g.bucket AS bucket, b.kind AS kind, b.id AS id, b.seq AS seq, r.ver AS ver, r.body AS body
FROM grant_interval AS g
CROSS JOIN bucket_row AS b
    ON b.district_id = :district AND b.bucket = g.bucket
    AND b.seq > max(
        CASE
            WHEN g.from_seq > :from OR g.bucket IN (SELECT value FROM json_each(:again)) THEN 0
            ELSE :from
        END,
        CASE WHEN g.bucket = :after_bucket THEN :after_seq ELSE 0 END
    )
    AND b.seq <= :to
LEFT JOIN row AS r
    ON r.district_id = :district AND r.kind = b.kind AND r.id = b.id AND b.live
WHERE g.district_id = :district AND g.subject = :subject
    AND g.bucket >= :after_bucket
    AND g.to_seq IS NULL AND g.from_seq <= :to
    -- What left a bucket is of no use to whoever takes it whole.
    AND (b.live OR b.seq > :from AND g.from_seq <= :from)
ORDER BY g.bucket, b.seq
