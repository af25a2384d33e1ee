//! Owns removing bytes that nobody needs, and comparing what the database says with what is there.
//!
//! Elsewhere: what is needed (`storage::files`), how long nothing is removed after a restore (`restore`).

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::TryStreamExt as _;
use qilian_domain::ids::{At, DistrictId};
use qilian_domain::media::ContentHash;
use qilian_domain::rows::{Held, StoredFile};

use super::Files;
use super::blobs::{BlobFault, Blobs};
use crate::storage::files::UNUSED_KEPT_MS;
use crate::storage::{Storage, StorageError};

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Collected {
    /// Stored files that nobody needed.
    pub blobs: u32,
    /// Uploads that nobody went on with.
    pub uploads: u32,
}

/// Why not all that nobody needs was removed; the rest is found the next time.
#[derive(Debug, thiserror::Error)]
pub enum CollectFault {
    /// The place of the bytes.
    #[error(transparent)]
    Blobs(#[from] BlobFault),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The uploads.
    #[error(transparent)]
    Uploads(#[from] std::io::Error),
    /// The process ends.
    #[error("a task panicked or was ended")]
    Ended,
}

/// Removes what nobody has needed for 30 days.
///
/// # Errors
/// [`CollectFault`].
pub async fn collect(
    storage: &Arc<dyn Storage>,
    district: &DistrictId,
    files: &Files,
    now: At,
) -> Result<Collected, CollectFault> {
    let before = now.plus_ms(-UNUSED_KEPT_MS);
    let mut collected = Collected {
        uploads: files.uploads.forget_since(before).await?,
        ..Collected::default()
    };
    if files.resting_until.is_some_and(|until| now < until) {
        return Ok(collected);
    }
    let mut listed = files.blobs.list();
    while let Some(blob) = listed.try_next().await? {
        if blob.modified >= before {
            continue;
        }
        let sha256 = blob.sha256;
        let nobody_needs_it = blocking(storage, district, move |storage, district| {
            storage.begin_collecting(district, sha256, now)
        });
        if !nobody_needs_it.await? {
            continue;
        }
        files.blobs.remove(sha256).await?;
        blocking(storage, district, move |storage, district| {
            storage.end_collecting(district, sha256)
        })
        .await?;
        collected.blobs += 1;
    }
    Ok(collected)
}

async fn blocking<T: Send + 'static>(
    storage: &Arc<dyn Storage>,
    district: &DistrictId,
    work: impl FnOnce(&dyn Storage, &DistrictId) -> Result<T, StorageError> + Send + 'static,
) -> Result<T, CollectFault> {
    let (storage, district) = (Arc::clone(storage), district.clone());
    let done = tokio::task::spawn_blocking(move || work(storage.as_ref(), &district));
    Ok(done.await.map_err(|_| CollectFault::Ended)??)
}

/// All that a place keeps, by hash.
///
/// # Errors
/// If it can't be listed.
pub async fn all(blobs: &dyn Blobs) -> Result<BTreeMap<ContentHash, u64>, BlobFault> {
    let listed = blobs.list().map_ok(|blob| (blob.sha256, blob.size));
    listed.try_collect().await
}

/// What the database has to say differently, given all that there is: files that are not there are missing,
/// missing ones that are there again are stored. What was stored after `listed` is left alone; without it,
/// nobody can have stored anything.
pub fn reconcile(
    said: impl Iterator<Item = StoredFile>,
    there: &BTreeMap<ContentHash, u64>,
    listed: Option<At>,
    now: At,
) -> Vec<StoredFile> {
    let differently = |file: StoredFile| {
        let is_there = there.get(&file.sha256) == Some(&file.size_bytes);
        let held = match file.held {
            Held::Stored(at) if !is_there && listed.is_none_or(|listed| at < listed) => {
                Held::Missing(now)
            }
            Held::Missing(_) if is_there => Held::Stored(now),
            _ => return None,
        };
        Some(StoredFile { held, ..file })
    };
    said.filter_map(differently).collect()
}
