//! Owns the schema's history: append-only steps, one SQL file each, numbered from 1.
//!
//! An older program refuses a file that a newer one has written: it could not keep what it does not
//! know. Elsewhere: what the tables mean (`table/`, `search/`).

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::error::StoreError;

const STEPS: &[M<'static>] = &[
    M::up(include_str!("001_begin.sql")),
    M::up(include_str!("002_search.sql")),
    M::up(include_str!("003_enterprise_line.sql")),
    M::up(include_str!("004_unanswered.sql")),
    M::up(include_str!("005_whose.sql")),
    M::up(include_str!("006_chains.sql")),
    M::up(include_str!("007_sums.sql")),
    M::up(include_str!("008_files.sql")),
    M::up(include_str!("009_sent_again.sql")),
];

/// The schema that this version writes.
pub const SCHEMA_VERSION: u32 = STEPS.len() as u32;

/// Refuses a file of a newer schema; says which one an older file has.
pub(crate) fn check(connection: &Connection) -> Result<u32, StoreError> {
    let found = connection.query_row("PRAGMA user_version", [], |row| row.get::<_, u32>(0))?;
    if found > SCHEMA_VERSION {
        return Err(StoreError::Newer {
            found,
            known: SCHEMA_VERSION,
        });
    }
    Ok(found)
}

/// Brings the file to this version's schema, in one transaction.
pub(crate) fn apply(connection: &mut Connection) -> Result<(), StoreError> {
    if check(connection)? == SCHEMA_VERSION {
        return Ok(());
    }
    Migrations::from_slice(STEPS)
        .to_latest(connection)
        .map_err(|error| match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
            other => StoreError::Migration(other.to_string()),
        })
}
