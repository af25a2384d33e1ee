//! Owns the export of a laptop that may not send any more: all that it wrote and the files that it owes, sealed so
//! that only its district opens it (`sync.md` A.0 18, A.12). An administrator brings it in.
//!
//! A file of: [`MAGIC`], the key that HPKE (RFC 9180) made for it, then pieces (`seal`). Inside: the length of an
//! [`Export`], the [`Export`] as JSON, and the bytes of its files one after the other. Elsewhere: what a laptop hands
//! over (`qilian-app`), what the district makes of it (`qilian-server`).

mod seal;

use std::io::{self, Read, Write};

use qilian_domain::ids::{At, AttachmentId, DeviceId, DistrictId};
use qilian_domain::media::ContentHash;
use qilian_domain::rows::ExportKey;
use serde::{Deserialize, Serialize};

use crate::wire::MutationEnvelope;
use seal::{Opened, Sealed};

/// What every export begins with; the number is that of this format.
pub const MAGIC: &[u8; 16] = b"qilian-export 1\n";

/// No laptop has written so much: whoever says so is not one.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// What a laptop hands over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// Of this export: what is taken from it is taken once, however often it is brought in.
    pub id: DeviceId,
    /// Whose it is.
    pub device: DeviceId,
    /// What proves it.
    pub token: String,
    /// When it was made, by the laptop's clock.
    pub made: At,
    /// All that it wrote and still has, numbered from 1 in the order in which it was written; what the district has
    /// it knows by its id.
    pub mutations: Vec<MutationEnvelope>,
    /// The files whose bytes follow, in this order.
    pub files: Vec<ExportedFile>,
}

/// A file whose bytes the laptop owes the district.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedFile {
    /// Of which attachment.
    pub attachment: AttachmentId,
    /// What the bytes are.
    pub sha256: ContentHash,
    /// How many.
    pub size: u64,
}

/// The secret half of a district's key for exports.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ExportSecret(pub [u8; 32]);

/// Why an export can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum ExportFault {
    /// It is another file, or of a later format.
    #[error("not an export")]
    NotAnExport,
    /// It was sealed for another district, or its bytes changed since.
    #[error("sealed for another district, or damaged")]
    Damaged,
    /// It ends before its end.
    #[error("the end is missing")]
    CutOff,
    /// What was sealed can't be read.
    #[error("unreadable: {0}")]
    Unreadable(String),
    /// The file can't be read or written.
    #[error(transparent)]
    Io(io::Error),
}

/// An export being written.
pub struct ExportWriter<W: Write>(Sealed<W>);

impl<W: Write> ExportWriter<W> {
    /// Begins one. The bytes of its files are written next, each in its turn, then [`ExportWriter::finish`].
    ///
    /// # Errors
    /// If `to` can't be written; or the key is no point of the curve.
    pub fn begin(
        to: W,
        key: ExportKey,
        district: &DistrictId,
        random: &mut impl hpke::rand_core::CryptoRng,
        export: &Export,
    ) -> Result<Self, ExportFault> {
        let mut sealed = Sealed::begin(to, key, district, random)?;
        let contents =
            serde_json::to_vec(export).map_err(|e| ExportFault::Unreadable(e.to_string()))?;
        let length = contents.len() as u64;
        sealed.write_all(&length.to_be_bytes())?;
        sealed.write_all(&contents)?;
        Ok(Self(sealed))
    }

    /// Seals the last piece.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn finish(self) -> Result<W, ExportFault> {
        self.0.finish()
    }
}

impl<W: Write> Write for ExportWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// An export being read: the bytes of its files, one after the other.
pub struct ExportReader<R: Read>(Opened<R>);

impl<R: Read> ExportReader<R> {
    /// Opens one.
    ///
    /// # Errors
    /// [`ExportFault`].
    pub fn begin(
        from: R,
        secret: &ExportSecret,
        district: &DistrictId,
    ) -> Result<(Export, Self), ExportFault> {
        let mut opened = Opened::begin(from, secret, district)?;
        let mut length = [0; 8];
        opened.read_exact(&mut length)?;
        let length = u64::from_be_bytes(length);
        if length > MOST_BYTES {
            return Err(ExportFault::Unreadable(format!("{length} bytes")));
        }
        let mut contents = Vec::new();
        (&mut opened).take(length).read_to_end(&mut contents)?;
        if contents.len() as u64 != length {
            return Err(ExportFault::CutOff);
        }
        let export = serde_json::from_slice(&contents)
            .map_err(|e| ExportFault::Unreadable(e.to_string()))?;
        Ok((export, Self(opened)))
    }

    /// Says that all was read.
    ///
    /// # Errors
    /// If there is more, or the end is missing.
    pub fn end(mut self) -> Result<(), ExportFault> {
        match self.0.read(&mut [0])? {
            0 => Ok(()),
            _ => Err(ExportFault::Unreadable(
                "bytes that belong to no file".to_owned(),
            )),
        }
    }
}

impl<R: Read> Read for ExportReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

/// A fault of ours that went through a reader or writer is itself again.
impl From<io::Error> for ExportFault {
    fn from(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(fault) => fault,
            Err(error) => Self::Io(error),
        }
    }
}
