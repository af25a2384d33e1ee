//! The least that a laptop does: a chain of mutations, and the rows of its cut.

use std::collections::BTreeMap;

use qilian_domain::bucket::Bucket;
use qilian_domain::command::{Command, VisitRecord};
use qilian_domain::ids::{At, DeviceId, Epoch, Incarnation, MutId, MutSeq, Seq};
use qilian_domain::rows::VisitMode;
use qilian_sync::chain::ChainHash;
use qilian_sync::sum::BucketSum;
use qilian_sync::wire::{
    Cursor, Mutation, MutationEnvelope, Op, PassPosition, PullReply, PullRequest, PushReply,
    PushRequest,
};

use crate::district::{day, mut_id, uscc, visit_id};

/// What a laptop holds of a bucket: kind and id, with version and body.
pub(crate) type Held = BTreeMap<(String, String, String), (u64, String)>;

#[derive(Clone)]
pub(crate) struct Laptop {
    pub(crate) device: DeviceId,
    pub(crate) epoch: Epoch,
    pub(crate) incarnation: Incarnation,
    pub(crate) cursor: Cursor,
    pub(crate) position: Option<PassPosition>,
    pub(crate) held: Held,
    staged: Held,
    /// All pages of the last pull.
    pub(crate) pages: Vec<PullReply>,
    base: ChainHash,
    acked: MutSeq,
    pub(crate) unsent: Vec<MutationEnvelope>,
}

impl Laptop {
    pub(crate) fn new(device: DeviceId, epoch: Epoch, incarnation: Incarnation) -> Self {
        Self {
            device,
            epoch,
            incarnation,
            cursor: Cursor::default(),
            position: None,
            held: Held::new(),
            staged: Held::new(),
            pages: Vec::new(),
            base: ChainHash::START,
            acked: MutSeq(0),
            unsent: Vec::new(),
        }
    }

    /// Writes a mutation into the outbox.
    pub(crate) fn does(&mut self, id: MutId, command: &Command, at: At) {
        let args = command.args().expect("JSON");
        self.does_raw(id, command.name(), args, at);
    }

    pub(crate) fn does_raw(&mut self, id: MutId, name: &str, args: serde_json::Value, at: At) {
        let mutation = Mutation {
            mut_id: id,
            name: name.to_owned(),
            args,
            base_seq: self.cursor.seq,
            device_time: at,
            offset_ms: Some(0),
            schema: 1,
        };
        let last = self.unsent.last().map_or(self.acked, |m| m.mut_seq);
        self.unsent.push(MutationEnvelope {
            mut_seq: last.next(),
            mut_id: id,
            payload: serde_json::to_string(&mutation).expect("JSON"),
            had_effect_at: None,
        });
    }

    /// Records the `n`th visit, on a day, to an enterprise.
    pub(crate) fn visits(&mut self, n: u64, enterprise: u32, on: &str, at: At) {
        self.does(mut_id(n), &visit(n, enterprise, on).into(), at);
    }

    pub(crate) fn push_request(&self) -> PushRequest {
        PushRequest {
            epoch: self.epoch,
            incarnation: self.incarnation,
            base_hash: self.base,
            mutations: self.unsent.clone(),
        }
    }

    /// Forgets what the server has.
    pub(crate) fn acknowledge(&mut self, reply: &PushReply) {
        while self
            .unsent
            .first()
            .is_some_and(|m| m.mut_seq <= reply.acked_through)
        {
            let sent = self.unsent.remove(0);
            self.base = self.base.then(&sent.payload);
            self.acked = sent.mut_seq;
        }
    }

    pub(crate) fn pull_request(&self, max_bytes: u32) -> PullRequest {
        PullRequest {
            epoch: self.epoch,
            incarnation: self.incarnation,
            cursor: self.cursor,
            position: self.position.clone(),
            again: Vec::new(),
            max_bytes,
            pending: u32::try_from(self.unsent.len()).expect("few"),
            oldest_pending: None,
            version: "0.1.0".to_owned(),
            last_error: None,
        }
    }

    /// Takes a page; whether the cut is complete with it.
    pub(crate) fn take(&mut self, reply: PullReply) -> bool {
        if self.position.is_none() {
            self.staged = self.held.clone();
            self.pages.clear();
        }
        if reply.anew {
            self.staged.clear();
        }
        for bucket in reply.reset.iter().chain(&reply.drop) {
            let name = bucket.to_string();
            self.staged.retain(|(of, ..), _| *of != name);
        }
        for op in &reply.ops {
            match op {
                Op::Put(put) => {
                    let key = (put.bucket.to_string(), put.kind.clone(), put.id.clone());
                    self.staged
                        .insert(key, (put.ver.0, put.body.get().to_owned()));
                }
                Op::Del { bucket, kind, id } => {
                    self.staged
                        .remove(&(bucket.to_string(), kind.clone(), id.clone()));
                }
            }
        }
        self.position.clone_from(&reply.position);
        let complete = reply.complete;
        self.pages.push(reply);
        if let Some(cursor) = complete {
            assert!(cursor.seq >= self.cursor.seq, "a cursor never goes back");
            self.cursor = cursor;
            self.held = self.staged.clone();
        }
        complete.is_some()
    }

    /// The buckets that it has rows of.
    pub(crate) fn buckets(&self) -> Vec<String> {
        let mut buckets: Vec<_> = self
            .held
            .keys()
            .map(|(bucket, ..)| bucket.clone())
            .collect();
        buckets.dedup();
        buckets
    }

    /// What it holds of a bucket, summed up.
    pub(crate) fn sum(&self, bucket: &Bucket) -> BucketSum {
        let name = bucket.to_string();
        let mut sum = BucketSum::default();
        for ((of, kind, id), (ver, _)) in &self.held {
            if *of == name {
                sum.add(kind, id, Seq(*ver));
            }
        }
        sum
    }

    /// The ids of a kind in a bucket.
    pub(crate) fn ids(&self, bucket: &str, kind: &str) -> Vec<String> {
        (self.held.keys())
            .filter(|(of, k, _)| of == bucket && k == kind)
            .map(|(.., id)| id.clone())
            .collect()
    }

    /// The cut that it holds, without the versions' bodies.
    pub(crate) fn head(&self) -> Seq {
        self.cursor.seq
    }
}

/// A visit with a note.
pub(crate) fn visit(n: u64, enterprise: u32, on: &str) -> VisitRecord {
    VisitRecord {
        visit: visit_id(n),
        uscc: uscc(enterprise),
        on: day(on),
        mode: VisitMode::Onsite,
        note: format!("第{n}次走访：了解生产经营情况。"),
        with: Vec::new(),
        met: Vec::new(),
        for_demands: Vec::new(),
        facts: Vec::new(),
        demands: Vec::new(),
        promises: Vec::new(),
        kept: Vec::new(),
        library: None,
    }
}
