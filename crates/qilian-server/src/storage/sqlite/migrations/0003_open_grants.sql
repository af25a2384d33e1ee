-- At most one interval of a bucket is open; a pull walks the open ones in the order of their buckets.
CREATE UNIQUE INDEX grant_interval_open ON grant_interval (district_id, subject, bucket)
    WHERE to_seq IS NULL;
