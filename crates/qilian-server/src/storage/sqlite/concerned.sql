-- Who has something new since number :since, each with the last such number: a row changed in a bucket that
-- they hold, or a bucket came or went. Each bucket that is held costs one probe of an index.
SELECT subject, max(seq) AS seq
FROM (
    SELECT held.subject,
           max(held.from_seq, coalesce((
               SELECT b.seq FROM bucket_row AS b
               WHERE b.district_id = :district AND b.bucket = held.bucket
               ORDER BY b.seq DESC LIMIT 1
           ), 0)) AS seq
    FROM grant_interval AS held
    WHERE held.district_id = :district AND held.to_seq IS NULL
    UNION ALL
    SELECT was.subject, was.to_seq AS seq
    FROM grant_interval AS was
    WHERE was.district_id = :district AND was.to_seq > :since
)
WHERE seq > :since
GROUP BY subject
