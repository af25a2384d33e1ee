//! Owns reading the files that a district imports: bytes in, typed plan out.
//!
//! Nothing here writes: putting a plan into the database, what it creates and what it leaves, is in
//! `crate::district`. Policies and calendars are read by `qilian-policy` and `qilian-domain`.

pub mod address;
mod columns;
mod dates;
mod enterprise;
mod figure;
mod header;
mod industry;
mod reason;
mod record;
mod registry;
mod roster;
mod sheet;
mod text;
mod users;
mod workbook;

pub use enterprise::FourAbove;
pub use figure::{Amount, Headcount};
pub use reason::{RejectReason, Rejected, WarnReason, Warned};
pub use registry::encoding::Encoding;
pub use registry::{RegistryFault, RegistryNotices, RegistryReader, RegistryRow};
pub use roster::{RevenueYear, Roster, RosterCadre, RosterRow};
pub use users::{UserProblem, UserRow, UsersFault, read_users};
pub use workbook::WorkbookFault;
