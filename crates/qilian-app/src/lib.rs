//! The use cases of a laptop: what the window and the terminal call.
//!
//! Owns the open laptop ([`Laptop`]), its key, its connection to the district and every use case as a
//! method. It is synchronous and blocking throughout. Elsewhere: the rules (`qilian-domain`), policies
//! (`qilian-policy`), the database (`qilian-store`), windows and terminals (`src-tauri`, `qilian-cli`).

mod administer;
mod attachment;
mod autosync;
mod clock;
pub mod contract;
mod enrol;
mod enterprise;
mod enterprises;
mod error;
mod export;
mod fact;
mod file;
mod form;
mod handling;
mod hints;
mod home;
mod ids;
mod key;
mod known;
mod laptop;
mod lease;
mod library;
mod outcomes;
mod poke;
mod quota;
mod status;
pub mod storeless;
mod sync;
mod terminal;
mod today;
mod told;
mod transport;
mod visit;
mod week;
mod wipe;

pub use attachment::{AttachmentError, FilesSent};
pub use autosync::{AutoSync, SyncEvent, Synced};
pub use clock::{Clock, NOW_VARIABLE};
pub use enrol::{Enrolled, Enrolment, enrol};
pub use error::{AppError, ErrorDocument};
pub use hints::RawHints;
pub use home::Home;
pub use ids::IdSource;
pub use key::{KEYRING_VARIABLE, KeyError, KeyFile, KeyKind, OsKeyStore, Passphrase};
pub use laptop::{Laptop, Session, Unlock};
pub use lease::Lease;
pub use status::{StatusReport, SyncStanding};
pub use sync::SyncResult;
pub use terminal::{FactRecord, OutboxLine};
pub use transport::{ServerUrl, TransportError};

// What callers need to name of other crates: an arrow leads from them to here only.
pub use qilian_domain::deadline::Unit as LimitUnit;
pub use qilian_domain::week::Week;
pub use qilian_policy::Purpose;
