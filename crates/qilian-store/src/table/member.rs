//! Owns `member`: which buckets hold a row. A row that none holds is removed at the flip.

use qilian_domain::ids::Seq;
use qilian_sync::sum::BucketSum;
use rusqlite::Connection;

use super::unsigned;
use crate::error::StoreError;

/// A row's kind and id as they travel; the kind may be one that this version does not know.
pub(crate) type Key = (String, String);

pub(crate) fn add(
    connection: &Connection,
    bucket: &str,
    kind: &str,
    id: &str,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO member (bucket, kind, id) VALUES (?1, ?2, ?3)")?
        .execute((bucket, kind, id))?;
    Ok(())
}

pub(crate) fn remove(
    connection: &Connection,
    bucket: &str,
    kind: &str,
    id: &str,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM member WHERE bucket = ?1 AND kind = ?2 AND id = ?3")?
        .execute((bucket, kind, id))?;
    Ok(())
}

/// Empties all buckets.
pub(crate) fn forget_all(connection: &Connection) -> Result<Vec<Key>, StoreError> {
    let keys = connection
        .prepare_cached("SELECT DISTINCT kind, id FROM member")?
        .query_and_then([], |row| {
            Ok::<_, StoreError>((row.get("kind")?, row.get("id")?))
        })?
        .collect::<Result<_, _>>()?;
    connection
        .prepare_cached("DELETE FROM member")?
        .execute([])?;
    Ok(keys)
}

/// Empties a bucket; what was in it may now be held by none.
pub(crate) fn forget(connection: &Connection, bucket: &str) -> Result<Vec<Key>, StoreError> {
    let keys = connection
        .prepare_cached("SELECT kind, id FROM member WHERE bucket = ?1")?
        .query_and_then([bucket], |row| {
            Ok::<_, StoreError>((row.get("kind")?, row.get("id")?))
        })?
        .collect::<Result<_, _>>()?;
    connection
        .prepare_cached("DELETE FROM member WHERE bucket = ?1")?
        .execute([bucket])?;
    Ok(keys)
}

/// The buckets that hold anything, in the order of their names.
pub(crate) fn buckets(connection: &Connection) -> Result<Vec<String>, StoreError> {
    connection
        .prepare_cached("SELECT DISTINCT bucket FROM member ORDER BY bucket")?
        .query_and_then([], |row| Ok(row.get("bucket")?))?
        .collect()
}

/// What a bucket holds, summed up. A row that is missing counts as one of version 0.
pub(crate) fn sum(connection: &Connection, bucket: &str) -> Result<BucketSum, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT member.kind AS kind, member.id AS id, coalesce(base_row.ver, 0) AS ver
         FROM member LEFT JOIN base_row USING (kind, id)
         WHERE member.bucket = ?1",
    )?;
    let mut rows = statement.query([bucket])?;
    let mut sum = BucketSum::default();
    while let Some(row) = rows.next()? {
        let (kind, id): (String, String) = (row.get("kind")?, row.get("id")?);
        let ver = unsigned(row.get("ver")?, "base_row", "ver")?;
        sum.add(&kind, &id, Seq(ver));
    }
    Ok(sum)
}
