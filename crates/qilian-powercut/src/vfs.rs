//! Owns SQLite's file system as this crate offers it: the system's own, with writes, truncations and syncs told to
//! `disk` on their way.

use std::ffi::{CStr, c_int, c_void};
use std::path::{Path, PathBuf};
use std::ptr;
use std::slice;
use std::sync::Once;

use rusqlite::ffi::{
    SQLITE_IOERR_FSYNC, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_WRITE, SQLITE_NOMEM, SQLITE_OK,
    sqlite3_file, sqlite3_filename, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs,
    sqlite3_vfs_find, sqlite3_vfs_register,
};

use crate::disk::{self, Change, Fate, What};

const NAME: &CStr = c"powercut";

/// An open file: SQLite sees the first field, the system's own file lies behind the last.
#[repr(C)]
struct Told {
    seen: sqlite3_file,
    /// Owned; null for a temporary file without a name.
    path: *mut PathBuf,
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 3,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: Some(fetch),
    xUnfetch: Some(unfetch),
};

/// Puts the disk under every database that this process opens from now on.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: SQLite initialises itself; a null name asks for the default, which is never freed.
        let system = unsafe { sqlite3_vfs_find(ptr::null()) };
        assert!(!system.is_null(), "SQLite has no file system");
        // SAFETY: just found, and the process's for ever.
        let system_vfs = unsafe { *system };
        let ours = Box::leak(Box::new(sqlite3_vfs {
            szOsFile: system_vfs.szOsFile + file_bytes(),
            zName: NAME.as_ptr(),
            pNext: ptr::null_mut(),
            pAppData: system.cast(),
            xOpen: Some(open),
            ..system_vfs
        }));
        // SAFETY: it lives as long as the process, as SQLite demands.
        let registered = unsafe { sqlite3_vfs_register(ours, 1) };
        assert_eq!(registered, SQLITE_OK, "SQLite takes no other file system");
    });
}

fn file_bytes() -> c_int {
    c_int::try_from(size_of::<Told>()).unwrap_or(c_int::MAX)
}

/// The file system under ours.
fn system(ours: *mut sqlite3_vfs) -> *mut sqlite3_vfs {
    // SAFETY: SQLite hands us what we registered, with the system's as its data.
    unsafe { (*ours).pAppData.cast() }
}

/// The system's own file behind one of ours.
fn real(file: *mut sqlite3_file) -> *mut sqlite3_file {
    // SAFETY: SQLite set aside our `szOsFile`, which has room for the system's file behind our own.
    unsafe { file.cast::<Told>().add(1).cast() }
}

fn path<'a>(file: *mut sqlite3_file) -> Option<&'a Path> {
    // SAFETY: `open` made it, `close` is the last that is called on a file.
    unsafe { (*file.cast::<Told>()).path.as_ref().map(PathBuf::as_path) }
}

/// Calls a method of the system's own file.
macro_rules! through {
    ($file:expr, $method:ident $(, $argument:expr)*) => {{
        let real = real($file);
        // SAFETY: the system opened it, and its methods are there until it is closed.
        unsafe { (*(*real).pMethods).$method.map_or(SQLITE_OK, |method| method(real $(, $argument)*)) }
    }};
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    name: sqlite3_filename,
    file: *mut sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    let system = system(vfs);
    // SAFETY: SQLite gives a file's room, and a name that ends in a zero or none.
    let (opened, path) = unsafe {
        (*file).pMethods = ptr::null();
        let Some(open) = (*system).xOpen else {
            return SQLITE_NOMEM;
        };
        let opened = open(system, name, real(file), flags, out);
        (opened, (!name.is_null()).then(|| CStr::from_ptr(name)))
    };
    if opened != SQLITE_OK {
        return opened;
    }
    let path = path.and_then(|name| name.to_str().ok().map(PathBuf::from));
    let told = Told {
        seen: sqlite3_file {
            pMethods: &raw const METHODS,
        },
        path: path.map_or(ptr::null_mut(), |path| Box::into_raw(Box::new(path))),
    };
    // SAFETY: the room is ours, and large enough.
    unsafe { file.cast::<Told>().write(told) };
    SQLITE_OK
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    let closed = through!(file, xClose);
    // SAFETY: nothing is called on a file after this.
    unsafe {
        let path = (*file.cast::<Told>()).path;
        if !path.is_null() {
            drop(Box::from_raw(path));
        }
        (*file).pMethods = ptr::null();
    }
    closed
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    bytes: *const c_void,
    count: c_int,
    at: sqlite3_int64,
) -> c_int {
    let fate = path(file).map_or(Fate::Unwatched, disk::fate);
    let count = match fate {
        Fate::Unwatched | Fate::Done => count,
        Fate::Half => count / 2,
        Fate::Refused => return SQLITE_IOERR_WRITE,
    };
    if fate != Fate::Unwatched
        && let Some(path) = path(file)
    {
        // SAFETY: SQLite gives `count` bytes.
        let new = unsafe {
            slice::from_raw_parts(bytes.cast::<u8>(), usize::try_from(count).unwrap_or(0))
        };
        let what = What::Write {
            at: u64::try_from(at).unwrap_or(0),
            bytes: new.to_vec(),
        };
        match change(file, what, at, sqlite3_int64::from(count)) {
            Ok(change) => disk::changed(path, change),
            Err(failed) => return failed,
        }
    }
    let written = through!(file, xWrite, bytes, count, at);
    if fate == Fate::Half {
        SQLITE_IOERR_WRITE
    } else {
        written
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, to: sqlite3_int64) -> c_int {
    match path(file).map_or(Fate::Unwatched, disk::fate) {
        Fate::Unwatched => {}
        Fate::Half | Fate::Refused => return SQLITE_IOERR_TRUNCATE,
        Fate::Done => {
            if let Some(path) = path(file) {
                let what = What::Truncate {
                    to: u64::try_from(to).unwrap_or(0),
                };
                match change(file, what, to, sqlite3_int64::MAX) {
                    Ok(change) => disk::changed(path, change),
                    Err(failed) => return failed,
                }
            }
        }
    }
    through!(file, xTruncate, to)
}

/// What is about to be done to a file at a place, and the bytes that are there, so many at most.
fn change(
    file: *mut sqlite3_file,
    what: What,
    at: sqlite3_int64,
    most: sqlite3_int64,
) -> Result<Change, c_int> {
    let mut length: sqlite3_int64 = 0;
    done(through!(file, xFileSize, &raw mut length))?;
    let count = (length - at).clamp(0, most);
    let mut before = vec![0; usize::try_from(count).unwrap_or(0)];
    if !before.is_empty() {
        let count = c_int::try_from(count).unwrap_or(c_int::MAX);
        done(through!(file, xRead, before.as_mut_ptr().cast(), count, at))?;
    }
    Ok(Change {
        what,
        before,
        length: u64::try_from(length).unwrap_or(0),
    })
}

fn done(code: c_int) -> Result<(), c_int> {
    if code == SQLITE_OK { Ok(()) } else { Err(code) }
}

/// A watched file need not reach the disk of the machine that tests: its power goes here only.
unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    match path(file).map_or(Fate::Unwatched, disk::synced) {
        Fate::Unwatched => through!(file, xSync, flags),
        Fate::Done => SQLITE_OK,
        Fate::Half | Fate::Refused => SQLITE_IOERR_FSYNC,
    }
}

unsafe extern "C" fn read(
    file: *mut sqlite3_file,
    bytes: *mut c_void,
    count: c_int,
    at: sqlite3_int64,
) -> c_int {
    through!(file, xRead, bytes, count, at)
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, size: *mut sqlite3_int64) -> c_int {
    through!(file, xFileSize, size)
}

unsafe extern "C" fn lock(file: *mut sqlite3_file, level: c_int) -> c_int {
    through!(file, xLock, level)
}

unsafe extern "C" fn unlock(file: *mut sqlite3_file, level: c_int) -> c_int {
    through!(file, xUnlock, level)
}

unsafe extern "C" fn check_reserved_lock(file: *mut sqlite3_file, out: *mut c_int) -> c_int {
    through!(file, xCheckReservedLock, out)
}

unsafe extern "C" fn file_control(
    file: *mut sqlite3_file,
    op: c_int,
    argument: *mut c_void,
) -> c_int {
    through!(file, xFileControl, op, argument)
}

unsafe extern "C" fn sector_size(file: *mut sqlite3_file) -> c_int {
    through!(file, xSectorSize)
}

unsafe extern "C" fn device_characteristics(file: *mut sqlite3_file) -> c_int {
    through!(file, xDeviceCharacteristics)
}

unsafe extern "C" fn shm_map(
    file: *mut sqlite3_file,
    page: c_int,
    bytes: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    through!(file, xShmMap, page, bytes, extend, out)
}

unsafe extern "C" fn shm_lock(
    file: *mut sqlite3_file,
    at: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    through!(file, xShmLock, at, count, flags)
}

unsafe extern "C" fn shm_barrier(file: *mut sqlite3_file) {
    let real = real(file);
    // SAFETY: as in `through`.
    unsafe {
        if let Some(barrier) = (*(*real).pMethods).xShmBarrier {
            barrier(real);
        }
    }
}

unsafe extern "C" fn shm_unmap(file: *mut sqlite3_file, delete: c_int) -> c_int {
    through!(file, xShmUnmap, delete)
}

/// No memory of a file is mapped: every read and write comes by here.
unsafe extern "C" fn fetch(
    _: *mut sqlite3_file,
    _: sqlite3_int64,
    _: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: SQLite gives a place for the answer.
    unsafe { *out = ptr::null_mut() };
    SQLITE_OK
}

unsafe extern "C" fn unfetch(_: *mut sqlite3_file, _: sqlite3_int64, _: *mut c_void) -> c_int {
    SQLITE_OK
}
