//! Owns reading a sealed file, from any place in it.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::{SEGMENT, Seal, TAG, sealed_len};
use crate::data_key::DataKey;

/// A file's plain bytes. A changed segment is [`io::ErrorKind::InvalidData`].
pub struct SealedReader {
    file: File,
    seal: Seal,
    size: u64,
    at: u64,
    /// The segment read last, by its number.
    segment: Option<(u64, Vec<u8>)>,
}

impl SealedReader {
    pub(super) fn open(path: &Path, key: &DataKey, size: u64) -> io::Result<Self> {
        let file = File::open(path)?;
        if file.metadata()?.len() != sealed_len(size) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the file is not of its size",
            ));
        }
        Ok(Self {
            file,
            seal: Seal::new(key),
            size,
            at: 0,
            segment: None,
        })
    }

    fn load(&mut self, n: u64) -> io::Result<&[u8]> {
        if self.segment.as_ref().is_none_or(|(number, _)| *number != n) {
            let begin = n * SEGMENT as u64;
            let plain = (self.size - begin).min(SEGMENT as u64);
            let mut sealed = vec![0; usize::try_from(plain).unwrap_or(SEGMENT) + TAG];
            self.file
                .seek(SeekFrom::Start(n * (SEGMENT + TAG) as u64))?;
            self.file.read_exact(&mut sealed)?;
            self.segment = Some((n, self.seal.open(n, &sealed)?));
        }
        Ok(self.segment.as_ref().map_or(&[], |(_, plain)| plain))
    }
}

impl Read for SealedReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.size || into.is_empty() {
            return Ok(0);
        }
        let segment = SEGMENT as u64;
        let (n, offset) = (self.at / segment, (self.at % segment) as usize);
        let plain = self.load(n)?;
        let available = plain.get(offset..).unwrap_or_default();
        let taken = available.len().min(into.len());
        into[..taken].copy_from_slice(&available[..taken]);
        self.at += taken as u64;
        Ok(taken)
    }
}

impl Seek for SealedReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

impl fmt::Debug for SealedReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedReader")
            .field("size", &self.size)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}
