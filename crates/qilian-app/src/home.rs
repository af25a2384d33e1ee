//! Owns the folder that holds one laptop's store: which file is which, made so that only its user
//! reads it.
//!
//! Elsewhere: what stands in the files (`key`, `qilian-store`), where the folder is (the window's and
//! the terminal's own arguments).

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// One laptop's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    folder: PathBuf,
}

impl Home {
    /// Names the folder, which need not exist.
    ///
    /// # Errors
    /// If the working folder is needed to complete the path and can't be read.
    pub fn new(folder: impl AsRef<Path>) -> io::Result<Self> {
        std::path::absolute(folder).map(|folder| Self { folder })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The encrypted store.
    pub fn store(&self) -> PathBuf {
        self.folder.join("store.db")
    }

    /// SQLite's log beside the store; there only while the store is open, or after it was killed or
    /// had no room left.
    pub(crate) fn store_log(&self) -> PathBuf {
        self.folder.join("store.db-wal")
    }

    /// The store's wrapped key.
    pub fn key(&self) -> PathBuf {
        self.folder.join("key.json")
    }

    /// The order to destroy the store, until it was carried out and answered.
    pub(crate) fn wipe_order(&self) -> PathBuf {
        self.folder.join("wiped.json")
    }

    /// Everything that the store and its syncs leave here, but for the key and locks.
    pub(crate) fn store_files(&self) -> [PathBuf; 4] {
        [
            self.store(),
            self.store_log(),
            self.folder.join("store.db-shm"),
            self.last_sync(),
        ]
    }

    /// The folder of the files that the store keeps beside itself.
    pub(crate) fn files(&self) -> PathBuf {
        self.folder.join("files")
    }

    /// Held by whoever syncs.
    pub fn sync_lock(&self) -> PathBuf {
        self.folder.join("sync.lock")
    }

    /// Held by whoever sends files.
    pub fn files_lock(&self) -> PathBuf {
        self.folder.join("files.lock")
    }

    /// What the last sync came to, for a second one that waited for it. Figures and codes only.
    pub fn last_sync(&self) -> PathBuf {
        self.folder.join("last-sync.json")
    }

    /// Held while a laptop is enrolled.
    pub fn enrol_lock(&self) -> PathBuf {
        self.folder.join("enrol.lock")
    }

    /// Where a laptop is made ready while it is being enrolled. What is found here was left by an
    /// enrolment that came to nothing.
    pub(crate) fn staging(&self) -> Self {
        Self {
            folder: self.folder.join("enrolling"),
        }
    }

    /// Whether a laptop was enrolled here: the store is the last thing that enrolment puts in place.
    ///
    /// # Errors
    /// If the folder can't be read, which is not the same as there being nothing.
    pub fn enrolled(&self) -> io::Result<bool> {
        self.store().try_exists()
    }

    /// Makes the folder, for its user only.
    ///
    /// # Errors
    /// If it can't be made.
    pub fn create(&self) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder)
    }

    /// Opens a file that only its user reads, making it if needed and leaving what is in it.
    ///
    /// # Errors
    /// If it can't be opened.
    pub(crate) fn open_private(&self, path: &Path) -> io::Result<File> {
        private()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Writes a file so that a reader, also after a power cut, finds the old text or the new one whole.
///
/// # Errors
/// If it can't be written; then the old text stands.
pub(crate) fn write_whole(path: &Path, text: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let mut file = private()
        .write(true)
        .create(true)
        .truncate(true)
        .open(&fresh)?;
    file.write_all(text)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&fresh, path)?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn only_its_user_reads_the_folder() {
        use std::os::unix::fs::PermissionsExt;
        let base = tempfile::tempdir().unwrap();
        let home = Home::new(base.path().join("a/store")).unwrap();
        home.create().unwrap();
        let mode = fs::metadata(home.folder()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn a_store_makes_a_folder_enrolled_and_a_key_alone_does_not() {
        let base = tempfile::tempdir().unwrap();
        let home = Home::new(base.path()).unwrap();
        write_whole(&home.key(), b"{}").unwrap();
        assert!(!home.enrolled().unwrap());
        write_whole(&home.store(), b"").unwrap();
        assert!(home.enrolled().unwrap());
    }
}
