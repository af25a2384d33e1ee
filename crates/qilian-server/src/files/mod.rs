//! Owns the bytes of files on the server: those that are stored, by hash ([`Blobs`]), and those that are on
//! their way ([`Uploads`]).
//!
//! Elsewhere: who may send and read them (`storage::files`), HTTP (`routes::files`).

mod blobs;
mod collect;
mod copy;
mod folder;
mod objects;
mod turn;
mod uploads;

use std::io;
use std::path::Path;
use std::sync::Arc;

use qilian_domain::ids::At;

use crate::journal::{self, Entry};

pub use blobs::{BlobFault, Blobs, Content, Listed};
pub use collect::{CollectFault, Collected, all, collect, reconcile};
pub use copy::{Copied, copy_missing};
pub use folder::Folder;
pub(crate) use folder::sync_folder;
pub use objects::{Objects, ObjectsAddress, ObjectsFault};
pub use turn::{Appended, Turn};
pub use uploads::Uploads;

/// For this long after a backup was brought back nothing that is stored is removed: laptops send again what
/// the backup lacks (`sync.md` A.0 8).
const RECOVERY_MS: i64 = 7 * 24 * 3600 * 1000;

/// The bytes of a district's files.
pub struct Files {
    pub(crate) blobs: Arc<dyn Blobs>,
    pub(crate) uploads: Uploads,
    /// No stored file is removed before: laptops have yet to say again what they need.
    resting_until: Option<At>,
}

impl Files {
    /// Keeps what is on its way in a data directory, and what is stored where `blobs` says.
    ///
    /// # Errors
    /// If the directory can't be written.
    pub fn open(data: &Path, blobs: Arc<dyn Blobs>) -> io::Result<Self> {
        let resting_until = restored(data)?.map(|at| at.plus_ms(RECOVERY_MS));
        Ok(Self {
            blobs,
            uploads: Uploads::open(data)?,
            resting_until,
        })
    }
}

/// When a backup was last brought back.
fn restored(data: &Path) -> io::Result<Option<At>> {
    let told = journal::read(data)?.entries.into_iter().rev();
    let mut times = told.filter_map(|entry| match entry {
        Entry::Restored { at, .. } => Some(at),
        _ => None,
    });
    Ok(times.next())
}
