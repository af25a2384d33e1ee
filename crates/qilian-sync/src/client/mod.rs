//! Owns the laptop's side of a sync: push until nothing is unsent, then pull until the cut is complete. A
//! laptop that turns out to be a copy of another becomes one of its own on the way, and goes on; so does
//! one whose server came back from a backup.
//!
//! A [`SyncRun`] asks its store what to send, says what to send next, and hands replies to the store,
//! which takes each in one transaction. It keeps nothing that would be missed: killed at any moment, the
//! next run goes on from what the store holds. Elsewhere: the connection (`qilian-app`), the store's
//! transactions (`qilian-store`), when to sync at all.

mod pace;

use std::time::Duration;

use qilian_domain::ids::{At, DeviceId, Epoch, Incarnation, MutSeq};

use pace::Pace;

use crate::chain::ChainHash;
use crate::wire::{
    Cursor, ErrorCode, ForkReply, ForkRequest, HelloReply, Limits, MutationEnvelope, PassPosition,
    PullReply, PullRequest, PushReply, PushRequest, ReplyStatus,
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

/// The server knows another mutation under a number of this laptop: there are two copies of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forked {
    /// Which number.
    pub at: MutSeq,
}

/// How a laptop goes on when the server is on another timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejoined {
    /// In its chain: what the server lost is unsent again.
    Continues,
    /// Not in its chain: the server has another past of it, or it was a copy lately. All of it is unsent
    /// again, for a laptop of its own.
    Forked(Forked),
    /// Not at all: the server says that it is on the timeline that the laptop knows. Somebody put an old
    /// file in the place of its database and did not say so.
    NotAnnounced,
}

/// What a copy of a laptop is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnLaptop {
    /// Its id.
    pub device: DeviceId,
    /// What will prove it: 256 random bits, in hexadecimal.
    pub token: String,
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
    /// Outcomes of another copy's mutations are not noted.
    ///
    /// # Errors
    /// If they can't be written; then nothing was.
    fn take_outcomes(&mut self, reply: &PushReply) -> Result<Result<(), Forked>, Self::Error>;

    /// Stages a page; with the last page of a cut, makes the cut the store's truth, moves reached
    /// mutations from the outbox to the sent log, and replays the rest on top, all at once. A page for a
    /// copy that has written more than this one is not taken.
    ///
    /// # Errors
    /// If it can't be written; then nothing was.
    fn take_page(&mut self, reply: &PullReply) -> Result<Result<PageTaken, Forked>, Self::Error>;

    /// Goes over to the server's timeline: the cut is to be pulled from the beginning, and what the server
    /// does not have any more is unsent again. Screens show the cut from before until the new one is whole.
    ///
    /// # Errors
    /// If it can't be written; then nothing was.
    fn rejoin(&mut self, server: &HelloReply) -> Result<Rejoined, Self::Error>;

    /// What this copy is to be: `fresh`, which is kept until it is, or what was kept before.
    ///
    /// # Errors
    /// If it can't be written.
    fn begin_fork(&mut self, fresh: &OwnLaptop) -> Result<OwnLaptop, Self::Error>;

    /// Becomes the laptop that was kept: everything in the outbox is sent anew in a chain of its own. What the
    /// server already has of it, it knows by its id.
    ///
    /// # Errors
    /// If it can't be written; then nothing was.
    fn take_fork(&mut self, reply: &ForkReply) -> Result<(), Self::Error>;
}

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
    Fork,
    Hello,
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
    /// The first mutation of the push that is under way.
    first: Option<MutSeq>,
    report: SyncReport,
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
            first: None,
            report: SyncReport::default(),
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
        if reply.complete.is_some() {
            self.report.complete = true;
            self.phase = Phase::Done;
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
