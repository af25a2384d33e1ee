//! Owns `setting`: what this laptop's user chose, and what the store remembers of the program that
//! wrote it. Settings never travel.

use rusqlite::{Connection, OptionalExtension};

use crate::error::StoreError;

pub(crate) fn find(connection: &Connection, key: &str) -> Result<Option<String>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT value FROM setting WHERE key = ?1")?
        .query_row([key], |row| row.get("value"))
        .optional()?)
}

pub(crate) fn put(connection: &Connection, key: &str, value: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO setting (key, value) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?
        .execute((key, value))?;
    Ok(())
}

pub(crate) fn delete(connection: &Connection, key: &str) -> Result<(), StoreError> {
    connection.execute("DELETE FROM setting WHERE key = ?1", [key])?;
    Ok(())
}
