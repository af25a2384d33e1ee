//! Owns the smallest laptop there is: an outbox and a base in plain maps, under the product's own [`SyncRun`].

use std::collections::{BTreeMap, BTreeSet};

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{At, Epoch, Incarnation, MutId, MutSeq, Seq};
use qilian_sync::chain::ChainHash;
use qilian_sync::client::{
    ClientStore, Forked, OwnLaptop, PageTaken, Rejoined, Standing, SyncRun, Unsent,
};
use qilian_sync::sum::BucketSum;
use qilian_sync::wire::{
    AuditReply, Check, Cursor, ForkReply, HelloReply, Limits, MutationEnvelope, Op, PassPosition,
    PullReply, PushReply,
};

use super::Flaw;

/// What a laptop holds of the server's rows: bucket, kind, id; the version and the body.
pub(super) type Base = BTreeMap<(Bucket, String, String), (Seq, String)>;

/// A mutation that the base does not show yet.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    pub(super) mutation: MutationEnvelope,
    /// Where its outcome stands in the feed, once the server has answered.
    pub(super) at_seq: Option<Seq>,
}

/// What is on a laptop's disk.
#[derive(Debug, Clone)]
pub(super) struct Disk {
    epoch: Epoch,
    pub(super) outbox: Vec<Waiting>,
    /// What a complete pull has reached.
    pub(super) reached: BTreeSet<MutId>,
    /// The chain's hash after each mutation.
    pub(super) hashes: Vec<ChainHash>,
    pub(super) cursor: Cursor,
    pub(super) position: Option<PassPosition>,
    pass: u64,
    pub(super) staged: Vec<(u64, PullReply)>,
    pub(super) base: Base,
    flaw: Option<Flaw>,
}

/// A laptop: its disk, and the sync that is under way.
#[derive(Debug, Clone)]
pub(super) struct Laptop {
    pub(super) disk: Disk,
    pub(super) run: Option<SyncRun>,
    /// Which exchange it waits for.
    pub(super) exchange: u32,
}

/// What never happens to a laptop that nobody copied and a server that nobody restored.
#[derive(Debug)]
pub(super) struct Unexpected(pub(super) &'static str);

impl Laptop {
    pub(super) fn new(epoch: Epoch, flaw: Option<Flaw>) -> Self {
        let disk = Disk {
            epoch,
            outbox: Vec::new(),
            reached: BTreeSet::new(),
            hashes: vec![ChainHash::START],
            cursor: Cursor::default(),
            position: None,
            pass: 0,
            staged: Vec::new(),
            base: Base::new(),
            flaw,
        };
        Self {
            disk,
            run: None,
            exchange: 0,
        }
    }
}

impl Disk {
    pub(super) fn last(&self) -> MutSeq {
        MutSeq(self.hashes.len() as u64 - 1)
    }

    /// Writes a mutation.
    pub(super) fn append(&mut self, mut_id: MutId, payload: String) {
        let hash = self.hashes[self.hashes.len() - 1].then(&payload);
        let mutation = MutationEnvelope {
            mut_seq: self.last().next(),
            mut_id,
            payload,
            had_effect_at: None,
        };
        self.hashes.push(hash);
        let at_seq = None;
        self.outbox.push(Waiting { mutation, at_seq });
    }

    fn apply(base: &mut Base, page: &PullReply, forgotten: &mut BTreeSet<Bucket>) {
        for bucket in page.reset.iter().chain(&page.drop) {
            if forgotten.insert(bucket.clone()) {
                base.retain(|(of, ..), _| of != bucket);
            }
        }
        for op in &page.ops {
            match op {
                Op::Put(put) => {
                    let key = (put.bucket.clone(), put.kind.clone(), put.id.clone());
                    base.insert(key, (put.ver, put.body.get().to_owned()));
                }
                Op::Del { bucket, kind, id } => {
                    base.remove(&(bucket.clone(), kind.clone(), id.clone()));
                }
            }
        }
    }

    /// Whether a bucket holds what the server says.
    pub(super) fn holds(&self, check: &Check) -> bool {
        let mut sum = BucketSum::default();
        for ((bucket, kind, id), (ver, _)) in &self.base {
            if *bucket == check.bucket {
                sum.add(kind, id, *ver);
            }
        }
        sum == check.holds
    }

    /// The cut becomes what the laptop holds, and what it has reached waits no more.
    fn flip(&mut self, pass: u64, last: &PullReply, cursor: Cursor) {
        let (mut forgotten, mut of_pass) = (BTreeSet::new(), 0);
        let pages = std::mem::take(&mut self.staged);
        for (pass, page) in pages
            .iter()
            .map(|(p, page)| (*p, page))
            .chain([(pass, last)])
        {
            if pass != of_pass {
                (forgotten, of_pass) = (BTreeSet::new(), pass);
            }
            Self::apply(&mut self.base, page, &mut forgotten);
        }
        let there = |w: &Waiting| w.at_seq.is_some_and(|at| at <= cursor.seq);
        let reached = self.outbox.iter().filter(|w| there(w));
        self.reached.extend(reached.map(|w| w.mutation.mut_id));
        self.outbox.retain(|w| !there(w));
        (self.cursor, self.position, self.pass) = (cursor, None, 0);
    }
}

impl ClientStore for Disk {
    type Error = Unexpected;

    fn standing(&mut self) -> Result<Standing, Unexpected> {
        Ok(Standing {
            epoch: self.epoch,
            incarnation: Incarnation(1),
            cursor: self.cursor,
            position: self.position.clone(),
            pending: 0,
            oldest_pending: None::<At>,
            again: Vec::new(),
            audit_due: false,
        })
    }

    fn unsent(&mut self, _: Limits) -> Result<Option<Unsent>, Unexpected> {
        let unanswered = self.outbox.iter().filter(|w| w.at_seq.is_none());
        let mutations: Vec<_> = unanswered.map(|w| w.mutation.clone()).collect();
        let Some(first) = mutations.first() else {
            return Ok(None);
        };
        let before = usize::try_from(first.mut_seq.0).map_err(|_| Unexpected("a number"))? - 1;
        Ok(Some(Unsent {
            epoch: self.epoch,
            incarnation: Incarnation(1),
            base_hash: self.hashes[before],
            mutations,
        }))
    }

    fn take_outcomes(&mut self, reply: &PushReply) -> Result<Result<(), Forked>, Unexpected> {
        for outcome in &reply.outcomes {
            let mut waiting = self.outbox.iter_mut();
            match waiting.find(|w| w.mutation.mut_id == outcome.mut_id) {
                Some(waiting) => waiting.at_seq = Some(outcome.at_seq),
                None if self.reached.contains(&outcome.mut_id) => {}
                None => return Err(Unexpected("an outcome of somebody else's mutation")),
            }
        }
        if self.flaw == Some(Flaw::ForgetsOnAcknowledgement) {
            self.outbox.retain(|w| w.at_seq.is_none());
        }
        Ok(Ok(()))
    }

    fn take_page(&mut self, reply: &PullReply) -> Result<Result<PageTaken, Forked>, Unexpected> {
        if reply.last_mut_seq > self.last() {
            return Err(Unexpected("mutations that this laptop never made"));
        }
        let pass = match &self.position {
            None => 0,
            Some(position) if position.after.is_none() => self.pass + 1,
            Some(_) => self.pass,
        };
        match reply.complete {
            None => {
                self.staged.push((pass, reply.clone()));
                (self.position, self.pass) = (reply.position.clone(), pass);
            }
            Some(cursor) if cursor.seq < self.cursor.seq => {
                return Err(Unexpected("a cursor that goes back"));
            }
            Some(cursor) => self.flip(pass, reply, cursor),
        }
        Ok(Ok(PageTaken::default()))
    }

    fn take_audit(&mut self, _: Option<&Bucket>, _: &AuditReply) -> Result<(), Unexpected> {
        Err(Unexpected("an audit before its time"))
    }

    fn rejoin(&mut self, _: &HelloReply) -> Result<Rejoined, Unexpected> {
        Err(Unexpected("another timeline"))
    }

    fn begin_fork(&mut self, _: &OwnLaptop) -> Result<OwnLaptop, Unexpected> {
        Err(Unexpected("a fork"))
    }

    fn take_fork(&mut self, _: &ForkReply) -> Result<(), Unexpected> {
        Err(Unexpected("a fork"))
    }
}
