-- Who has something new since number $2, each with the last such number: a row changed in a bucket that
-- they hold, or a bucket came or went. Each bucket that is held costs one probe of an index.
SELECT subject, max(seq) AS seq
FROM (
    SELECT held.subject, greatest(held.from_seq, last.seq) AS seq
    FROM grant_interval AS held
    LEFT JOIN LATERAL (
        SELECT b.seq FROM bucket_row AS b
        WHERE b.district_id = $1 AND b.bucket = held.bucket
        ORDER BY b.seq DESC LIMIT 1
    ) AS last ON true
    WHERE held.district_id = $1 AND held.to_seq IS NULL
    UNION ALL
    SELECT was.subject, was.to_seq AS seq
    FROM grant_interval AS was
    WHERE was.district_id = $1 AND was.to_seq > $2
) AS changed
WHERE seq > $2
GROUP BY subject
