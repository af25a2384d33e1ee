//! Owns bringing a backup back, on a new timeline. What was there is put aside, never deleted.
//!
//! Laptops see the new timeline at their next sync, send again what the backup does not have, and pull
//! everything (`docs/protocol.md`). Elsewhere: making a backup (`SqliteStorage::back_up`), what the journal knows
//! beyond it (`replay`), a database of which somebody else brought back an earlier state (`cli::epoch`).

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::slice;

use qilian_domain::ids::{At, DistrictId, Epoch};
use qilian_domain::media::ContentHash;
use qilian_domain::rows::District;

use crate::files::BlobFault;
use crate::journal::{self, Entry, Journal, Told};
use crate::replay::{self, Listed, Replayed};
use crate::storage::sqlite::{FILE, LOCK, SqliteStorage};
use crate::storage::{Storage, StorageError};

/// Where the backup becomes a database before it takes its place.
const ASIDE: &str = "restoring";

/// What came back.
#[derive(Debug)]
pub struct Restored {
    /// Whose it is.
    pub district: District,
    /// What only the journal knew.
    pub replayed: Replayed,
    /// Lines of the journal that could not be read.
    pub unreadable: u32,
    /// Where the database from before is now, if there was one.
    pub before: Option<PathBuf>,
}

/// Why nothing came back. What was there is as it was.
#[derive(Debug, thiserror::Error)]
pub enum RestoreFault {
    /// A program uses the data directory.
    #[error("the data directory is in use")]
    InUse,
    /// A file can't be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, #[source] io::Error),
    /// The backup is no database of ours.
    #[error(transparent)]
    Backup(#[from] StorageError),
    /// The bytes of files can't be read.
    #[error(transparent)]
    Blobs(#[from] BlobFault),
}

/// What there is of the bytes of a district's files.
pub type There<'a> =
    &'a mut dyn FnMut(&DistrictId) -> Result<BTreeMap<ContentHash, u64>, BlobFault>;

/// Puts a backup in the place of a data directory's database.
///
/// # Errors
/// [`RestoreFault`].
pub fn restore(
    data: &Path,
    backup: &Path,
    epoch: Epoch,
    at: At,
    there: There<'_>,
) -> Result<Restored, RestoreFault> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| RestoreFault::File(path, error)
    };
    fs::create_dir_all(data).map_err(failed(data))?;
    let _alone = alone(data)?;
    let aside = data.join(ASIDE);
    // What a restore that was cut short left.
    match fs::remove_dir_all(&aside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(RestoreFault::File(aside, error));
        }
        _ => {}
    }
    fs::create_dir(&aside).map_err(failed(&aside))?;
    let copy = aside.join(FILE);
    fs::copy(backup, &copy).map_err(failed(backup))?;
    let told = journal::read_all(data).map_err(failed(data))?;
    let (district, replayed) = begin_aside(&aside, &told, epoch, at, there)?;
    // Before the swap: from then on nothing that laptops may ask for again is removed.
    let restored = Entry::Restored {
        district: district.id.clone(),
        at,
    };
    Journal::open(data)
        .and_then(|journal| journal.append(&restored))
        .map_err(failed(data))?;

    sync(&copy).map_err(failed(&copy))?;
    let before = put_aside(data, at).map_err(failed(data))?;
    fs::rename(&copy, data.join(FILE)).map_err(failed(data))?;
    sync(data).map_err(failed(data))?;
    fs::remove_dir_all(&aside).map_err(failed(&aside))?;
    Ok(Restored {
        district,
        replayed,
        unreadable: told.unreadable,
        before,
    })
}

/// Keeps every other program out, for as long as the file is open.
fn alone(data: &Path) -> Result<File, RestoreFault> {
    let path = data.join(LOCK);
    let failed = |error| RestoreFault::File(path.clone(), error);
    let lock = File::create(&path).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(RestoreFault::InUse),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Makes the backup the beginning of a timeline.
fn begin_aside(
    aside: &Path,
    told: &Told,
    epoch: Epoch,
    at: At,
    there: There<'_>,
) -> Result<(District, Replayed), RestoreFault> {
    let storage = SqliteStorage::open(aside)?;
    let found = storage.districts()?.into_iter().next();
    let district = found.ok_or(StorageError::DistrictMissing)?;
    let there = there(&district.id)?;
    let listed = Listed {
        there: &there,
        at: None,
    };
    let journals = slice::from_ref(told);
    let replayed = replay::begin(&storage, &district.id, journals, listed, epoch, at)?;
    storage.into_one_file()?;
    Ok((district, replayed))
}

/// Moves the database that is there, with its log, out of the way. Cut short, it goes on at the next try:
/// a log without its database would spoil the one that comes.
fn put_aside(data: &Path, at: At) -> io::Result<Option<PathBuf>> {
    let name = free_name(data, at);
    let mut moved = None;
    for end in ["", "-wal", "-shm"] {
        let from = data.join(format!("{FILE}{end}"));
        if from.exists() {
            fs::rename(from, data.join(format!("{name}{end}")))?;
            moved = Some(data.join(&name));
        }
    }
    Ok(moved)
}

/// A name that nothing in the directory has: two restores of one moment keep both.
fn free_name(data: &Path, at: At) -> String {
    let mut ms = at.unix_ms();
    loop {
        let name = format!("{FILE}.before-{ms}");
        if !data.join(&name).exists() {
            return name;
        }
        ms += 1;
    }
}

/// Has a file, or the names in a directory, on the disk.
fn sync(path: &Path) -> io::Result<()> {
    // Windows opens no directory as a file; there the names are durable with the rename.
    if cfg!(windows) && path.is_dir() {
        return Ok(());
    }
    File::open(path)?.sync_all()
}
