//! Owns what was written to watched folders since each file was last synced, and when their power goes.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

static DISKS: LazyLock<Mutex<HashMap<PathBuf, Disk>>> = LazyLock::new(Mutex::default);

/// A watched folder.
#[derive(Debug, Default)]
struct Disk {
    /// By the file's name, what was done to it since it was last synced, in that order.
    unsynced: HashMap<String, Vec<Change>>,
    /// Writes until the power goes; none is left once it has gone.
    left: Option<u32>,
}

/// What was done to a file, and what undoes it.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) what: What,
    /// The bytes that were there, from where the change begins on.
    pub(crate) before: Vec<u8>,
    /// The length that the file had.
    pub(crate) length: u64,
}

/// What was done to a file.
#[derive(Debug)]
pub(crate) enum What {
    /// Bytes were written there.
    Write { at: u64, bytes: Vec<u8> },
    /// It was cut to this length.
    Truncate { to: u64 },
}

/// What becomes of a write or a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nobody watches.
    Unwatched,
    /// It is done, and to be told.
    Done,
    /// The power goes in the midst of it.
    Half,
    /// There is no power.
    Refused,
}

fn disks() -> MutexGuard<'static, HashMap<PathBuf, Disk>> {
    DISKS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Watches a folder from now on; what is in it is on the disk.
///
/// # Errors
/// If there is no such folder.
pub fn watch(folder: &Path) -> io::Result<()> {
    disks().insert(folder.canonicalize()?, Disk::default());
    Ok(())
}

/// Watches a folder no more. Files that are still open go on as if nobody ever had.
pub fn forget(folder: &Path) {
    if let Ok(folder) = folder.canonicalize() {
        disks().remove(&folder);
    }
}

/// Lets the power of a watched folder go in the midst of the write after `writes` others, or never.
pub fn cut_after(folder: &Path, writes: Option<u32>) {
    if let Ok(folder) = folder.canonicalize()
        && let Some(disk) = disks().get_mut(&folder)
    {
        disk.left = writes;
    }
}

/// Whether the power of a watched folder has gone.
pub fn is_cut(folder: &Path) -> bool {
    let folder = folder.canonicalize();
    folder.is_ok_and(|folder| {
        disks()
            .get(&folder)
            .is_some_and(|disk| disk.left == Some(0))
    })
}

/// Copies to another folder what the disk of a watched one holds without power: all that was synced, and of the rest
/// what `kept` says, asked once for each write. Files that are not a database's are copied as they are, shared memory
/// is not.
///
/// # Errors
/// If a file can't be read or written.
pub fn survivors(folder: &Path, to: &Path, kept: &mut dyn FnMut() -> bool) -> io::Result<()> {
    let watched = folder.canonicalize()?;
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let disks = disks();
    let disk = disks.get(&watched);
    for entry in entries {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            copy_folder(&from, &to)?;
        } else if !name.ends_with("-shm") {
            fs::copy(&from, &to)?;
            let changes = disk.and_then(|disk| disk.unsynced.get(&name));
            if let Some(changes) = changes {
                lose(&to, changes, kept)?;
            }
        }
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

/// Undoes everything that was not synced, and does again what is kept of it.
fn lose(path: &Path, changes: &[Change], kept: &mut dyn FnMut() -> bool) -> io::Result<()> {
    let mut file = File::options().read(true).write(true).open(path)?;
    for change in changes.iter().rev() {
        let at = match &change.what {
            What::Write { at, .. } => *at,
            What::Truncate { to } => *to,
        };
        file.seek(SeekFrom::Start(at))?;
        file.write_all(&change.before)?;
        file.set_len(change.length)?;
    }
    for change in changes.iter().filter(|_| kept()) {
        match &change.what {
            What::Write { at, bytes } => {
                file.seek(SeekFrom::Start(*at))?;
                file.write_all(bytes)?;
            }
            What::Truncate { to } => file.set_len(*to)?,
        }
    }
    file.sync_all()
}

fn of(path: &Path) -> Option<(PathBuf, String)> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    Some((path.parent()?.to_owned(), name))
}

/// What becomes of the next write to a file.
pub(crate) fn fate(path: &Path) -> Fate {
    let Some((folder, _)) = of(path) else {
        return Fate::Unwatched;
    };
    let mut disks = disks();
    let Some(disk) = disks.get_mut(&folder) else {
        return Fate::Unwatched;
    };
    match &mut disk.left {
        None => Fate::Done,
        Some(0) => Fate::Refused,
        Some(left) => {
            *left -= 1;
            if *left == 0 { Fate::Half } else { Fate::Done }
        }
    }
}

/// Notes what was done to a watched file.
pub(crate) fn changed(path: &Path, change: Change) {
    if let Some((folder, name)) = of(path)
        && let Some(disk) = disks().get_mut(&folder)
    {
        disk.unsynced.entry(name).or_default().push(change);
    }
}

/// A file is to be synced.
pub(crate) fn synced(path: &Path) -> Fate {
    let Some((folder, name)) = of(path) else {
        return Fate::Unwatched;
    };
    let mut disks = disks();
    let Some(disk) = disks.get_mut(&folder) else {
        return Fate::Unwatched;
    };
    if disk.left == Some(0) {
        return Fate::Refused;
    }
    disk.unsynced.remove(&name);
    Fate::Done
}
