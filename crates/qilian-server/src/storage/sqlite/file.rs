//! Owns what is done with the file as a whole: a copy of it while others read and write, one file without a log
//! beside it, a size that it may not exceed.
//!
//! Elsewhere: how it is opened (`connect`), what is in it (the files beside).

use std::fs::File;
use std::path::Path;
use std::sync::PoisonError;

use super::SqliteStorage;
use super::fault::fault;
use crate::storage::StorageError;

impl SqliteStorage {
    /// Copies the database as it is now into a file that is not there yet, while others read and write.
    /// It is whole and on the disk when this returns.
    ///
    /// # Errors
    /// What goes wrong in the database or the file; then a part of the copy may be left.
    pub fn back_up(&self, file: &Path) -> Result<(), StorageError> {
        let into = file.to_string_lossy();
        self.writer()
            .execute("VACUUM INTO ?1", [into.as_ref()])
            .map_err(fault)?;
        let copy = File::open(file).and_then(|copy| copy.sync_all());
        copy.map_err(|e| StorageError::Internal(Box::new(e)))
    }

    /// Leaves the database as one file, without a log beside it.
    ///
    /// # Errors
    /// What goes wrong in the database.
    pub fn into_one_file(self) -> Result<(), StorageError> {
        drop(self.readers);
        let writer = self
            .writer
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        writer
            .query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))
            .map_err(fault)
    }

    /// Keeps the file from growing beyond so many pages of 4 KiB, as a full disk would: for tests that want to see
    /// one. A limit below the present size is the present size.
    ///
    /// # Errors
    /// If the limit can't be set.
    pub fn limit_pages(&self, pages: u32) -> Result<(), StorageError> {
        let sql = format!("PRAGMA max_page_count = {pages}");
        self.writer().query_row(&sql, [], |_| Ok(())).map_err(fault)
    }
}
