//! Owns what a push means, for every engine: plan the run, decide each mutation after the ones before it,
//! write rows and outcomes together (`sync.md` A.4).
//!
//! Elsewhere: the chain's rules (`qilian_sync::push`), why a mutation is put aside (`aside`), SQL (the engines),
//! counting failures (`pushing`).

use std::collections::{BTreeMap, HashMap};

use qilian_domain::command::{Lateness, Rules};
use qilian_domain::ids::{At, DeviceId, MutId, MutSeq, Seq};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::Row;
use qilian_domain::rows::{Outcome, OutcomeStatus};
use qilian_domain::stamp::Stamp;
use qilian_sync::push::{PushConflict, Step, plan};
use qilian_sync::wire::{
    DeviceState, Mutation, OutcomeReply, PushReply, PushRequest, ReplyStatus, SealedMutation,
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::ahead::Ahead;
use super::aside::Aside;
use super::decide::{Decided, Decider, Deed, decide, rules};
use super::staged::Staged;
use super::transaction::{Link, PushTx};
use super::write::write;
use super::{ATTEMPTS, Device, StorageError, SyncError, SyncRefusal, grants, recovery, telling};

/// A laptop waits this long for each time the server failed on its next mutation.
const RETRY_AFTER_S: u32 = 5;

/// A run, or the part of it that was taken.
pub(crate) struct Taken {
    pub(crate) reply: PushReply,
    /// The mutation that the server failed on; what came before it was taken.
    pub(crate) failed: Option<MutId>,
}

/// Takes the mutations that are new, in the transaction that `tx` is.
pub(super) fn take(
    tx: &impl PushTx,
    decider: Decider,
    device: DeviceId,
    request: &PushRequest,
    at: At,
) -> Result<Taken, SyncError> {
    grants::settle(tx, at)?;
    let (epoch, head) = (tx.epoch()?, tx.feed_head()?);
    let device = tx.lock_device(device)?.ok_or(SyncRefusal::DeviceUnknown)?;
    match device.state {
        DeviceState::Active | DeviceState::Suspended => {}
        DeviceState::Revoked | DeviceState::Wipe => {
            return Err(SyncRefusal::DeviceStopped(device.state).into());
        }
    }
    if epoch != request.epoch {
        return Err(SyncRefusal::EpochChanged.into());
    }
    if device.incarnation != request.incarnation {
        let at = device.chain.last.next();
        return Err(SyncRefusal::Fork { at }.into());
    }
    let known = known_links(tx, &device, request)?;
    let hash_at = |seq| known.get(&seq).map(|link: &Link| link.hash);
    let steps = plan(device.chain, request, hash_at).map_err(refusal)?;

    let mut run = Run::new(&device, recovery::is_open(tx, at)?, at);
    let mut failed = None;
    let rules = rules(tx)?;
    let ahead = Ahead::read(tx, &device.user, &steps)?;
    for step in steps {
        match step {
            Step::Known(seq) => {
                let missing = || StorageError::Corrupt(format!("no outcome of mutation {seq}"));
                let link = known.get(&seq).ok_or_else(missing)?;
                run.known.push(link.outcome.clone());
            }
            Step::New(sealed, said) => {
                if !run.take(&ahead, decider, &rules, &sealed, &said)? {
                    failed = Some(sealed.mut_id);
                    break;
                }
            }
        }
    }
    let reply = run.finish(tx, head)?;
    recovery::retry(tx, decider, at)?;
    Ok(Taken { reply, failed })
}

/// How long a laptop shall wait before it sends a mutation again that the server failed on.
pub(super) const fn retry_after_s(attempts: u32) -> u32 {
    RETRY_AFTER_S * attempts
}

/// The links that the run may repeat, and the one before it.
fn known_links(
    tx: &impl PushTx,
    device: &Device,
    request: &PushRequest,
) -> Result<BTreeMap<MutSeq, Link>, StorageError> {
    let Some(first) = request.mutations.first() else {
        return Ok(BTreeMap::new());
    };
    let before = MutSeq(first.mut_seq.0.saturating_sub(1));
    if before > device.chain.last {
        return Ok(BTreeMap::new());
    }
    let links = tx.links(device, before, request.mutations.len() + 1)?;
    let by_seq = links.into_iter().map(|link| (link.outcome.mut_seq, link));
    Ok(by_seq.collect())
}

fn refusal(conflict: PushConflict) -> SyncRefusal {
    match conflict {
        PushConflict::Fork { at } => SyncRefusal::Fork { at },
        PushConflict::Gap { expected } => SyncRefusal::Gap { expected },
        PushConflict::Unreadable { .. } => SyncRefusal::Unreadable(conflict.to_string()),
    }
}

/// A run being taken.
struct Run<'a> {
    device: &'a Device,
    /// What was sent again after a restore may wait for what it stands on.
    recovering: bool,
    at: At,
    staged: Staged,
    /// Outcomes that the server had before.
    known: Vec<OutcomeReply>,
    /// New links; those that had their effect now get its number when all is written.
    links: Vec<Link>,
    /// Where among them a mutation had its effect.
    effects: HashMap<MutId, usize>,
}

impl<'a> Run<'a> {
    fn new(device: &'a Device, recovering: bool, at: At) -> Self {
        Self {
            device,
            recovering,
            at,
            staged: Staged::default(),
            known: Vec::new(),
            links: Vec::new(),
            effects: HashMap::new(),
        }
    }

    /// Takes one new mutation; `false` if the server failed on it and may yet try again.
    fn take(
        &mut self,
        ahead: &Ahead<'_, impl PushTx>,
        decider: Decider,
        rules: &Rules,
        sealed: &SealedMutation,
        said: &Result<Mutation, String>,
    ) -> Result<bool, StorageError> {
        let payload_hash = Sha256::digest(sealed.payload.as_bytes()).into();
        let mut link = Link {
            hash: sealed.hash,
            payload_hash,
            copied: false,
            outcome: applied(sealed),
        };
        let here = self.effects.get(&sealed.mut_id);
        let earlier = match here.and_then(|&place| self.links.get(place)) {
            Some(link) => Some(link),
            None => ahead.effect(sealed.mut_id),
        };
        if let Some(earlier) = earlier {
            link.copied = true;
            link.outcome = repeated(earlier, sealed, payload_hash);
        } else {
            match self.judge(ahead, decider, rules, sealed, said)? {
                Verdict::Done(rows) => self.staged.take(rows),
                Verdict::Merged(rows, aside) => {
                    self.staged.take(rows);
                    self.set_aside(&mut link, sealed, said, aside);
                }
                Verdict::Aside(aside) => self.set_aside(&mut link, sealed, said, aside),
                Verdict::NotYet => return Ok(false),
            }
        }
        if !link.copied {
            self.effects.insert(sealed.mut_id, self.links.len());
        }
        self.links.push(link);
        Ok(true)
    }

    fn stamp(&self, mutation: &Mutation) -> Stamp {
        Stamp {
            device: mutation.device_time,
            offset_ms: mutation.offset_ms,
            received: Some(self.at),
        }
    }

    /// What becomes of a mutation that had no effect yet.
    fn judge(
        &self,
        ahead: &Ahead<'_, impl PushTx>,
        decider: Decider,
        rules: &Rules,
        sealed: &SealedMutation,
        said: &Result<Mutation, String>,
    ) -> Result<Verdict, StorageError> {
        let mutation = match said {
            Ok(mutation) => mutation,
            Err(why) => return Ok(Verdict::Aside(Aside::unreadable(why))),
        };
        if self.device.state == DeviceState::Suspended {
            return Ok(Verdict::Aside(Aside::suspended()));
        }
        if ahead.attempts(mutation.mut_id) >= ATTEMPTS {
            return Ok(Verdict::Aside(Aside::given_up()));
        }
        let command = match ahead.command(sealed.mut_seq) {
            Some(Ok(command)) => command,
            Some(Err(refusal)) => {
                return Ok(Verdict::Aside(Aside::refused(refusal.document())));
            }
            None => {
                return Err(StorageError::Internal(
                    "a mutation that was not planned".into(),
                ));
            }
        };
        let deed = Deed {
            actor: &self.device.user,
            command,
            stamp: self.stamp(mutation),
            base: Some(mutation.base_seq),
            lateness: Lateness::Weighed,
        };
        Ok(match decide(ahead, &self.staged, rules, decider, &deed)? {
            Decided::Done { rows, conflicts } if conflicts.is_empty() => Verdict::Done(rows),
            Decided::Done { rows, conflicts } => {
                let params = telling::conflicts(ahead, &deed, conflicts)?;
                Verdict::Merged(rows, Aside::merged(params))
            }
            Decided::Refused(refusal) => {
                let document = telling::refused(ahead, &deed, &refusal, self.at)?;
                Verdict::Aside(match (refusal, sealed.had_effect_at) {
                    (Refusal::TooLate, _) => Aside::late(document),
                    (refusal, Some(before)) if self.recovering && refusal.may_pass() => {
                        ahead.tx.put_waiting(mutation.mut_id, before)?;
                        Aside::waiting(&document)
                    }
                    _ => Aside::refused(document),
                })
            }
            Decided::Panicked => Verdict::NotYet,
        })
    }

    /// Ends a mutation without its effect, or without a part of it; its author gets it back, with what was sent.
    fn set_aside(
        &mut self,
        link: &mut Link,
        sealed: &SealedMutation,
        said: &Result<Mutation, String>,
        aside: Aside,
    ) {
        link.outcome.status = match aside.status {
            OutcomeStatus::Merged => ReplyStatus::Merged,
            OutcomeStatus::Rejected => ReplyStatus::Rejected,
            OutcomeStatus::Quarantined => ReplyStatus::Quarantined,
        };
        link.outcome.code = Some(aside.code.clone());
        link.outcome.params = aside.params.clone();
        let (name, args) = match said {
            Ok(mutation) => (mutation.name.clone(), mutation.args.clone()),
            Err(_) => (String::new(), Value::String(sealed.payload.clone())),
        };
        self.staged.take(vec![Row::from(Outcome {
            mutation: sealed.mut_id,
            user: self.device.user.clone(),
            device: self.device.id,
            status: aside.status,
            code: aside.code,
            params: aside.params,
            name,
            args,
            written: (said.as_ref().ok()).map(|mutation| self.stamp(mutation)),
            base_seq: (said.as_ref().ok()).map(|mutation| mutation.base_seq),
            at: self.at,
            handled: None,
        })]);
    }

    /// Writes all of it.
    fn finish(self, tx: &impl PushTx, head: Seq) -> Result<PushReply, StorageError> {
        let mut links = self.links;
        let mut head = head;
        if !links.is_empty() {
            head = write(tx, &self.staged.into_rows(), self.at)?.head;
            for link in links.iter_mut().filter(|l| l.outcome.at_seq == PENDING) {
                link.outcome.at_seq = head;
            }
            tx.extend(self.device, &links, self.at)?;
        }
        let acked_through = links
            .last()
            .map_or(self.device.chain.last, |l| l.outcome.mut_seq);
        let new = links.into_iter().map(|link| link.outcome);
        let mut outcomes: Vec<_> = self.known.into_iter().chain(new).collect();
        if self.device.state == DeviceState::Suspended {
            // It is told that it need not send again, and nothing of what others wrote.
            outcomes.iter_mut().for_each(|o| o.params = Value::Null);
        }
        Ok(PushReply {
            acked_through,
            outcomes,
            head,
            server_time: self.at,
            retry_after_s: None,
        })
    }
}

/// What becomes of a mutation.
enum Verdict {
    /// It has its effect: rows to write.
    Done(Vec<Row>),
    /// The same, but for values that somebody else wrote first.
    Merged(Vec<Row>, Aside),
    /// It ends without one.
    Aside(Aside),
    /// The server failed on it and may try again.
    NotYet,
}

/// The number of an effect that is not written yet.
const PENDING: Seq = Seq(0);

fn applied(sealed: &SealedMutation) -> OutcomeReply {
    OutcomeReply {
        mut_seq: sealed.mut_seq,
        mut_id: sealed.mut_id,
        status: ReplyStatus::Applied,
        code: None,
        params: Value::Null,
        at_seq: PENDING,
    }
}

/// The outcome of a mutation that came before; another one under its id is refused.
fn repeated(earlier: &Link, sealed: &SealedMutation, payload_hash: [u8; 32]) -> OutcomeReply {
    if earlier.payload_hash == payload_hash {
        return OutcomeReply {
            mut_seq: sealed.mut_seq,
            ..earlier.outcome.clone()
        };
    }
    let document = Refusal::IdTaken(sealed.mut_id.to_string()).document();
    OutcomeReply {
        status: ReplyStatus::Rejected,
        code: Some(document.code),
        params: document.params,
        ..applied(sealed)
    }
}
