//! Owns how the laptop stands towards the district, without a network: what waits, what came back, how
//! old the rows are.
//!
//! "Synced" is said only if the outbox is empty and the last pull complete and readable and no file waits
//! (`sync.md` A.7); what was rejected has a count of its own. What waits and what the server has, but no pull has
//! confirmed, are counted apart: only the first can be lost with the laptop. Elsewhere: the lists (`outcomes`).

use qilian_domain::ids::At;
use qilian_domain::rows::OutcomeStatus;
use qilian_sync::wire::Cursor;
use serde::Serialize;

use crate::contract::{FilesWaiting, HostError, LeaseView, SyncStatus};
use crate::error::{AppError, ErrorDocument};
use crate::laptop::Laptop;
use crate::lease::Lease;
use crate::sync::LastSync;

/// What waits, and whether all is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncStanding {
    /// Mutations that the server has not answered.
    pub pending: u64,
    /// Since when the oldest of them waits.
    pub oldest_pending: Option<At>,
    /// Mutations that the server has; the pull that confirms them is missing.
    pub delivered: u64,
    /// When the last pull came to a complete cut, by the server's clock; `None` before the first.
    pub last_complete_sync: Option<At>,
    /// Whether the last pull came to a complete cut.
    pub complete: bool,
    /// Outcomes that wait for their author: rejected or quarantined.
    pub rejected: u64,
    /// Outcomes that wait for their author: merged.
    pub merged: u64,
    /// Files that are owed to the server.
    pub files: FilesWaiting,
    /// Rows that this version holds and can't read; a later one can.
    pub unreadable: u64,
    /// Outbox empty, last pull complete and all of it readable, no file waiting.
    pub fully_synced: bool,
}

/// How a laptop stands. The JSON is that of the terminal's `status`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatusReport {
    /// Whose laptop it is.
    pub user: String,
    /// Their name.
    pub user_name: String,
    /// The district's name.
    pub district: String,
    /// The laptop.
    pub device_id: String,
    /// The server's address.
    pub server: String,
    /// By the server's clock.
    pub last_complete_sync: Option<At>,
    /// Mutations that the server has not answered.
    pub pending: u64,
    /// Since when the oldest of them waits.
    pub oldest_pending: Option<At>,
    /// Mutations that the server has; the pull that confirms them is missing.
    pub delivered: u64,
    /// Outcomes that wait for their author.
    pub rejected: u64,
    /// Whether the last pull came to a complete cut.
    pub complete: bool,
    /// Files that are owed to the server.
    pub files: FilesWaiting,
    /// Rows that this version holds and can't read; a later one can.
    pub unreadable: u64,
    /// Outbox empty, last pull complete and all of it readable, no file waiting.
    pub fully_synced: bool,
    /// Why the last sync failed; `None` if it did not.
    pub last_error: Option<ErrorDocument>,
    /// Whether the last sync reached the server; `None` before the first.
    pub online: Option<bool>,
    /// Whether one is under way in this program.
    pub syncing: bool,
    /// How long the laptop may show what it holds.
    pub lease: Lease,
}

impl Laptop {
    /// What waits, and whether all is done.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn standing(&self) -> Result<SyncStanding, AppError> {
        let (state, (pending, oldest_pending), (delivered, unreadable), outcomes, uploads) =
            self.reader().at_once(|contents| {
                Ok((
                    contents.sync_state()?,
                    contents.waiting()?,
                    (contents.delivered()?, contents.unreadable()?),
                    contents.outcomes_to_handle()?,
                    contents.uploads()?,
                ))
            })?;
        let merged = outcomes
            .iter()
            .filter(|outcome| outcome.status == OutcomeStatus::Merged)
            .count();
        // A store that is to pull anew stands at the beginning until the new cut is whole.
        let begun_anew = state.cursor == Cursor::default();
        let complete =
            state.last_complete_sync.is_some() && state.position.is_none() && !begun_anew;
        Ok(SyncStanding {
            pending,
            oldest_pending,
            delivered,
            last_complete_sync: state.last_complete_sync,
            complete,
            rejected: number(outcomes.len() - merged),
            merged: number(merged),
            files: FilesWaiting {
                waiting: shown(number(uploads.len())),
                size_bytes: uploads.iter().map(|upload| upload.size).sum(),
                sent_bytes: uploads.iter().map(|upload| upload.sent).sum(),
                trouble: shown(number(
                    uploads.iter().filter(|u| u.trouble.is_some()).count(),
                )),
            },
            unreadable,
            fully_synced: pending + delivered == 0
                && complete
                && unreadable == 0
                && uploads.is_empty(),
        })
    }

    /// When the rows here were last complete, by the server's clock; `None` before the first time.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn last_complete_sync(&self) -> Result<Option<At>, AppError> {
        Ok(self.reader().sync_state()?.last_complete_sync)
    }

    /// The lights of the sync centre.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn sync_status(&self) -> Result<SyncStatus, AppError> {
        let (report, standing) = (self.status()?, self.standing()?);
        Ok(SyncStatus {
            now: self.now().to_string(),
            online: report.online.unwrap_or(false),
            syncing: report.syncing,
            pending: shown(report.pending),
            oldest_pending: report.oldest_pending.map(|at| at.to_string()),
            delivered: shown(report.delivered),
            rejected: shown(report.rejected),
            merged: shown(standing.merged),
            files: report.files,
            last_complete_sync: report.last_complete_sync.map(|at| at.to_string()),
            complete: report.complete,
            unreadable: shown(report.unreadable),
            fully_synced: report.fully_synced,
            last_error: report.last_error.map(|error| HostError {
                code: error.code,
                message: error.message,
                details: error.details,
            }),
            lease: LeaseView {
                until: report.lease.until.map(|at| at.to_string()),
                days: report.lease.days,
            },
        })
    }

    /// How the laptop stands, for the terminal.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn status(&self) -> Result<StatusReport, AppError> {
        let standing = self.standing()?;
        let identity = self.identity();
        let device = (self.reader().identity()?).map_or(identity.device, |now| now.device);
        let (online, last_error) = match self.last_sync() {
            None => (None, None),
            Some(LastSync::Done(_)) => (Some(true), None),
            Some(LastSync::Failed { error, unreachable }) => (Some(!unreachable), Some(error)),
        };
        Ok(StatusReport {
            user: identity.user.id.to_string(),
            user_name: identity.user.name.clone(),
            district: identity.district.name.clone(),
            device_id: device.to_string(),
            server: identity.server.clone(),
            last_complete_sync: standing.last_complete_sync,
            pending: standing.pending,
            oldest_pending: standing.oldest_pending,
            delivered: standing.delivered,
            rejected: standing.rejected,
            complete: standing.complete,
            files: standing.files,
            unreadable: standing.unreadable,
            fully_synced: standing.fully_synced,
            last_error,
            online,
            syncing: self.activity().syncing,
            lease: self.lease()?,
        })
    }
}

fn number(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}

fn shown(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
