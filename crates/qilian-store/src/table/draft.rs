//! Owns `draft`: forms that are open, as the window left them. They never travel.

use qilian_domain::ids::At;
use rusqlite::{Connection, OptionalExtension, Row};

use super::moment;
use crate::error::StoreError;

/// An open form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Which form.
    pub key: String,
    /// What is in it, in the form's own shape.
    pub body: String,
    /// When it was last saved, by the device's clock.
    pub saved_at: At,
}

pub(crate) fn put(connection: &Connection, draft: &Draft) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO draft (key, body, saved_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (key) DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at",
        )?
        .execute((&draft.key, &draft.body, draft.saved_at.unix_ms()))?;
    Ok(())
}

pub(crate) fn delete(connection: &Connection, key: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM draft WHERE key = ?1")?
        .execute([key])?;
    Ok(())
}

pub(crate) fn find(connection: &Connection, key: &str) -> Result<Option<Draft>, StoreError> {
    connection
        .prepare_cached("SELECT key, body, saved_at FROM draft WHERE key = ?1")?
        .query_row([key], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

pub(crate) fn all(connection: &Connection) -> Result<Vec<Draft>, StoreError> {
    connection
        .prepare_cached("SELECT key, body, saved_at FROM draft ORDER BY saved_at DESC, key")?
        .query_and_then([], read)?
        .collect()
}

fn read(row: &Row<'_>) -> Result<Draft, StoreError> {
    Ok(Draft {
        key: row.get("key")?,
        body: row.get("body")?,
        saved_at: moment(row.get("saved_at")?, "draft", "saved_at")?,
    })
}
