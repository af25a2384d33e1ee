//! Owns copying stored files from one place to another: into a backup, and back.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use futures_util::TryStreamExt as _;
use qilian_domain::media::ContentHash;
use sha2::{Digest as _, Sha256};

use super::blobs::{BlobFault, Blobs};
use super::collect::all;

/// What was copied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Copied {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files whose bytes are not those of their name: they were not copied.
    pub damaged: u64,
}

/// Copies what `to` does not have. `aside` is a file beside the copies that holds one on its way.
///
/// # Errors
/// What goes wrong with either; what was copied before is whole.
pub async fn copy_missing(
    from: &dyn Blobs,
    to: &dyn Blobs,
    aside: &Path,
) -> Result<Copied, BlobFault> {
    let there = all(to).await?;
    let mut copied = Copied::default();
    for (sha256, size) in all(from).await? {
        if there.get(&sha256) == Some(&size) {
            continue;
        }
        match fetch(from, sha256, aside).await? {
            Some(hash) if hash == sha256 => {
                to.put(sha256, aside).await?;
                copied.files += 1;
                copied.bytes += size;
            }
            Some(_) => copied.damaged += 1,
            // Removed since it was listed.
            None => {}
        }
    }
    match std::fs::remove_file(aside) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e.into()),
        _ => Ok(copied),
    }
}

/// Writes the bytes of a hash into a file, and says the hash that they have.
async fn fetch(
    from: &dyn Blobs,
    sha256: ContentHash,
    into: &Path,
) -> Result<Option<ContentHash>, BlobFault> {
    let Some(mut content) = from.read(sha256, None).await? else {
        return Ok(None);
    };
    // A new file each time: the one before may live on under its own name.
    match std::fs::remove_file(into) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e.into()),
        _ => {}
    }
    let mut file = File::create_new(into)?;
    let mut hash = Sha256::new();
    while let Some(chunk) = content.bytes.try_next().await? {
        hash.update(&chunk);
        file.write_all(&chunk)?;
    }
    file.sync_all()?;
    Ok(Some(ContentHash::new(hash.finalize().into())))
}
