//! Owns the offline lease (`sync.md` A.12, A.0 15): a laptop that has not synced for longer than the district
//! allows shows nothing of what it holds until it has. Nothing is deleted, syncing goes on, and a visit can
//! still be written down: the lease locks reading only.
//!
//! An order to wipe a stolen laptop reaches it when it has a network; the lease is for the time before.
//! It follows from the last complete sync and the district's rule, which a sync brings; a signature would
//! add nothing, for whoever could change the store could read it. Elsewhere: wiping (`wipe`).

use qilian_domain::ids::At;
use qilian_domain::rows::{Enterprise, Programme};
use qilian_domain::uscc::Uscc;
use serde::Serialize;

use crate::contract::{NamedArgs, VisitDraft};
use crate::error::AppError;
use crate::laptop::Laptop;

/// The latest moment that this laptop is known to have lived through, in milliseconds: a clock that is put
/// back must not make the lease longer.
const SEEN_SETTING: &str = "clock.seen";
const SEEN_STEP_MS: i64 = 3600 * 1000;
const DAY_MS: i64 = 24 * 3600 * 1000;

/// How long a laptop may show what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Lease {
    /// Until then, by the server's clock; `None` before the first complete sync, when there is nothing to
    /// show.
    pub until: Option<At>,
    /// Natural days, as the district has set them.
    pub days: u32,
}

impl Laptop {
    /// How long this laptop may show what it holds.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn lease(&self) -> Result<Lease, AppError> {
        let reader = self.reader();
        let days = reader
            .get::<Programme>(Programme::ID)?
            .map_or_else(Programme::default_lease_days, |programme| {
                programme.lease_days
            });
        let synced = reader.sync_state()?.last_complete_sync;
        let until = synced.map(|at| at.plus_ms(i64::from(days) * DAY_MS));
        Ok(Lease { until, days })
    }

    /// Refuses to show what the laptop holds if it must not: its lease is over, or it was wiped.
    ///
    /// # Errors
    /// `lease_over`, `laptop_wiped`; or if the store can't be read.
    pub fn may_read(&self) -> Result<(), AppError> {
        if self.is_wiped() {
            return Err(AppError::Wiped);
        }
        let lease = self.lease()?;
        let now = self.latest_moment()?;
        match lease.until {
            Some(until) if now > until => Err(AppError::LeaseOver {
                until,
                days: lease.days,
            }),
            _ => Ok(()),
        }
    }

    /// A form for an enterprise that is named exactly, by its code or its whole name: what a laptop whose
    /// lease is over lets somebody write down. It tells nothing that was not typed.
    ///
    /// # Errors
    /// `enterprise_unknown`; or if the store can't be read.
    pub fn visit_blank(&self, args: &NamedArgs) -> Result<VisitDraft, AppError> {
        let typed = args.text.trim();
        let uscc = match Uscc::check(typed).result {
            Ok(uscc) if self.reader().get::<Enterprise>(&uscc)?.is_some() => Some(uscc),
            _ => self.called(typed)?,
        };
        let unknown = || qilian_domain::refusal::Refusal::EnterpriseUnknown(typed.to_owned());
        Ok(self.blank(&uscc.ok_or_else(unknown)?))
    }

    /// The one enterprise of this name.
    fn called(&self, name: &str) -> Result<Option<Uscc>, AppError> {
        let mut hits = self.reader().search(name, u32::MAX)?;
        hits.retain(|hit| hit.name == name);
        Ok(match hits.as_slice() {
            [only] => Some(only.uscc.clone()),
            _ => None,
        })
    }

    /// Now, by the server's clock as far as it is known, and never before what was seen.
    fn latest_moment(&self) -> Result<At, AppError> {
        let now = self.server_now();
        let seen = self
            .reader()
            .setting(SEEN_SETTING)?
            .and_then(|text| text.parse().ok())
            .and_then(At::from_unix_ms);
        let is_news = seen.is_none_or(|seen| now.ms_since(seen) >= SEEN_STEP_MS);
        if is_news {
            self.note_seen(now);
        }
        Ok(seen.map_or(now, |seen| seen.max(now)))
    }

    /// Keeps a moment that this laptop has lived through. A complete sync says which it is, whatever was
    /// kept.
    pub(crate) fn note_seen(&self, moment: At) {
        let text = moment.unix_ms().to_string();
        if let Err(error) = self.store().set_setting(SEEN_SETTING, Some(&text)) {
            // It is written again within the hour; a full disk must not keep anybody from reading.
            tracing::warn!(%error, "the moment could not be kept");
        }
    }
}
