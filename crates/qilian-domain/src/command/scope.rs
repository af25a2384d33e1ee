//! Owns who may still write of an enterprise that is no longer theirs, and until when (`sync.md` A.0 6): what
//! somebody saw while it was theirs counts, however late their laptop finds a network, within bounds.
//!
//! Elsewhere: which intervals there were (the server's grants), what an administrator says (its release).

use chrono::NaiveDate;

use super::{Context, Loaded};
use crate::ids::At;
use crate::refusal::Refusal;
use crate::rows::Assignment;
use crate::uscc::Uscc;

/// For so many days after its author lost the enterprise a late fact is taken: the lease of a laptop, and the
/// time for which it keeps what it sent.
pub const LATE_FACT_DAYS: i64 = 35;
const DAY_MS: i64 = 24 * 3600 * 1000;

/// How an author stands to the enterprise concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// They hold it. A laptop holds what it has.
    Held,
    /// They held it when they last synced before writing, and lost it then.
    HeldAtBase {
        /// When they lost it.
        until: At,
    },
    /// They did not hold it then either.
    Outside,
}

/// Whether it matters how long ago the author lost the enterprise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lateness {
    /// What comes after [`LATE_FACT_DAYS`] is not decided here.
    Weighed,
    /// An administrator has said that it shall be taken.
    Forgiven,
}

impl Context<'_> {
    /// Lets an author write of an enterprise that they hold, that they held when they last synced before writing,
    /// or that was theirs on the day that they write of.
    ///
    /// # Errors
    /// [`Refusal::TooLate`] if they lost it too long ago, [`Refusal::ScopeLost`] if it was not theirs.
    pub(super) fn check_scope(
        &self,
        uscc: &Uscc,
        on: Option<NaiveDate>,
        loaded: &Loaded,
    ) -> Result<(), Refusal> {
        let by_base = match self.scope {
            Scope::Held => return Ok(()),
            Scope::HeldAtBase { until } => {
                Some(self.now().ms_since(until) <= LATE_FACT_DAYS * DAY_MS)
            }
            Scope::Outside => None,
        };
        let mut in_time = by_base;
        for assignment in loaded.all::<Assignment>() {
            let theirs = &assignment.cadre == self.actor && &assignment.uscc == uscc;
            if theirs && on.is_some_and(|day| assignment.covers(day)) {
                let days_since = |to: NaiveDate| (self.today() - to).num_days();
                let lately = (assignment.to).is_none_or(|to| days_since(to) <= LATE_FACT_DAYS);
                in_time = Some(lately || in_time == Some(true));
            }
        }
        match (in_time, self.lateness) {
            (Some(true), _) | (Some(false), Lateness::Forgiven) => Ok(()),
            (Some(false), Lateness::Weighed) => Err(Refusal::TooLate),
            (None, _) => Err(Refusal::ScopeLost),
        }
    }
}
