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
//! Elsewhere: reading and writing the file (`turn`), who may send (`storage::files`), stored bytes (`blobs`).

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use qilian_domain::ids::{At, DeviceId};
use qilian_domain::media::ContentHash;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::turn::Turn;

/// The folder's name in the data directory.
const FOLDER: &str = "uploads";
/// Server processes that may share a data directory.
const LANES: u32 = 64;

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
pub(super) struct Slot {
    /// The number of the newest request for it.
    newest: watch::Sender<u64>,
    /// Whoever holds it may touch the file.
    file: Arc<tokio::sync::Mutex<()>>,
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
            _held: (slot, alone),
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
