//! Owns writing a sealed file: segment by segment under another name, durable before it has its own.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{SEGMENT, Seal, TAG, private};
use crate::data_key::DataKey;

/// A file that is being written. Dropped, it is left to the next sweep, or to be gone on with.
pub struct SealedWriter {
    file: File,
    /// Where it will be.
    path: PathBuf,
    seal: Seal,
    /// Segments written.
    segments: u64,
    /// What does not fill a segment yet.
    rest: Vec<u8>,
}

/// A finished file that has no row yet: no sweep takes it away while this lives.
#[derive(Debug)]
pub struct Sealed {
    _held: File,
}

impl SealedWriter {
    pub(super) fn begin(path: PathBuf, key: &DataKey) -> io::Result<Self> {
        let file = private()
            .read(true)
            .write(true)
            .create_new(true)
            .open(part(&path))?;
        Self::held(file, path, key)
    }

    pub(super) fn resume(path: PathBuf, key: &DataKey) -> io::Result<Self> {
        let file = private()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(part(&path))?;
        let mut writer = Self::held(file, path, key)?;
        let sealed = (SEGMENT + TAG) as u64;
        // A torn segment at the end, and after a power cut one that was never written: both are cut off.
        let mut whole = writer.file.metadata()?.len() / sealed;
        while whole > 0 && !writer.readable(whole - 1)? {
            whole -= 1;
        }
        writer.file.set_len(whole * sealed)?;
        writer.file.seek(SeekFrom::End(0))?;
        writer.segments = whole;
        Ok(writer)
    }

    fn held(file: File, path: PathBuf, key: &DataKey) -> io::Result<Self> {
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        Ok(Self {
            file,
            path,
            seal: Seal::new(key),
            segments: 0,
            rest: Vec::with_capacity(SEGMENT),
        })
    }

    fn readable(&mut self, segment: u64) -> io::Result<bool> {
        let mut sealed = vec![0; SEGMENT + TAG];
        self.file
            .seek(SeekFrom::Start(segment * sealed.len() as u64))?;
        self.file.read_exact(&mut sealed)?;
        Ok(self.seal.open(segment, &sealed).is_ok())
    }

    /// How many plain bytes it has, those not yet in a segment included.
    pub fn position(&self) -> u64 {
        self.segments * SEGMENT as u64 + self.rest.len() as u64
    }

    /// Makes it whole: durable, and under its name.
    ///
    /// # Errors
    /// If it can't be written; then it is not there.
    pub fn finish(mut self) -> io::Result<Sealed> {
        if !self.rest.is_empty() {
            let last = std::mem::take(&mut self.rest);
            self.segment(&last)?;
        }
        self.file.sync_all()?;
        fs::rename(part(&self.path), &self.path)?;
        #[cfg(unix)]
        if let Some(folder) = self.path.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(Sealed { _held: self.file })
    }

    /// Throws it away.
    ///
    /// # Errors
    /// If it can't be removed.
    pub fn discard(self) -> io::Result<()> {
        fs::remove_file(part(&self.path))
    }

    fn segment(&mut self, plain: &[u8]) -> io::Result<()> {
        let sealed = self.seal.seal(self.segments, plain)?;
        self.file.write_all(&sealed)?;
        self.segments += 1;
        Ok(())
    }
}

impl Write for SealedWriter {
    /// After an error the file is not to be gone on with in this writer.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(SEGMENT - self.rest.len());
        self.rest.extend_from_slice(&bytes[..taken]);
        if self.rest.len() == SEGMENT {
            let segment = std::mem::replace(&mut self.rest, Vec::with_capacity(SEGMENT));
            self.segment(&segment)?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for SealedWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedWriter")
            .field("path", &self.path)
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}

/// The name of a file that is not whole.
fn part(path: &Path) -> PathBuf {
    path.with_extension("part")
}
