//! Owns opening the file: key, journal, durability, patience.
//!
//! Two processes may open one store: writers take turns (`BEGIN IMMEDIATE`, a busy timeout), readers
//! never wait for them (WAL). Elsewhere: that only one of them syncs at a time (`qilian-app`).

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::data_key::DataKey;
use crate::error::StoreError;

/// A flip of a large first pull is the longest that one writer makes another wait.
const PATIENCE: Duration = Duration::from_secs(30);
/// SQLCipher's page; a file that is not whole pages was cut off.
const PAGE_BYTES: u64 = 4096;
/// Pages kept decrypted on each connection: a cadre's whole store, and the upper levels of a large one.
const CACHE_KIB: u32 = 8 * 1024;
/// The same while much is written in one transaction: a page that does not fit is encrypted, written and read back each
/// time a row falls on it, and rows come in no order that the indexes would share.
const ROOMY_CACHE_KIB: u32 = 64 * 1024;
/// Every statement of the store stays prepared.
const STATEMENTS: usize = 128;

pub(crate) enum Access {
    Create,
    Write,
    Read,
}

pub(crate) fn open(path: &Path, key: &DataKey, access: Access) -> Result<Connection, StoreError> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if matches!(access, Access::Create) {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let connection = Connection::open_with_flags(path, flags)?;
    // SQLCipher would write its own lines to standard error; what is wrong is in our errors.
    connection.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    connection.execute_batch(&key.pragma())?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    set_up(&connection, &access).map_err(|error| match error {
        StoreError::KeyWrong if !whole_pages(path) => {
            StoreError::Corrupt("the file was cut off".to_owned())
        }
        other => other,
    })?;
    Ok(connection)
}

/// The first statement here that reads the file finds out whether the key fits.
fn set_up(connection: &Connection, access: &Access) -> Result<(), StoreError> {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    // Temporary tables and sorting must not leave plain text on the disk.
    connection.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON;")?;
    keep_pages(connection, CACHE_KIB)?;
    match access {
        Access::Create | Access::Write => {
            connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
            connection.execute_batch("PRAGMA synchronous = FULL;")?;
        }
        Access::Read => connection.execute_batch("PRAGMA query_only = ON;")?,
    }
    Ok(())
}

/// Does `work`, which writes much, with room for the pages that it touches. The memory is given back afterwards, with the
/// end of the transaction.
pub(crate) fn with_room<T>(
    connection: &Connection,
    work: impl FnOnce() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    keep_pages(connection, ROOMY_CACHE_KIB)?;
    let done = work();
    keep_pages(connection, CACHE_KIB)?;
    done
}

fn keep_pages(connection: &Connection, kib: u32) -> Result<(), StoreError> {
    Ok(connection.execute_batch(&format!("PRAGMA cache_size = -{kib};"))?)
}

fn whole_pages(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.len() > 0 && file.len() % PAGE_BYTES == 0)
}
