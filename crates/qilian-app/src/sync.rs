//! Owns one sync of this laptop: who may run it, the exchange with the server, and what it came to.
//!
//! One process a home syncs at a time; a second one waits and reports what the first one came to
//! (`sync.md` A.0 11). Elsewhere: the order of a sync (`qilian-sync`), its transactions
//! (`qilian-store`), HTTP (`transport`), when to sync (`autosync`).

use std::fs::{self, File, TryLockError};
use std::io;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use qilian_domain::ids::{At, DeviceId};
use qilian_store::{Store, StoreError};
use qilian_sync::client::{ClientStore, Next, OwnLaptop, SyncReport, SyncRun, SyncStopped};
use qilian_sync::wire::Limits;
use serde::{Deserialize, Serialize};

use crate::error::{AppError, ErrorDocument};
use crate::home::write_whole;
use crate::laptop::Laptop;
use crate::transport::{Answered, TransportError};
use crate::wipe;

/// An offset that moved by less than this is not worth a write.
const OFFSET_STEP_MS: i64 = 1000;

/// What a sync came to. The JSON is that of the terminal's `sync`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncResult {
    /// Mutations that the server acknowledged.
    pub pushed: u64,
    /// Of those, applied as sent.
    pub applied: u64,
    /// Of those, merged.
    pub merged: u64,
    /// Of those, rejected or quarantined.
    pub rejected: u64,
    /// Rows that are new or changed here.
    pub pulled: u64,
    /// Mutations that the server has not answered.
    pub pending: u64,
    /// Whether the pull came to a complete cut.
    pub complete: bool,
    /// Outbox empty, last pull complete and all of it readable, no file waiting.
    pub fully_synced: bool,
    /// Seconds that the server asks to wait before more is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
}

/// What the program remembers of its syncs while it runs.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    /// Whether one is under way in this process.
    pub(crate) syncing: bool,
    /// What the last one came to; `None` before the first.
    pub(crate) last: Option<LastSync>,
}

/// What a sync came to, as it is left for a second process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LastSync {
    /// It ran through.
    Done(SyncResult),
    /// It did not.
    Failed {
        /// Why.
        error: ErrorDocument,
        /// Whether it could not reach the server.
        unreachable: bool,
    },
}

impl LastSync {
    /// Its code, if it failed for another reason than the network: an administrator can do something about it.
    fn failure(self) -> Option<String> {
        match self {
            Self::Failed {
                error,
                unreachable: false,
            } => Some(error.code),
            _ => None,
        }
    }

    fn of(result: &Result<SyncResult, AppError>) -> Self {
        match result {
            Ok(result) => Self::Done(result.clone()),
            Err(error) => Self::Failed {
                error: error.document(),
                unreachable: error.unreachable(),
            },
        }
    }
}

impl Laptop {
    /// Sends what waits, then fetches until the cut is complete. Killed anywhere, nothing is lost: the
    /// next sync goes on.
    ///
    /// # Errors
    /// `server_unreachable` and the like; what the server refuses as a whole; the store's.
    pub fn sync(&self) -> Result<SyncResult, AppError> {
        if self.is_wiped() {
            return Err(AppError::Wiped);
        }
        let (_lock, waited) = self.sync_turn()?;
        if waited && let Some(reported) = self.reported_by_the_first()? {
            return reported;
        }
        let failed_before = self.last_sync().and_then(LastSync::failure);
        let _ = fs::remove_file(self.home().last_sync());
        self.activity().syncing = true;
        let result = self.run(failed_before);
        if wipe::is_ordered(&result) {
            self.wipe()?;
            return Err(AppError::Wiped);
        }
        let last = LastSync::of(&result);
        // The file only saves a second process its own sync.
        let left = serde_json::to_vec(&last)
            .map_err(io::Error::from)
            .and_then(|text| write_whole(&self.home().last_sync(), &text));
        if let Err(error) = left {
            tracing::warn!(%error, "what the sync came to could not be left for others");
        }
        let mut activity = self.activity();
        activity.syncing = false;
        activity.last = Some(last);
        result
    }

    pub(crate) fn activity(&self) -> MutexGuard<'_, Activity> {
        self.activity.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the last sync came to, here or in another process.
    pub(crate) fn last_sync(&self) -> Option<LastSync> {
        let here = self.activity().last.clone();
        let left = fs::read(self.home().last_sync())
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok());
        left.or(here)
    }

    /// Waits for its turn. The lock ends with the file, also if the process is killed.
    fn sync_turn(&self) -> Result<(File, bool), AppError> {
        let path = self.home().sync_lock();
        let failed = |error: io::Error| AppError::home(&path, error);
        let lock = self.home().open_private(&path).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok((lock, false)),
            Err(TryLockError::WouldBlock) => {
                lock.lock().map_err(failed)?;
                Ok((lock, true))
            }
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// What the process that had the turn came to; `None` if it died, or if something was written here
    /// that it can't have sent.
    fn reported_by_the_first(&self) -> Result<Option<Result<SyncResult, AppError>>, AppError> {
        let last = fs::read(self.home().last_sync())
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok());
        Ok(match last {
            None => None,
            Some(LastSync::Failed { error, unreachable }) => Some(Err(AppError::Elsewhere {
                document: Box::new(error),
                unreachable,
            })),
            Some(LastSync::Done(_)) if self.store().unsent(Limits::default())?.is_some() => None,
            Some(LastSync::Done(result)) => Some(Ok(self.standing_after(result)?)),
        })
    }

    fn run(&self, failed_before: Option<String>) -> Result<SyncResult, AppError> {
        let mut clocks = Clocks::default();
        let ran = self.exchange_all(&mut clocks, failed_before);
        if let Some(offset_ms) = clocks.offset_ms() {
            self.keep_offset(offset_ms)?;
        }
        let report = ran?;
        if report.complete
            && let Some(synced) = self.last_complete_sync()?
        {
            self.note_seen(synced);
        }
        self.standing_after(SyncResult {
            pushed: report.pushed,
            applied: report.applied,
            merged: report.merged,
            rejected: report.rejected,
            pulled: report.pulled,
            pending: 0,
            complete: report.complete,
            fully_synced: false,
            retry_after_s: report.retry_after_s,
        })
    }

    /// No guard of the store lives over an exchange.
    fn exchange_all(
        &self,
        clocks: &mut Clocks,
        failed_before: Option<String>,
    ) -> Result<SyncReport, AppError> {
        let transport = self.transport()?;
        let mut token = self.token()?;
        let mut run =
            SyncRun::new(env!("CARGO_PKG_VERSION"), self.new_laptop()).after_failure(failed_before);
        loop {
            let next = run.next::<Store>(&mut self.store())?;
            let taken = match next {
                Next::Push(request) => match transport.push(&token, &request) {
                    Err(error) => refused(&mut run, error)?,
                    Ok(Answered { reply, took }) => {
                        clocks.compare(reply.server_time, self.now(), took);
                        run.take_push::<Store>(&mut self.store(), &reply, took)?
                    }
                },
                Next::Pull(request) => match transport.pull(&token, &request) {
                    Err(error) => refused(&mut run, error)?,
                    Ok(Answered { reply, took }) => {
                        clocks.compare(reply.server_time, self.now(), took);
                        run.take_pull::<Store>(&mut self.store(), &reply)?
                    }
                },
                Next::Fork(request) => {
                    let answered = transport.fork(&token, &request)?;
                    run.take_fork::<Store>(&mut self.store(), &answered.reply)?;
                    tracing::warn!(device = %request.device_id, "this laptop was a copy of another");
                    token = self.token()?;
                    Ok(())
                }
                Next::Hello => {
                    let answered = transport.hello(&token)?;
                    tracing::warn!(epoch = %answered.reply.epoch, "the server is on another timeline");
                    run.take_hello::<Store>(&mut self.store(), &answered.reply)?
                }
                Next::Audit(request) => match transport.audit(&token, &request) {
                    Err(error) => refused(&mut run, error)?,
                    Ok(Answered { reply, .. }) => {
                        run.take_audit::<Store>(&mut self.store(), &reply)?
                    }
                },
                Next::Done(report) => {
                    if report.again > 0 {
                        tracing::warn!(buckets = report.again, "rows here were not the server's");
                    }
                    return Ok(report);
                }
            };
            taken.map_err(TransportError::from)?;
        }
    }

    /// What this laptop becomes if it turns out to be a copy of another.
    fn new_laptop(&self) -> OwnLaptop {
        OwnLaptop {
            device: DeviceId::new(self.new_id()),
            token: self.new_token(),
        }
    }

    /// What proves this laptop; a copy has another.
    pub(crate) fn token(&self) -> Result<String, AppError> {
        let identity = self.reader().identity()?.ok_or(StoreError::NotEnrolled)?;
        Ok(identity.token)
    }

    fn keep_offset(&self, offset_ms: i64) -> Result<(), AppError> {
        let known = self.reader().sync_state()?.clock_offset_ms;
        if known.is_none_or(|known| (known - offset_ms).abs() >= OFFSET_STEP_MS) {
            self.store().set_clock_offset(offset_ms)?;
            self.note_offset(Some(offset_ms));
        }
        Ok(())
    }

    fn standing_after(&self, result: SyncResult) -> Result<SyncResult, AppError> {
        let standing = self.standing()?;
        Ok(SyncResult {
            pending: standing.pending,
            fully_synced: standing.fully_synced,
            ..result
        })
    }
}

/// A refusal that the run goes on from or stops at; everything else ends the sync.
fn refused(
    run: &mut SyncRun,
    error: TransportError,
) -> Result<Result<(), SyncStopped>, TransportError> {
    match error {
        TransportError::Refused(code) => Ok(run.take_refusal(code)),
        other => Err(other),
    }
}

/// The server's clock against this one's, as the fastest exchange showed it.
#[derive(Debug, Default)]
struct Clocks {
    best: Option<(Duration, i64)>,
}

impl Clocks {
    /// The server read its clock some time between the request and the answer: most likely in the
    /// middle, and off by half of that time at most.
    fn compare(&mut self, server: At, answered: At, took: Duration) {
        let half_ms = i64::try_from(took.as_millis() / 2).unwrap_or(i64::MAX);
        let offset_ms = server.ms_since(answered.plus_ms(-half_ms));
        if self.best.is_none_or(|(best, _)| took < best) {
            self.best = Some((took, offset_ms));
        }
    }

    fn offset_ms(&self) -> Option<i64> {
        self.best.map(|(_, offset_ms)| offset_ms)
    }
}

/// The offset of one exchange, as an enrolment measures it.
pub(crate) fn offset_of(server: At, answered: At, took: Duration) -> Option<i64> {
    let mut clocks = Clocks::default();
    clocks.compare(server, answered, took);
    clocks.offset_ms()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fastest_exchange_says_how_far_the_clock_is_off() {
        let at = |ms| At::from_unix_ms(ms).unwrap();
        let mut clocks = Clocks::default();
        clocks.compare(at(10_000), at(4_000), Duration::from_secs(4));
        clocks.compare(at(10_500), at(5_100), Duration::from_millis(200));
        clocks.compare(at(20_000), at(11_000), Duration::from_secs(2));
        assert_eq!(clocks.offset_ms(), Some(5_500));
    }
}
