//! Owns the disks of simulated machines: what is on them for good, and what is left when their power has gone.
//!
//! Elsewhere: which writes were synced (`qilian-powercut`).

use std::path::Path;

use tempfile::TempDir;

/// An empty disk whose power may go.
pub(super) fn disk() -> TempDir {
    qilian_powercut::install();
    let folder = TempDir::new().expect("a folder");
    qilian_powercut::watch(folder.path()).expect("a folder");
    folder
}

/// What is on a disk by now is there for good.
pub(super) fn set_up_long_ago(disk: &TempDir) {
    qilian_powercut::watch(disk.path()).expect("a folder");
}

/// What is left of a disk whose power has gone.
pub(super) fn without_power(gone: &TempDir, kept: u8) -> TempDir {
    let folder = disk();
    let mut nth = 0;
    let mut is_kept = || {
        nth = (nth + 1) % u8::BITS;
        kept & (1 << nth) != 0
    };
    qilian_powercut::survivors(gone.path(), folder.path(), &mut is_kept).expect("copied");
    qilian_powercut::forget(gone.path());
    folder
}

/// Copies files as they lie on a disk.
pub(super) fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
}
