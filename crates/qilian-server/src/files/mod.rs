//! Owns the bytes of files on the server: those that are stored, by hash ([`Blobs`]), and those that are on
//! their way ([`Uploads`]).
//!
//! Elsewhere: who may send and read them (`storage::files`), HTTP (`routes::files`).

mod blobs;
mod collect;
mod copy;
mod folder;
mod objects;
mod uploads;

use std::io;
use std::path::Path;
use std::sync::Arc;

pub use blobs::{BlobFault, Blobs, Content, Listed};
pub use collect::{CollectFault, Collected, all, collect, reconcile};
pub use copy::{Copied, copy_missing};
pub use folder::Folder;
pub use objects::{Objects, ObjectsAddress, ObjectsFault};
pub use uploads::{Appended, Turn, Uploads};

/// The bytes of a district's files.
pub struct Files {
    pub(crate) blobs: Arc<dyn Blobs>,
    pub(crate) uploads: Uploads,
}

impl Files {
    /// Keeps what is on its way in a data directory, and what is stored where `blobs` says.
    ///
    /// # Errors
    /// If the directory can't be written.
    pub fn open(data: &Path, blobs: Arc<dyn Blobs>) -> io::Result<Self> {
        Ok(Self {
            blobs,
            uploads: Uploads::open(data)?,
        })
    }
}
