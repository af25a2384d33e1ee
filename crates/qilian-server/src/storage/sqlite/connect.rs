//! Owns how the file is opened: settings, migrations, and the refusal of a newer file.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{Error, M, MigrationDefinitionError, Migrations};

use super::fault::fault;
use crate::storage::StorageError;

/// Another process may hold the lock for this long; an import of 40,000 rows takes seconds.
const BUSY_TIMEOUT_MS: u32 = 30_000;
/// Statements kept ready on a connection.
const STATEMENTS: usize = 64;
/// Pages kept by each connection that reads.
const READER_CACHE_KIB: u32 = 32 * 1024;
/// Pages kept by the one that writes: an import of 40,000 rows changes some 100 MB in one transaction, and
/// a page that does not fit is written and read again each time it changes.
const WRITER_CACHE_KIB: u32 = 128 * 1024;

/// Append only: a file remembers how many it has seen.
const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("migrations/0001_district.sql")),
    M::up(include_str!("migrations/0002_views.sql")),
    M::up(include_str!("migrations/0003_open_grants.sql")),
    M::up(include_str!("migrations/0004_feed_by_number.sql")),
    M::up(include_str!("migrations/0005_copies.sql")),
    M::up(include_str!("migrations/0006_history.sql")),
    M::up(include_str!("migrations/0007_files.sql")),
    M::up(include_str!("migrations/0008_centre.sql")),
    M::up(include_str!("migrations/0009_waiting.sql")),
    M::up(include_str!("migrations/0010_export_secret.sql")),
];

/// A share of the database: whoever wants to put another in its place must wait until all are given back.
pub(super) fn share(lock: &Path) -> Result<File, StorageError> {
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::StorageFull => StorageError::DiskFull(error.to_string()),
        _ => StorageError::Internal(Box::new(error)),
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(lock)
        .map_err(failed)?;
    match file.try_lock_shared() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(StorageError::Busy("a backup is being brought back".into()))
        }
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// The connection that writes; it makes and migrates the file.
pub(super) fn writer(path: &Path) -> Result<Connection, StorageError> {
    let mut connection = Connection::open(path).map_err(fault)?;
    settle_in(&connection, WRITER_CACHE_KIB)?;
    // FULL: what was acknowledged survives a power cut (`sync.md` A.8).
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
        .map_err(fault)?;
    Migrations::from_slice(MIGRATIONS)
        .to_latest(&mut connection)
        .map_err(|error| match error {
            Error::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => {
                StorageError::Newer
            }
            Error::RusqliteError { err, .. } => fault(err),
            other => StorageError::Internal(Box::new(other)),
        })?;
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn reader(path: &Path) -> Result<Connection, StorageError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(fault)?;
    settle_in(&connection, READER_CACHE_KIB)?;
    connection
        .execute_batch("PRAGMA query_only = ON;")
        .map_err(fault)?;
    Ok(connection)
}

fn settle_in(connection: &Connection, cache_kib: u32) -> Result<(), StorageError> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection
        .execute_batch(&format!(
            "PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -{cache_kib};"
        ))
        .map_err(fault)
}
