//! Owns the file of an upload while one request has it: how long it is, adding to it, its hash.
//!
//! Elsewhere: whose turn it is (`uploads`).

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::Bytes;
use futures_util::{Stream, StreamExt as _};
use qilian_domain::media::ContentHash;
use sha2::{Digest as _, Sha256};
use tokio::sync::{OwnedMutexGuard, mpsc, watch};

use super::folder::sync_folder;
use super::uploads::Slot;

/// Chunks that wait for the disk; the laptop waits when there are more.
const WAITING: usize = 4;
/// Written at a time.
const WRITE_BYTES: usize = 256 * 1024;

/// The right to touch the file of an upload, until a newer request wants it.
pub struct Turn {
    pub(super) path: PathBuf,
    pub(super) newest: watch::Receiver<u64>,
    pub(super) mine: u64,
    pub(super) _held: (Arc<Slot>, OwnedMutexGuard<()>),
}

/// How appending ended.
#[derive(Debug)]
pub enum Appended {
    /// All came.
    Whole,
    /// The connection broke; what came is kept.
    Cut,
    /// A newer request took over; what came is kept.
    Superseded,
    /// More came than was announced; what fits is kept.
    TooLong,
}

impl Turn {
    /// Where the bytes are.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many bytes there are, all of them on the disk.
    ///
    /// # Errors
    /// If the file can't be read.
    pub async fn offset(&self) -> io::Result<u64> {
        let path = self.path.clone();
        blocking(move || match File::open(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(e) => Err(e),
            Ok(file) => {
                file.sync_data()?;
                Ok(file.metadata()?.len())
            }
        })
        .await
    }

    /// Adds what comes, at most `room` bytes, until it ends, breaks, or a newer request takes over. Gives
    /// the turn back with what was added on the disk.
    ///
    /// Writing goes on by itself if the caller is dropped: the file is let go only when all that was taken
    /// is written.
    pub async fn append<E>(
        self,
        body: impl Stream<Item = Result<Bytes, E>>,
        room: u64,
    ) -> (Option<Self>, io::Result<Appended>) {
        let (chunks, taken) = mpsc::channel(WAITING);
        let mut newest = self.newest.clone();
        let mine = self.mine;
        let path = self.path.clone();
        let written = tokio::spawn(async move {
            let done = write(path, taken).await;
            (self, done)
        });
        let mut room = room;
        let mut body = std::pin::pin!(body);
        let ended = loop {
            let chunk = tokio::select! {
                biased;
                _ = newest.wait_for(|newest| *newest > mine) => break Appended::Superseded,
                chunk = body.next() => chunk,
            };
            match chunk {
                None => break Appended::Whole,
                Some(Err(_)) => break Appended::Cut,
                Some(Ok(mut chunk)) => {
                    let fits = usize::try_from(room).unwrap_or(usize::MAX).min(chunk.len());
                    let too_long = fits < chunk.len();
                    chunk.truncate(fits);
                    room -= fits as u64;
                    // A disk that fails is told by what the writer returns.
                    if chunks.send(chunk).await.is_err() {
                        break Appended::Cut;
                    }
                    if too_long {
                        break Appended::TooLong;
                    }
                }
            }
        };
        drop(chunks);
        match written.await {
            Ok((turn, Ok(()))) => (Some(turn), Ok(ended)),
            Ok((turn, Err(error))) => (Some(turn), Err(error)),
            Err(error) => (None, Err(io::Error::other(error))),
        }
    }

    /// Whether the bytes have this hash.
    ///
    /// # Errors
    /// If the file can't be read.
    pub async fn has_hash(&self, sha256: ContentHash) -> io::Result<bool> {
        let path = self.path.clone();
        blocking(move || {
            let mut file = File::open(path)?;
            let mut hash = Sha256::new();
            let mut chunk = vec![0; WRITE_BYTES];
            loop {
                let read = file.read(&mut chunk)?;
                let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else {
                    return Ok(ContentHash::new(hash.finalize().into()) == sha256);
                };
                hash.update(bytes);
            }
        })
        .await
    }

    /// Throws the bytes away. The file is never cut: a stored file may be the same one under another name.
    ///
    /// # Errors
    /// If it can't be removed.
    pub async fn forget(self) -> io::Result<()> {
        let path = self.path.clone();
        let done = blocking(move || match fs::remove_file(path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        });
        done.await
    }
}

/// Writes what comes to the end of a file, and has it on the disk.
async fn write(path: PathBuf, mut taken: mpsc::Receiver<Bytes>) -> io::Result<()> {
    let mut file = blocking(move || {
        let is_new = !path.exists();
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        if is_new && let Some(folder) = path.parent() {
            sync_folder(folder)?;
        }
        Ok(file)
    })
    .await?;
    let mut failed = None;
    while let Some(first) = taken.recv().await {
        let mut chunks = vec![first];
        let mut bytes = chunks.iter().map(Bytes::len).sum::<usize>();
        while bytes < WRITE_BYTES
            && let Ok(more) = taken.try_recv()
        {
            bytes += more.len();
            chunks.push(more);
        }
        let wrote;
        (file, wrote) = blocking(move || {
            let wrote = chunks.iter().try_for_each(|chunk| file.write_all(chunk));
            Ok((file, wrote))
        })
        .await?;
        if let Err(error) = wrote {
            failed = Some(error);
            break;
        }
    }
    // Also after a failure: what was written before it counts.
    let synced = blocking(move || file.sync_data()).await;
    failed.map_or(synced, Err)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(io::Error::other(error)))
}
