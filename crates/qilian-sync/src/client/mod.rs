//! Owns the laptop's side of a sync: push until nothing is unsent, then pull until the cut is complete. A
//! laptop that turns out to be a copy of another becomes one of its own on the way, and goes on; so does
//! one whose server came back from a backup.
//!
//! A [`SyncRun`] asks its store what to send, says what to send next, and hands replies to the store,
//! which takes each in one transaction. It keeps nothing that would be missed: killed at any moment, the
//! next run goes on from what the store holds. Elsewhere: the connection (`qilian-app`), the store's
//! transactions (`qilian-store`), when to sync at all.

mod copy;
mod pace;
mod store;

use std::time::Duration;

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::MutSeq;

pub use copy::{Forked, OwnLaptop, Rejoined};
use pace::Pace;
pub use store::{ClientStore, PageTaken, Standing, Unsent};

use crate::wire::{
    AuditReply, AuditRequest, ErrorCode, ForkReply, ForkRequest, HelloReply, Limits, PullReply,
    PullRequest, PushReply, PushRequest, ReplyStatus,
};

/// What a run asks its transport to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Send this to `/sync/push`.
    Push(PushRequest),
    /// Send this to `/sync/pull`.
    Pull(PullRequest),
    /// Send this to `/devices/fork`.
    Fork(ForkRequest),
    /// Ask `/sync/hello`.
    Hello,
    /// Send this to `/sync/audit`.
    Audit(AuditRequest),
    /// It is over.
    Done(SyncReport),
}

/// What a run came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// Mutations that the server acknowledged.
    pub pushed: u64,
    /// Of those, applied as sent.
    pub applied: u64,
    /// Of those, merged.
    pub merged: u64,
    /// Of those, rejected or quarantined.
    pub rejected: u64,
    /// Rows that are new or changed.
    pub pulled: u64,
    /// Whether the pull came to a complete cut.
    pub complete: bool,
    /// Buckets that did not hold what the server holds, and were pulled whole.
    pub again: u64,
    /// Seconds to wait before the next run, if the server asked for it.
    pub retry_after_s: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Push,
    Pull,
    Fork,
    Hello,
    Audit,
    Done,
}

/// One sync.
#[derive(Debug, Clone)]
pub struct SyncRun {
    phase: Phase,
    limits: Limits,
    pace: Pace,
    version: String,
    /// What this laptop becomes if it turns out to be a copy.
    fresh: OwnLaptop,
    forked: bool,
    /// Why the sync before this one failed, for the administrator.
    last_error: Option<String>,
    /// The first mutation of the push that is under way.
    first: Option<MutSeq>,
    /// A bucket that still differs after it was pulled whole waits for the next run.
    pulled_again: bool,
    /// The server is of a version that sums buckets up.
    server_audits: bool,
    /// Where the comparison of all buckets stands.
    audit: Audit,
    report: SyncReport,
}

/// The comparison of all buckets in one run.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Audit {
    /// Nothing is heard yet.
    Begins,
    /// Heard of all up to this one.
    After(Bucket),
    /// Over, or not to be.
    Over,
}

impl Audit {
    fn after(&self) -> Option<&Bucket> {
        match self {
            Self::After(bucket) => Some(bucket),
            Self::Begins | Self::Over => None,
        }
    }
}

/// A reply that a sync can't go on from. The store is as it was, the outbox with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyncStopped {
    /// The server said no.
    #[error("the server refused: {0:?}")]
    Refused(ErrorCode),
    /// The server did not answer what was sent and gave no reason: going on would never end.
    #[error("the server did not answer what was sent")]
    NoProgress,
    /// It was told to be a copy once more, just after it became a laptop of its own: what it was to be was
    /// copied too, before it was. The next run becomes another.
    #[error("a copy again at mutation {}", .0.at)]
    ForkedAgain(Forked),
}

impl SyncRun {
    /// Begins. `version` is the program's, for the administrator's list; `fresh` is for a laptop that
    /// turns out to be a copy.
    pub fn new(version: impl Into<String>, fresh: OwnLaptop) -> Self {
        Self {
            phase: Phase::Push,
            limits: Limits::default(),
            pace: Pace::FIRST,
            version: version.into(),
            fresh,
            forked: false,
            last_error: None,
            first: None,
            pulled_again: false,
            server_audits: false,
            audit: Audit::Begins,
            report: SyncReport::default(),
        }
    }

    /// Tells the district, with what it pulls, why the sync before this one failed.
    #[must_use]
    pub fn after_failure(self, code: Option<String>) -> Self {
        Self {
            last_error: code,
            ..self
        }
    }

    /// Says what to do next.
    ///
    /// # Errors
    /// The store's.
    pub fn next<S: ClientStore>(&mut self, store: &mut S) -> Result<Next, S::Error> {
        if self.phase == Phase::Push {
            let limits = Limits {
                push_mutations: self.pace.mutations(),
                ..self.limits
            };
            if let Some(unsent) = store.unsent(limits)? {
                self.first = unsent.mutations.first().map(|m| m.mut_seq);
                return Ok(Next::Push(PushRequest {
                    epoch: unsent.epoch,
                    incarnation: unsent.incarnation,
                    base_hash: unsent.base_hash,
                    mutations: unsent.mutations,
                }));
            }
            self.phase = Phase::Pull;
        }
        if self.phase == Phase::Fork {
            let own = store.begin_fork(&self.fresh)?;
            return Ok(Next::Fork(ForkRequest {
                device_id: own.device,
                token: own.token,
                version: self.version.clone(),
            }));
        }
        if self.phase == Phase::Hello {
            return Ok(Next::Hello);
        }
        if self.phase == Phase::Pull {
            let standing = store.standing()?;
            return Ok(Next::Pull(PullRequest {
                epoch: standing.epoch,
                incarnation: standing.incarnation,
                cursor: standing.cursor,
                position: standing.position,
                again: standing.again,
                max_bytes: self.limits.page_bytes,
                pending: standing.pending,
                oldest_pending: standing.oldest_pending,
                version: self.version.clone(),
                last_error: self.last_error.clone(),
            }));
        }
        if self.phase == Phase::Audit {
            let standing = store.standing()?;
            return Ok(Next::Audit(AuditRequest {
                epoch: standing.epoch,
                incarnation: standing.incarnation,
                cursor: standing.cursor,
                after: self.audit.after().cloned(),
            }));
        }
        Ok(Next::Done(self.report))
    }

    /// Takes the reply to a push, and how long the exchange took.
    ///
    /// # Errors
    /// The store's; or a [`SyncStopped`] inside `Ok`.
    pub fn take_push<S: ClientStore>(
        &mut self,
        store: &mut S,
        reply: &PushReply,
        took: Duration,
    ) -> Result<Result<(), SyncStopped>, S::Error> {
        if let Err(forked) = store.take_outcomes(reply)? {
            return Ok(self.fork(forked));
        }
        self.pace = self.pace.after(took, self.limits.push_mutations);
        for outcome in &reply.outcomes {
            self.report.pushed += 1;
            match outcome.status {
                ReplyStatus::Applied => self.report.applied += 1,
                ReplyStatus::Merged => self.report.merged += 1,
                ReplyStatus::Rejected | ReplyStatus::Quarantined => self.report.rejected += 1,
            }
        }
        if let Some(wait_s) = reply.retry_after_s {
            self.report.retry_after_s = Some(wait_s);
            self.phase = Phase::Pull;
        } else if !reply.outcomes.iter().any(|o| Some(o.mut_seq) == self.first) {
            return Ok(Err(SyncStopped::NoProgress));
        }
        Ok(Ok(()))
    }

    /// Takes a page.
    ///
    /// # Errors
    /// The store's; or a [`SyncStopped`] inside `Ok`.
    pub fn take_pull<S: ClientStore>(
        &mut self,
        store: &mut S,
        reply: &PullReply,
    ) -> Result<Result<(), SyncStopped>, S::Error> {
        let taken = match store.take_page(reply)? {
            Ok(taken) => taken,
            Err(forked) => return Ok(self.fork(forked)),
        };
        self.report.pulled += taken.rows;
        if let Some(cut) = reply.complete {
            self.report.complete = true;
            // A server that marks its history also sums up.
            self.server_audits = cut.mark.is_some();
            self.after_cut(&store.standing()?);
        }
        Ok(Ok(()))
    }

    /// What is left to do once the cut is complete: buckets that differ are pulled whole, once a run; all
    /// are compared when that is due.
    fn after_cut(&mut self, standing: &Standing) {
        self.phase = if !standing.again.is_empty() && !self.pulled_again {
            self.pulled_again = true;
            self.report.again = u64::try_from(standing.again.len()).unwrap_or(u64::MAX);
            Phase::Pull
        } else if standing.audit_due && self.server_audits && self.audit != Audit::Over {
            Phase::Audit
        } else {
            Phase::Done
        };
    }

    /// Takes what the server's buckets hold.
    ///
    /// # Errors
    /// The store's; or a [`SyncStopped`] inside `Ok`.
    pub fn take_audit<S: ClientStore>(
        &mut self,
        store: &mut S,
        reply: &AuditReply,
    ) -> Result<Result<(), SyncStopped>, S::Error> {
        store.take_audit(self.audit.after(), reply)?;
        self.audit = match reply.checks.last() {
            Some(last) if reply.more => {
                // The order is that of names, as databases sort them.
                let heard = self.audit.after().map(Bucket::to_string);
                if heard >= Some(last.bucket.to_string()) {
                    return Ok(Err(SyncStopped::NoProgress));
                }
                Audit::After(last.bucket.clone())
            }
            _ => Audit::Over,
        };
        if self.audit == Audit::Over {
            self.after_cut(&store.standing()?);
        }
        Ok(Ok(()))
    }

    /// Takes a refusal. A copy asks to be a laptop of its own next, a laptop of another timeline where the
    /// server stands; everything else is an end.
    ///
    /// # Errors
    /// [`SyncStopped`].
    pub fn take_refusal(&mut self, refusal: ErrorCode) -> Result<(), SyncStopped> {
        match refusal {
            ErrorCode::ForkDetected { at } => self.fork(Forked { at }),
            ErrorCode::EpochChanged => {
                self.phase = Phase::Hello;
                Ok(())
            }
            other => Err(SyncStopped::Refused(other)),
        }
    }

    /// Takes where the server stands, and begins once more on its timeline.
    ///
    /// # Errors
    /// The store's; or a [`SyncStopped`] inside `Ok`.
    pub fn take_hello<S: ClientStore>(
        &mut self,
        store: &mut S,
        reply: &HelloReply,
    ) -> Result<Result<(), SyncStopped>, S::Error> {
        Ok(match store.rejoin(reply)? {
            Rejoined::Continues => {
                self.phase = Phase::Push;
                Ok(())
            }
            Rejoined::Forked(forked) => self.fork(forked),
            Rejoined::NotAnnounced => Err(SyncStopped::Refused(ErrorCode::EpochChanged)),
        })
    }

    /// Takes the reply to a fork, and begins once more as the new laptop.
    ///
    /// # Errors
    /// The store's.
    pub fn take_fork<S: ClientStore>(
        &mut self,
        store: &mut S,
        reply: &ForkReply,
    ) -> Result<(), S::Error> {
        store.take_fork(reply)?;
        self.forked = true;
        self.phase = Phase::Push;
        Ok(())
    }

    fn fork(&mut self, forked: Forked) -> Result<(), SyncStopped> {
        if self.forked {
            return Err(SyncStopped::ForkedAgain(forked));
        }
        self.phase = Phase::Fork;
        Ok(())
    }
}
