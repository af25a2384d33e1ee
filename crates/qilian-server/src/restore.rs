//! Owns bringing a backup back: a new timeline, and what the journal knows beyond it. What was there is put
//! aside, never deleted.
//!
//! Laptops see the new timeline at their next sync, send again what the backup does not have, and pull
//! everything (`docs/protocol.md`). A database of which somebody else brought back an earlier state begins a
//! timeline in its place. Elsewhere: making a backup (`SqliteStorage::back_up`).

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use qilian_domain::ids::{At, DistrictId, Epoch};
use qilian_domain::media::ContentHash;
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{District, StoredFile};

use crate::files::{BlobFault, reconcile};
use crate::journal::{self, Entry, Journal};
use crate::storage::sqlite::{FILE, LOCK, SqliteStorage};
use crate::storage::{Storage, StorageError};

/// Where the backup becomes a database before it takes its place.
const ASIDE: &str = "restoring";

/// What came back.
#[derive(Debug)]
pub struct Restored {
    /// Whose it is.
    pub district: District,
    /// Laptops that only the journal knew.
    pub enlisted: u32,
    /// Lines of the journal that could not be read.
    pub unreadable: u32,
    /// Files that only the journal knew to be stored.
    pub files_found: u32,
    /// Files that were stored and whose bytes are not there.
    pub files_missing: u32,
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
    let begun = begin_aside(&aside, &told.entries, epoch, at, there)?;
    // Before the swap: from then on nothing that laptops may ask for again is removed.
    let district = begun.district.id.clone();
    Journal::open(data)
        .and_then(|journal| journal.append(&Entry::Restored { district, at }))
        .map_err(failed(data))?;

    sync(&copy).map_err(failed(&copy))?;
    let before = put_aside(data, at).map_err(failed(data))?;
    fs::rename(&copy, data.join(FILE)).map_err(failed(data))?;
    sync(data).map_err(failed(data))?;
    fs::remove_dir_all(&aside).map_err(failed(&aside))?;
    Ok(Restored {
        unreadable: told.unreadable,
        before,
        ..begun
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
    entries: &[Entry],
    epoch: Epoch,
    at: At,
    there: There<'_>,
) -> Result<Restored, RestoreFault> {
    let storage = SqliteStorage::open(aside)?;
    let found = storage.districts()?.into_iter().next();
    let district = found.ok_or(StorageError::DistrictMissing)?;
    let enlisted = begin(&storage, &district.id, entries, epoch, at)?;
    let stored: Vec<&StoredFile> = (entries.iter())
        .filter_map(|entry| match entry {
            Entry::Stored {
                district: of, file, ..
            } if *of == district.id => Some(file),
            _ => None,
        })
        .collect();
    let there = there(&district.id)?;
    let files = files(&storage, &district.id, &stored, &there, at)?;
    storage.into_one_file()?;
    Ok(Restored {
        district,
        enlisted,
        unreadable: 0,
        files_found: files.0,
        files_missing: files.1,
        before: None,
    })
}

/// Says what is stored again: what the journal knows beyond the backup and whose bytes are there is; what the
/// backup says and whose bytes are not there is not. Says how many of both.
fn files(
    storage: &SqliteStorage,
    district: &DistrictId,
    stored: &[&StoredFile],
    there: &BTreeMap<ContentHash, u64>,
    at: At,
) -> Result<(u32, u32), StorageError> {
    let (mut found, mut missing) = (0, 0);
    storage.change(district, &[Kind::StoredFile], at, &mut |loaded| {
        let of_journal = stored.iter().filter(|file| {
            loaded.get::<StoredFile>(file.attachment).is_none()
                && there.get(&file.sha256) == Some(&file.size_bytes)
        });
        let found_again: BTreeMap<_, Row> = of_journal
            .map(|file| (file.attachment, Row::from((*file).clone())))
            .collect();
        let said = loaded.all::<StoredFile>().cloned();
        let differently = reconcile(said, there, None, at);
        found = count(found_again.len());
        missing = count(differently.iter().filter(|f| !f.is_stored()).count());
        found_again
            .into_values()
            .chain(differently.into_iter().map(Row::from))
            .collect()
    })?;
    Ok((found, missing))
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

/// Begins a timeline in a district whose database is older than the journals say; tells how many laptops
/// only they knew. Cut short, it can be done again.
///
/// # Errors
/// What goes wrong in the database.
pub fn begin(
    storage: &dyn Storage,
    district: &DistrictId,
    entries: &[Entry],
    epoch: Epoch,
    at: At,
) -> Result<u32, StorageError> {
    let mut enlisted = 0;
    for entry in entries {
        if let Entry::Device {
            district: of,
            device,
        } = entry
            && of == district
        {
            enlisted += u32::from(storage.enlist(of, device)?);
        }
    }
    // Only now: a laptop may be in the journal of one server, and stopped in that of another.
    for entry in entries {
        if let Entry::State {
            district: of,
            device,
            state,
            ..
        } = entry
            && of == district
        {
            storage.set_state(of, *device, *state)?;
        }
    }
    // Last: what laptops send from now on finds everybody there.
    storage.begin_epoch(district, epoch, at)?;
    Ok(enlisted)
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
