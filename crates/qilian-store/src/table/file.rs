//! Owns `file`: which bytes are on this laptop, where, under which key.

use std::collections::BTreeSet;

use qilian_domain::ids::At;
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use uuid::Uuid;

use super::{moment, parsed, signed, unsigned};
use crate::data_key::DataKey;
use crate::error::StoreError;

/// Bytes on this laptop.
#[derive(Debug, Clone)]
pub struct LocalFile {
    /// What they are: the hash of all of them, in hexadecimal.
    pub sha256: String,
    /// How many.
    pub size: u64,
    /// The file's name in the folder.
    pub place: Uuid,
    /// Its key.
    pub key: DataKey,
    /// `false` while it is being fetched.
    pub whole: bool,
    /// When it was taken in, fetched or last looked at.
    pub used_at: At,
}

/// What nobody needs from this laptop: not a form's, not owed to the server.
const SPARE: &str = "NOT EXISTS (SELECT 1 FROM held_file h WHERE h.sha256 = file.sha256)
     AND NOT EXISTS (SELECT 1 FROM upload u
                     WHERE u.sha256 = file.sha256 AND u.stored_in IS NOT (SELECT epoch FROM identity))";

pub(crate) fn find(connection: &Connection, sha256: &str) -> Result<Option<LocalFile>, StoreError> {
    connection
        .prepare_cached("SELECT * FROM file WHERE sha256 = ?1")?
        .query_row([sha256], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// Writes a row. One that is there and whole stays; tells whether this one was written.
pub(crate) fn put(connection: &Connection, file: &LocalFile) -> Result<bool, StoreError> {
    let written = connection
        .prepare_cached(
            "INSERT INTO file (sha256, size, place, key, whole, used_at)
             VALUES (:sha256, :size, :place, :key, :whole, :used_at)
             ON CONFLICT (sha256) DO UPDATE SET
                 size = excluded.size, place = excluded.place, key = excluded.key,
                 whole = excluded.whole, used_at = excluded.used_at
             WHERE NOT file.whole",
        )?
        .execute(named_params! {
            ":sha256": file.sha256,
            ":size": signed(file.size),
            ":place": file.place.to_string(),
            ":key": file.key.bytes(),
            ":whole": file.whole,
            ":used_at": file.used_at.unix_ms(),
        })?;
    Ok(written > 0)
}

pub(crate) fn touch(connection: &Connection, sha256: &str, at: At) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE file SET used_at = ?2 WHERE sha256 = ?1")?
        .execute((sha256, at.unix_ms()))?;
    Ok(())
}

pub(crate) fn delete(connection: &Connection, sha256: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM file WHERE sha256 = ?1")?
        .execute([sha256])?;
    Ok(())
}

/// Deletes the row of what nobody needs from this laptop; tells whether it did.
pub(crate) fn delete_spare(connection: &Connection, sha256: &str) -> Result<bool, StoreError> {
    let deleted = connection
        .prepare_cached(&format!("DELETE FROM file WHERE sha256 = ?1 AND {SPARE}"))?
        .execute([sha256])?;
    Ok(deleted > 0)
}

/// Forgets what nobody needs and no attachment in scope names; tells whether something went.
pub(crate) fn forget_unnamed(connection: &Connection) -> Result<bool, StoreError> {
    let gone = connection
        .prepare_cached(&format!(
            "DELETE FROM file WHERE {SPARE}
               AND NOT EXISTS (SELECT 1 FROM base_row b
                               WHERE b.kind = 'attachment' AND b.body ->> '$.sha256' = file.sha256
                                 AND b.body ->> '$.removed' IS NULL)
               AND NOT EXISTS (SELECT 1 FROM overlay o
                               WHERE o.kind = 'attachment' AND o.body ->> '$.sha256' = file.sha256
                                 AND o.body ->> '$.removed' IS NULL)"
        ))?
        .execute([])?;
    Ok(gone > 0)
}

/// Forgets the oldest of what the server has, until all that is whole fits into `budget` bytes. What
/// only this laptop has stays, whatever the budget.
pub(crate) fn free(connection: &Connection, budget: u64) -> Result<bool, StoreError> {
    let total: i64 = connection
        .prepare_cached("SELECT coalesce(sum(size), 0) AS n FROM file WHERE whole")?
        .query_row([], |row| row.get("n"))?;
    let mut total = unsigned(total, "file", "size")?;
    if total <= budget {
        return Ok(false);
    }
    let spare: Vec<(String, i64)> = connection
        .prepare_cached(&format!(
            "SELECT sha256, size FROM file WHERE whole AND {SPARE} ORDER BY used_at, sha256"
        ))?
        .query_and_then([], |row| {
            Ok::<_, StoreError>((row.get("sha256")?, row.get("size")?))
        })?
        .collect::<Result<_, _>>()?;
    let mut freed = false;
    for (sha256, size) in spare {
        if total <= budget {
            break;
        }
        delete(connection, &sha256)?;
        total = total.saturating_sub(unsigned(size, "file", "size")?);
        freed = true;
    }
    Ok(freed)
}

/// How many bytes there are, and how many of them are not spare.
pub(crate) fn room(connection: &Connection) -> Result<(u64, u64), StoreError> {
    let (all, needed): (i64, i64) = connection
        .prepare_cached(&format!(
            "SELECT coalesce(sum(size), 0) AS whole,
                    coalesce(sum(size) FILTER (WHERE NOT ({SPARE})), 0) AS needed
             FROM file WHERE whole"
        ))?
        .query_row([], |row| Ok((row.get("whole")?, row.get("needed")?)))?;
    Ok((
        unsigned(all, "file", "size")?,
        unsigned(needed, "file", "size")?,
    ))
}

/// The names of all files in the folder that count.
pub(crate) fn places(connection: &Connection) -> Result<BTreeSet<Uuid>, StoreError> {
    connection
        .prepare_cached("SELECT place FROM file")?
        .query_and_then([], |row| {
            let place: String = row.get("place")?;
            parsed(&place, "file", "place")
        })?
        .collect()
}

fn read(row: &Row<'_>) -> Result<LocalFile, StoreError> {
    let sha256: String = row.get("sha256")?;
    let place: String = row.get("place")?;
    let key: [u8; 32] = row.get("key")?;
    Ok(LocalFile {
        size: unsigned(row.get("size")?, "file", "size")?,
        place: parsed(&place, "file", "place")?,
        key: DataKey::new(key),
        whole: row.get("whole")?,
        used_at: moment(row.get("used_at")?, "file", "used_at")?,
        sha256,
    })
}
