//! Owns what SQLite's errors mean to a caller.

use rusqlite::ErrorCode;

use crate::storage::StorageError;

/// Failures to write or to enlarge a file, the shared memory beside the database among them.
const NO_ROOM: [i32; 2] = [
    rusqlite::ffi::SQLITE_IOERR_WRITE,
    rusqlite::ffi::SQLITE_IOERR_SHMSIZE,
];

/// The meaning of an error.
pub(super) fn fault(error: rusqlite::Error) -> StorageError {
    if error
        .sqlite_error()
        .is_some_and(|e| NO_ROOM.contains(&e.extended_code))
    {
        return StorageError::DiskFull(error.to_string());
    }
    match error.sqlite_error_code() {
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::SystemIoFailure
            | ErrorCode::OutOfMemory
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly,
        ) => StorageError::Busy(error.to_string()),
        Some(ErrorCode::DiskFull) => StorageError::DiskFull(error.to_string()),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StorageError::Corrupt(error.to_string())
        }
        _ => StorageError::Internal(Box::new(error)),
    }
}
