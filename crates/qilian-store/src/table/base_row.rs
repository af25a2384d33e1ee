//! Owns `base_row`: what the server says, at the cursor. A row of a kind that this version does not
//! know, or whose body it can't read, is kept as it came and not shown.

use chrono::NaiveDate;
use qilian_domain::ids::Seq;
use qilian_domain::row::{Kind, Row};
use rusqlite::{Connection, named_params};

use super::member::Key;
use super::signed;
use crate::error::StoreError;

/// What storage must know of a body.
#[derive(Debug, Default)]
struct Index {
    readable: bool,
    parent: Option<String>,
    day: Option<NaiveDate>,
}

impl Index {
    fn of(kind: &str, id: &str, body: &str) -> Self {
        let row = Kind::named(kind).and_then(|kind| Row::from_json(kind, body).ok());
        row.filter(|row| row.id() == id)
            .map_or_else(Self::default, |row| Self {
                readable: true,
                parent: row.parent(),
                day: row.day(),
            })
    }
}

/// Writes a row unless the store has a later one; tells whether it is new or changed.
pub(crate) fn put(
    connection: &Connection,
    kind: &str,
    id: &str,
    ver: Seq,
    body: &str,
) -> Result<bool, StoreError> {
    let index = Index::of(kind, id, body);
    let changed = connection
        .prepare_cached(
            "INSERT INTO base_row (kind, id, ver, parent, day, readable, body)
             VALUES (:kind, :id, :ver, :parent, :day, :readable, :body)
             ON CONFLICT (kind, id) DO UPDATE SET
                 ver = excluded.ver, parent = excluded.parent, day = excluded.day,
                 readable = excluded.readable, body = excluded.body
             WHERE excluded.ver > base_row.ver
                OR (excluded.ver = base_row.ver AND excluded.body <> base_row.body)",
        )?
        .execute(named_params! {
            ":kind": kind,
            ":id": id,
            ":ver": signed(ver.0),
            ":parent": index.parent,
            ":day": index.day.map(|day| day.to_string()),
            ":readable": index.readable,
            ":body": body,
        })?;
    Ok(changed > 0)
}

/// Makes every row older than whatever comes.
pub(crate) fn outdate(connection: &Connection) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE base_row SET ver = 0 WHERE ver > 0")?
        .execute([])?;
    Ok(())
}

/// Makes a row older than whatever comes.
pub(crate) fn outdate_one(connection: &Connection, kind: &str, id: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE base_row SET ver = 0 WHERE kind = ?1 AND id = ?2")?
        .execute((kind, id))?;
    Ok(())
}

/// Removes a row that no bucket holds; tells whether it was there.
pub(crate) fn remove_if_held_by_none(
    connection: &Connection,
    kind: &str,
    id: &str,
) -> Result<bool, StoreError> {
    let removed = connection
        .prepare_cached(
            "DELETE FROM base_row WHERE kind = ?1 AND id = ?2
             AND NOT EXISTS (SELECT 1 FROM member WHERE kind = ?1 AND id = ?2)",
        )?
        .execute((kind, id))?;
    Ok(removed > 0)
}

/// Removes all rows that no bucket holds; returns which.
pub(crate) fn remove_held_by_none(connection: &Connection) -> Result<Vec<Key>, StoreError> {
    connection
        .prepare_cached(
            "DELETE FROM base_row WHERE NOT EXISTS
                 (SELECT 1 FROM member m WHERE m.kind = base_row.kind AND m.id = base_row.id)
             RETURNING kind, id",
        )?
        .query_and_then([], |row| Ok((row.get("kind")?, row.get("id")?)))?
        .collect()
}

/// Rows that are kept and not shown.
pub(crate) fn count_unreadable(connection: &Connection) -> Result<u64, StoreError> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) AS n FROM base_row WHERE readable = 0")?
        .query_row([], |row| row.get("n"))?;
    super::unsigned(count, "base_row", "count")
}

/// Reads every body anew: another version of the program may read more of them, or fewer.
pub(crate) fn reindex(connection: &Connection) -> Result<(), StoreError> {
    let mut rows = connection.prepare("SELECT rowid, kind, id, body FROM base_row")?;
    let mut update = connection.prepare(
        "UPDATE base_row SET parent = :parent, day = :day, readable = :readable
         WHERE rowid = :rowid",
    )?;
    let mut rows = rows.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (kind, id, body): (String, String, String) =
            (row.get("kind")?, row.get("id")?, row.get("body")?);
        found.push((row.get::<_, i64>("rowid")?, Index::of(&kind, &id, &body)));
    }
    for (rowid, index) in found {
        update.execute(named_params! {
            ":rowid": rowid,
            ":parent": index.parent,
            ":day": index.day.map(|day| day.to_string()),
            ":readable": index.readable,
        })?;
    }
    Ok(())
}
