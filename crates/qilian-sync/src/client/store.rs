//! Owns what a sync needs of a store: where it stands, what to send, and one transaction for each reply.
//!
//! Elsewhere: the order in which they are asked (`client`), the transactions (`qilian-store`).

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{At, Epoch, Incarnation};

use super::copy::{Forked, OwnLaptop, Rejoined};

use crate::chain::ChainHash;
use crate::wire::{
    AuditReply, Cursor, ForkReply, HelloReply, Limits, MutationEnvelope, PassPosition, PullReply,
    PushReply,
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
    /// Buckets whose rows are not what the server said they should be; they are to be pulled whole.
    pub again: Vec<Bucket>,
    /// Whether it is time to compare all buckets.
    pub audit_due: bool,
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

    /// Compares buckets with what the server holds, those behind `after`; notes the ones that differ. Sums
    /// of another cut are not compared.
    ///
    /// # Errors
    /// If it can't be written.
    fn take_audit(&mut self, after: Option<&Bucket>, reply: &AuditReply)
    -> Result<(), Self::Error>;

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
