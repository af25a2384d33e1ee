//! Owns bytes on their way: one file for each device and hash, which only grows. How long it is, is how much
//! the server has; it is on the disk before anybody is told so.
//!
//! **Who writes.** A newer request for an upload takes over at once: the older one, whose connection may hang
//! half-open for minutes, stops, has what it took on the disk, and ends. Nobody ever waits for a dead line.
//!
//! **Two processes.** Each takes a lane of its own in the data directory, so that no two write to one file.
//! An upload that goes on at another process begins there anew: the bytes are the same whoever has them,
//! and the hash is verified at the end. A process that starts again finds its lane, and what is in it.
//!
//! Elsewhere: who may send (`storage::files`), stored bytes (`blobs`).

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use axum::body::Bytes;
use futures_util::{Stream, StreamExt as _};
use qilian_domain::ids::{At, DeviceId};
use qilian_domain::media::ContentHash;
use sha2::{Digest as _, Sha256};
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, mpsc, watch};

use super::folder::sync_folder;

/// The folder's name in the data directory.
const FOLDER: &str = "uploads";
/// Server processes that may share a data directory.
const LANES: u32 = 64;
/// Chunks that wait for the disk; the laptop waits when there are more.
const WAITING: usize = 4;
/// Written at a time.
const WRITE_BYTES: usize = 256 * 1024;

/// Pieces that are taken at the same time, each with about a megabyte in memory; others wait a little. Rows
/// never wait for them.
const AT_ONCE: usize = 64;
/// A piece waits this long for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whose upload of what.
type Key = (DeviceId, ContentHash);

/// The uploads of one server process.
pub struct Uploads {
    folder: PathBuf,
    slots: Mutex<HashMap<Key, Weak<Slot>>>,
    room: Arc<Semaphore>,
    /// Held, so that no other process takes this lane.
    _lane: File,
}

/// One upload.
struct Slot {
    /// The number of the newest request for it.
    newest: watch::Sender<u64>,
    /// Whoever holds it may touch the file.
    file: Arc<tokio::sync::Mutex<()>>,
}

/// The right to touch the file of an upload, until a newer request wants it.
pub struct Turn {
    path: PathBuf,
    newest: watch::Receiver<u64>,
    mine: u64,
    _slot: Arc<Slot>,
    _alone: OwnedMutexGuard<()>,
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

impl Uploads {
    /// Takes a lane in a data directory.
    ///
    /// # Errors
    /// If none can be made.
    pub fn open(data: &Path) -> io::Result<Self> {
        for n in 0..LANES {
            let folder = data.join(FOLDER).join(n.to_string());
            fs::create_dir_all(&folder)?;
            let lane = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(folder.join("lock"))?;
            match lane.try_lock() {
                Ok(()) => {
                    return Ok(Self {
                        folder,
                        slots: Mutex::default(),
                        room: Arc::new(Semaphore::new(AT_ONCE)),
                        _lane: lane,
                    });
                }
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        let message = format!("{LANES} servers share the data directory");
        Err(io::Error::new(io::ErrorKind::ResourceBusy, message))
    }

    /// Takes an upload over from whoever is at it. `None` if a newer request came meanwhile.
    pub async fn take(&self, device: DeviceId, sha256: ContentHash) -> Option<Turn> {
        let slot = self.slot((device, sha256));
        let mut mine = 0;
        slot.newest.send_modify(|newest| {
            *newest += 1;
            mine = *newest;
        });
        let mut newest = slot.newest.subscribe();
        let alone = tokio::select! {
            biased;
            _ = newest.wait_for(|newest| *newest > mine) => return None,
            alone = Arc::clone(&slot.file).lock_owned() => alone,
        };
        Some(Turn {
            path: self.folder.join(format!("{device}-{sha256}")),
            newest,
            mine,
            _slot: slot,
            _alone: alone,
        })
    }

    /// Waits until one more piece may be taken. `None` if too many are under way.
    pub async fn room(&self) -> Option<OwnedSemaphorePermit> {
        let room = Arc::clone(&self.room).acquire_owned();
        tokio::time::timeout(PATIENCE, room).await.ok()?.ok()
    }

    fn slot(&self, key: Key) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|_, slot| slot.strong_count() > 0);
        if let Some(slot) = slots.get(&key).and_then(Weak::upgrade) {
            return slot;
        }
        let slot = Arc::new(Slot {
            newest: watch::Sender::new(0),
            file: Arc::default(),
        });
        slots.insert(key, Arc::downgrade(&slot));
        slot
    }

    /// Throws away what nobody has added to since a moment.
    ///
    /// # Errors
    /// If the folder can't be read or a file not removed.
    pub async fn forget_since(&self, moment: At) -> io::Result<u32> {
        let mut forgotten = 0;
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            // A UUID of 36 characters, a hyphen, a hash.
            let key = name.and_then(|name| {
                let device = name.get(..36)?.parse().ok()?;
                Some((device, name.get(37..)?.parse().ok()?))
            });
            let modified = At::new(chrono::DateTime::<chrono::Utc>::from(
                fs::metadata(&path)?.modified()?,
            ));
            if let Some((device, sha256)) = key
                && modified < moment
                && let Some(turn) = self.take(device, sha256).await
            {
                turn.forget().await?;
                forgotten += 1;
            }
        }
        Ok(forgotten)
    }
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
