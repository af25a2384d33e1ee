//! Owns `bucket_again`: buckets whose rows are not what the server says, to be pulled whole.

use qilian_domain::bucket::Bucket;
use rusqlite::Connection;

use crate::error::StoreError;

const TABLE: &str = "bucket_again";

pub(crate) fn all(connection: &Connection) -> Result<Vec<Bucket>, StoreError> {
    connection
        .prepare_cached("SELECT bucket FROM bucket_again ORDER BY bucket")?
        .query_and_then([], |row| {
            let bucket: String = row.get("bucket")?;
            Bucket::try_from(bucket.clone()).map_err(|_| StoreError::bad(TABLE, "bucket", bucket))
        })?
        .collect()
}

pub(crate) fn add(connection: &Connection, bucket: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO bucket_again (bucket) VALUES (?1)")?
        .execute([bucket])?;
    Ok(())
}

pub(crate) fn clear(connection: &Connection) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM bucket_again")?
        .execute([])?;
    Ok(())
}
