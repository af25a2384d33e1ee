//! Owns the bytes of attachments on the laptop: a folder of sealed files beside the store.
//!
//! They are not in the database, so that copying in 200 MB makes no visit wait for the one writer, and that
//! letting go of a file gives its room back at once. Each has a random key of its own, which stands in its row
//! (`table::file`) and nowhere else: what has no row is noise, whatever is left of it on the disk, and is
//! removed by the next [`FileFolder::sweep`]. Killed anywhere: a file without a row counts for nothing, and
//! a row is written only when its file is whole and durable. Elsewhere: which files to keep (`store_files`).

mod reader;
mod writer;

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use uuid::Uuid;

use crate::data_key::DataKey;

pub use reader::SealedReader;
pub use writer::{Sealed, SealedWriter};

/// Plain bytes in a segment; only a file's last one has fewer.
pub(crate) const SEGMENT: usize = 64 * 1024;
/// What sealing adds to a segment.
pub(crate) const TAG: usize = 16;

/// The folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFolder {
    folder: PathBuf,
}

impl FileFolder {
    /// The folder of the store at `store`, which need not exist.
    pub fn beside(store: &Path) -> Self {
        Self {
            folder: store.with_file_name("files"),
        }
    }

    /// Begins a file. Nobody else's sweep takes it away while it is written.
    ///
    /// # Errors
    /// If it can't be made.
    pub fn begin(&self, place: Uuid, key: &DataKey) -> io::Result<SealedWriter> {
        self.create()?;
        SealedWriter::begin(self.path(place), key)
    }

    /// Goes on with a file that was begun and not finished, after its last whole segment.
    ///
    /// # Errors
    /// If it can't be opened. [`io::ErrorKind::WouldBlock`] if somebody else is writing it.
    pub fn resume(&self, place: Uuid, key: &DataKey) -> io::Result<SealedWriter> {
        self.create()?;
        SealedWriter::resume(self.path(place), key)
    }

    /// Reads a file of `size` bytes.
    ///
    /// # Errors
    /// If it can't be opened. [`io::ErrorKind::InvalidData`] if it is not of that size.
    pub fn open(&self, place: Uuid, key: &DataKey, size: u64) -> io::Result<SealedReader> {
        SealedReader::open(&self.path(place), key, size)
    }

    /// Removes every file that is not named, except those that are being written just now. Returns how many.
    ///
    /// # Errors
    /// If the folder can't be read, or a file can't be removed.
    pub fn sweep(&self, named: &BTreeSet<Uuid>) -> io::Result<usize> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(error),
        };
        let mut removed = 0;
        for entry in entries {
            let path = entry?.path();
            let place = path.file_stem().and_then(|stem| stem.to_str());
            let kept = place
                .and_then(|stem| Uuid::parse_str(stem).ok())
                .is_some_and(|place| named.contains(&place));
            if !kept && remove_unless_written(&path)? {
                removed += 1;
            }
        }
        Ok(removed)
    }

    fn path(&self, place: Uuid) -> PathBuf {
        self.folder.join(place.to_string())
    }

    fn create(&self) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder)
    }
}

/// Removes a file unless somebody holds it; tells whether it did.
fn remove_unless_written(path: &Path) -> io::Result<bool> {
    let file = match File::open(path) {
        Ok(file) => file,
        // Another process swept it first.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    match file.try_lock() {
        Ok(()) => match fs::remove_file(path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        },
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// A file that only its user reads.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The cipher of one file. The number of a segment is its nonce: a key seals one file only, and a file is
/// written once from its beginning to its end.
struct Seal(XChaCha20Poly1305);

impl Seal {
    fn new(key: &DataKey) -> Self {
        Self(XChaCha20Poly1305::new(&Key::from(*key.bytes())))
    }

    fn seal(&self, n: u64, segment: &[u8]) -> io::Result<Vec<u8>> {
        self.0
            .encrypt(&nonce(n), segment)
            .map_err(|_| io::Error::other("a segment can't be sealed"))
    }

    fn open(&self, n: u64, sealed: &[u8]) -> io::Result<Vec<u8>> {
        self.0.decrypt(&nonce(n), sealed).map_err(|_| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("segment {n} was changed"),
            )
        })
    }
}

fn nonce(n: u64) -> XNonce {
    let mut nonce = [0; 24];
    nonce[..8].copy_from_slice(&n.to_le_bytes());
    XNonce::from(nonce)
}

/// How long a sealed file of `size` bytes is.
fn sealed_len(size: u64) -> u64 {
    size + size.div_ceil(SEGMENT as u64) * TAG as u64
}
