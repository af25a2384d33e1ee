//! Owns a disk for SQLite that forgets: of a folder that is watched, everything that was written and not synced is
//! lost or kept at will when the power goes, a half-written sector among it, as a laptop's disk does.
//!
//! [`install`] puts it under every database of the process; files elsewhere go straight through. What a database makes
//! of it is SQLite's business and its `synchronous`; that a program says "written" only when it is, is ours, and what
//! this is for. Elsewhere: what was written and when (`disk`), SQLite's interface (`vfs`).

mod disk;
mod vfs;

pub use disk::{cut_after, forget, is_cut, survivors, watch};
pub use vfs::install;
