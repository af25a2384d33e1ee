//! Owns `held_file`: files of forms that are open. They never travel.

use qilian_domain::ids::At;
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use uuid::Uuid;

use super::{moment, parsed, unsigned};
use crate::error::StoreError;

/// A file of a form that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldFile {
    /// Its id, and the attachment's that it becomes.
    pub id: Uuid,
    /// The form's key (`Draft::key`).
    pub form: String,
    /// What its bytes are.
    pub sha256: String,
    /// How many they are.
    pub size: u64,
    /// Its name.
    pub name: String,
    /// Its type.
    pub mime: String,
    /// A small picture of it: base64.
    pub thumbnail: Option<String>,
    /// When it was taken in, by the device's clock.
    pub added_at: At,
}

const SELECT: &str = "SELECT h.*, f.size FROM held_file h JOIN file f ON f.sha256 = h.sha256";

pub(crate) fn put(connection: &Connection, held: &HeldFile) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO held_file (id, form, sha256, name, mime, thumbnail, added_at)
             VALUES (:id, :form, :sha256, :name, :mime, :thumbnail, :added_at)",
        )?
        .execute(named_params! {
            ":id": held.id.to_string(),
            ":form": held.form,
            ":sha256": held.sha256,
            ":name": held.name,
            ":mime": held.mime,
            ":thumbnail": held.thumbnail,
            ":added_at": held.added_at.unix_ms(),
        })?;
    Ok(())
}

pub(crate) fn delete(connection: &Connection, id: Uuid) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM held_file WHERE id = ?1")?
        .execute([id.to_string()])?;
    Ok(())
}

pub(crate) fn delete_of(connection: &Connection, form: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM held_file WHERE form = ?1")?
        .execute([form])?;
    Ok(())
}

pub(crate) fn find(connection: &Connection, id: Uuid) -> Result<Option<HeldFile>, StoreError> {
    connection
        .prepare_cached(&format!("{SELECT} WHERE h.id = ?1"))?
        .query_row([id.to_string()], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

pub(crate) fn of(connection: &Connection, form: &str) -> Result<Vec<HeldFile>, StoreError> {
    connection
        .prepare_cached(&format!("{SELECT} WHERE h.form = ?1 ORDER BY h.id"))?
        .query_and_then([form], read)?
        .collect()
}

pub(crate) fn all(connection: &Connection) -> Result<Vec<HeldFile>, StoreError> {
    connection
        .prepare_cached(&format!("{SELECT} ORDER BY h.id"))?
        .query_and_then([], read)?
        .collect()
}

fn read(row: &Row<'_>) -> Result<HeldFile, StoreError> {
    let id: String = row.get("id")?;
    Ok(HeldFile {
        id: parsed(&id, "held_file", "id")?,
        form: row.get("form")?,
        sha256: row.get("sha256")?,
        size: unsigned(row.get("size")?, "file", "size")?,
        name: row.get("name")?,
        mime: row.get("mime")?,
        thumbnail: row.get("thumbnail")?,
        added_at: moment(row.get("added_at")?, "held_file", "added_at")?,
    })
}
