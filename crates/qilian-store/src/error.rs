//! Owns what can go wrong in the store, told apart where a caller does something else about it.
//!
//! Elsewhere: the words for people (`ui/src/locales`, the terminal).

use qilian_domain::ids::Seq;
use rusqlite::ErrorCode;

/// Why the store did not do what it was asked. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is not readable under this key. A file whose first page was overwritten looks the same.
    #[error("the key does not open the store")]
    KeyWrong,
    /// A newer version of the program wrote the file.
    #[error("the store has schema {found}, this program knows {known}")]
    Newer {
        /// The file's schema.
        found: u32,
        /// The greatest that this program knows.
        known: u32,
    },
    /// The file is damaged.
    #[error("the store is damaged: {0}")]
    Corrupt(String),
    /// There is no room for what was to be written.
    #[error("the disk is full")]
    DiskFull,
    /// Another process kept the store locked for longer than the store waits.
    #[error("the store is busy")]
    Busy,
    /// There is no store at the path, or something else is in its place.
    #[error("the store can't be opened: {0}")]
    CannotOpen(String),
    /// There is a store at the path already.
    #[error("there is a store already")]
    Exists,
    /// The store belongs to nobody yet.
    #[error("the store is not enrolled")]
    NotEnrolled,
    /// The store belongs to somebody already.
    #[error("the store is enrolled already")]
    AlreadyEnrolled,
    /// A page would take the store back to an earlier cut.
    #[error("a pull to {to} would fall behind {at}")]
    CursorBackwards {
        /// Where the store is.
        at: Seq,
        /// Where the pull ended.
        to: Seq,
    },
    /// A stored value is not what its column holds.
    #[error("{table}.{column} of {row} can't be read")]
    BadRow {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's key.
        row: String,
    },
    /// What was to be stored can't be written as JSON.
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The schema's history is not what it should be.
    #[error("migration: {0}")]
    Migration(String),
    /// Anything else that SQLite reports.
    #[error(transparent)]
    Other(rusqlite::Error),
}

impl StoreError {
    pub(crate) fn bad(table: &'static str, column: &'static str, row: impl ToString) -> Self {
        Self::BadRow {
            table,
            column,
            row: row.to_string(),
        }
    }
}

/// Failures to write or to enlarge a file, the shared memory beside the database among them: on a laptop
/// that is a full disk.
const NO_ROOM: [i32; 2] = [
    rusqlite::ffi::SQLITE_IOERR_WRITE,
    rusqlite::ffi::SQLITE_IOERR_SHMSIZE,
];

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        if error
            .sqlite_error()
            .is_some_and(|e| NO_ROOM.contains(&e.extended_code))
        {
            return Self::DiskFull;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::KeyWrong,
            // SQLCipher answers "out of memory" for a page that does not decrypt inside a transaction.
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::OutOfMemory) => {
                Self::Corrupt(error.to_string())
            }
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::CannotOpen) => Self::CannotOpen(error.to_string()),
            _ => Self::Other(error),
        }
    }
}
