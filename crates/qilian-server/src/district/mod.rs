//! Owns what the district's office does to its own data: founding it and importing into it. Each import
//! is a pure function from what is stored and what was read to the rows to write.
//!
//! Elsewhere: reading files (`import`), transactions (`storage`), words for the terminal (`cli`).

mod assign;
mod calendar;
mod enterprise;
pub mod founding;
mod policies;
mod programme;
mod registry;
mod roster;
mod said;
mod staff;

pub use calendar::{CalendarProblem, read_calendar};
pub use founding::{ADMINISTRATOR, Fresh, founding};
pub use policies::policies;
pub use programme::with_lease;
pub use registry::registry;
pub use roster::{RosterImport, RosterResult, roster};
pub use staff::users;

use qilian_domain::row::Kind;
use serde::Serialize;

/// What an import of enterprises made of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Enterprises that are new.
    pub created: u32,
    /// Enterprises of which something changed.
    pub updated: u32,
    /// Enterprises of which everything was known.
    pub unchanged: u32,
}

/// The kinds that an import of enterprises reads.
pub const ENTERPRISE_KINDS: &[Kind] = &[
    Kind::Enterprise,
    Kind::Assignment,
    Kind::Fact,
    Kind::User,
    Kind::UserContact,
    Kind::Unit,
];
