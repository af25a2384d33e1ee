//! Owns the laptop's side of a sync: push until nothing is unsent, then pull until the cut is complete.
//!
//! A [`SyncRun`] asks its store what to send, says what to send next, and hands replies to the store,
//! which takes each in one transaction. It keeps nothing that would be missed: killed at any moment, the
//! next run goes on from what the store holds. Elsewhere: the connection (`qilian-app`), the store's
//! transactions (`qilian-store`), when to sync at all.

mod pace;

use std::time::Duration;

use qilian_domain::ids::{At, Epoch, Incarnation, MutSeq};

use pace::Pace;

use crate::chain::ChainHash;
use crate::wire::{
    Cursor, ErrorCode, Limits, MutationEnvelope, PassPosition, PullReply, PullRequest, PushReply,
    PushRequest, ReplyStatus,
};

/// What a store says of itself before a pull.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The server's timeline.
    pub epoch: Epoch,
    /// Which copy of the device.
    pub incarnation: Incarnation,
    /// What the store holds.
    pub cursor: Cursor,
    /// Where an unfinished pull stands.
    pub position: Option<PassPosition>,
    /// Mutations that the server has not answered.
    pub pending: u32,
    /// Since when the oldest waits.
    pub oldest_pending: Option<At>,
}

/// Mutations that follow the last one the server acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// The server's timeline.
    pub epoch: Epoch,
    /// Which copy of the device.
    pub incarnation: Incarnation,
    /// The chain's hash before the first.
    pub base_hash: ChainHash,
    /// Contiguous.
    pub mutations: Vec<MutationEnvelope>,
}

/// What taking a page did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PageTaken {
    /// Rows that are new or changed in the store, once the cut was complete.
    pub rows: u64,
}

/// The store, as a sync sees it. Each method that changes it is one transaction.
pub trait ClientStore {
    /// What goes wrong in the store: disk full, corrupt.
    type Error;

    /// Where it stands.
    ///
    /// # Errors
    /// If it can't be read.
    fn standing(&mut self) -> Result<Standing, Self::Error>;

    /// What the server has not acknowledged, within the limits; `None` if it has everything.
    ///
    /// # Errors
    /// If it can't be read.
    fn unsent(&mut self, limits: Limits) -> Result<Option<Unsent>, Self::Error>;

    /// Notes the outcomes. The mutations stay in the outbox until a complete pull has reached them.
    ///
    /// # Errors
    /// If they can't be written; then nothing was.
    fn take_outcomes(&mut self, reply: &PushReply) -> Result<(), Self::Error>;

    /// Stages a page; with the last page of a cut, makes the cut the store's truth, moves reached
    /// mutations from the outbox to the sent log, and replays the rest on top, all at once.
    ///
    /// # Errors
    /// If it can't be written; then nothing was.
    fn take_page(&mut self, reply: &PullReply) -> Result<PageTaken, Self::Error>;
}

/// What a run asks its transport to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Send this to `/sync/push`.
    Push(PushRequest),
    /// Send this to `/sync/pull`.
    Pull(PullRequest),
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
    /// Seconds to wait before the next run, if the server asked for it.
    pub retry_after_s: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Push,
    Pull,
    Done,
}

/// One sync.
#[derive(Debug)]
pub struct SyncRun {
    phase: Phase,
    limits: Limits,
    pace: Pace,
    version: String,
    acked: MutSeq,
    report: SyncReport,
}

/// A reply that a sync can't go on from. The store is as it was, the outbox with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyncStopped {
    /// The server said no.
    #[error("the server refused: {0:?}")]
    Refused(ErrorCode),
    /// The server acknowledged nothing and gave no reason: going on would never end.
    #[error("the server acknowledged nothing")]
    NoProgress,
}

impl SyncRun {
    /// Begins. `version` is the program's, for the administrator's list.
    pub fn new(version: impl Into<String>) -> Self {
        Self {
            phase: Phase::Push,
            limits: Limits::default(),
            pace: Pace::FIRST,
            version: version.into(),
            acked: MutSeq(0),
            report: SyncReport::default(),
        }
    }

    /// Says what to do next.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn next<S: ClientStore>(&mut self, store: &mut S) -> Result<Next, S::Error> {
        if self.phase == Phase::Push {
            let limits = Limits {
                push_mutations: self.pace.mutations(),
                ..self.limits
            };
            if let Some(unsent) = store.unsent(limits)? {
                return Ok(Next::Push(PushRequest {
                    epoch: unsent.epoch,
                    incarnation: unsent.incarnation,
                    base_hash: unsent.base_hash,
                    mutations: unsent.mutations,
                }));
            }
            self.phase = Phase::Pull;
        }
        if self.phase == Phase::Pull {
            let standing = store.standing()?;
            return Ok(Next::Pull(PullRequest {
                epoch: standing.epoch,
                incarnation: standing.incarnation,
                cursor: standing.cursor,
                position: standing.position,
                max_bytes: self.limits.page_bytes,
                pending: standing.pending,
                oldest_pending: standing.oldest_pending,
                version: self.version.clone(),
            }));
        }
        Ok(Next::Done(self.report))
    }

    /// Takes the reply to a push, and how long the exchange took.
    ///
    /// # Errors
    /// The store's; or [`SyncStopped::NoProgress`] inside `Ok`.
    pub fn take_push<S: ClientStore>(
        &mut self,
        store: &mut S,
        reply: &PushReply,
        took: Duration,
    ) -> Result<Result<(), SyncStopped>, S::Error> {
        store.take_outcomes(reply)?;
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
        } else if reply.acked_through <= self.acked {
            return Ok(Err(SyncStopped::NoProgress));
        }
        self.acked = reply.acked_through;
        Ok(Ok(()))
    }

    /// Takes a page.
    ///
    /// # Errors
    /// The store's.
    pub fn take_pull<S: ClientStore>(
        &mut self,
        store: &mut S,
        reply: &PullReply,
    ) -> Result<(), S::Error> {
        self.report.pulled += store.take_page(reply)?.rows;
        if reply.complete.is_some() {
            self.report.complete = true;
            self.phase = Phase::Done;
        }
        Ok(())
    }
}
