//! Owns the next version of the policy library. The files were checked by `qilian-policy` before.

use qilian_domain::command::Loaded;
use qilian_domain::ids::{At, LibraryVersion};
use qilian_domain::rows::{PolicyFile, PolicyLibrary};

/// The library that the files make: the next version, or none if they are the ones in force.
pub fn policies(files: &[PolicyFile], loaded: &Loaded, at: At) -> Option<PolicyLibrary> {
    let in_force = loaded
        .all::<PolicyLibrary>()
        .max_by_key(|library| library.version);
    if in_force.is_some_and(|library| library.files == files) {
        return None;
    }
    Some(PolicyLibrary {
        version: in_force.map_or(LibraryVersion(1), |library| library.version.next()),
        imported: at,
        files: files.to_vec(),
    })
}
