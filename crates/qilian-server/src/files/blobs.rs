//! Owns what is asked of a place that keeps bytes by their hash. Bytes never change: whoever puts the same
//! hash again puts the same bytes.
//!
//! Elsewhere: the places (`folder`, `objects`).

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::Path;

use axum::body::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use qilian_domain::ids::At;
use qilian_domain::media::ContentHash;

/// A place that keeps bytes by their hash.
pub trait Blobs: Send + Sync {
    /// Keeps the bytes of a file that is known to have this hash. They are durable when it returns; the
    /// file itself is left alone. One copy is kept however often it is asked.
    fn put<'a>(
        &'a self,
        sha256: ContentHash,
        file: &'a Path,
    ) -> BoxFuture<'a, Result<(), BlobFault>>;

    /// The bytes of a hash, or a part of them; `None` if they are not there. The range lies in the file.
    fn read(
        &self,
        sha256: ContentHash,
        range: Option<Range<u64>>,
    ) -> BoxFuture<'_, Result<Option<Content>, BlobFault>>;

    /// Forgets the bytes of a hash, if they are there.
    fn remove(&self, sha256: ContentHash) -> BoxFuture<'_, Result<(), BlobFault>>;

    /// All that is kept, in no order.
    fn list(&self) -> BoxStream<'_, Result<Listed, BlobFault>>;
}

/// Bytes being read.
pub struct Content {
    /// How many bytes are to come.
    pub len: u64,
    /// The bytes.
    pub bytes: BoxStream<'static, Result<Bytes, BlobFault>>,
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({} bytes)", self.len)
    }
}

/// Bytes that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// Their hash.
    pub sha256: ContentHash,
    /// How many.
    pub size: u64,
    /// When they were last put.
    pub modified: At,
}

/// What goes wrong with a place of bytes. What was stored before is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BlobFault {
    /// No space is left.
    #[error("no space is left: {0}")]
    Full(String),
    /// It can't be reached, read or written now.
    #[error("{0}")]
    Failed(String),
}

impl From<io::Error> for BlobFault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::Full(error.to_string())
            }
            _ => Self::Failed(error.to_string()),
        }
    }
}
