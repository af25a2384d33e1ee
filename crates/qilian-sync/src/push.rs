//! Owns the server's side of a push before any command is looked at: does this run of mutations
//! continue the device's chain, repeat a part of it, or contradict it (`sync.md` A.4 1–2, A.0 1)?
//!
//! Elsewhere: deciding and writing (the server's storage), the laptop's side (`client`).

use qilian_domain::ids::MutSeq;

use crate::chain::ChainHash;
use crate::wire::{Mutation, MutationEnvelope, PushRequest, SealedMutation};

/// What the server has of a device's chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainEnd {
    /// The last mutation it has; 0 if none.
    pub last: MutSeq,
    /// The hash after it.
    pub hash: ChainHash,
}

/// What to do with one mutation of a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The server has it: answer with the stored outcome.
    Known(MutSeq),
    /// It continues the chain: decide it, or put it aside if its payload is no mutation, and why it is none.
    New(SealedMutation, Result<Mutation, String>),
}

/// Why a run can't be taken at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PushConflict {
    /// What was sent contradicts what the server has: there are two copies of the laptop.
    #[error("fork detected at mutation {at}")]
    Fork {
        /// Where they part.
        at: MutSeq,
    },
    /// Mutations are missing in between.
    #[error("mutation {expected} is missing")]
    Gap {
        /// The one that should have come.
        expected: MutSeq,
    },
    /// Numbers are not contiguous from 1.
    #[error("mutation {at} is unreadable: {why}")]
    Unreadable {
        /// Which.
        at: MutSeq,
        /// Why.
        why: String,
    },
}

/// Plans a run. `hash_at` gives the stored hash after a mutation that the server has.
///
/// # Errors
/// [`PushConflict`]; nothing of the run may then be taken.
pub fn plan(
    end: ChainEnd,
    request: &PushRequest,
    hash_at: impl Fn(MutSeq) -> Option<ChainHash>,
) -> Result<Vec<Step>, PushConflict> {
    let Some(first) = request.mutations.first() else {
        return Ok(Vec::new());
    };
    let before = first
        .mut_seq
        .0
        .checked_sub(1)
        .map(MutSeq)
        .ok_or(PushConflict::Unreadable {
            at: first.mut_seq,
            why: "numbers start at 1".to_owned(),
        })?;
    if before > end.last {
        return Err(PushConflict::Gap {
            expected: end.last.next(),
        });
    }
    let stored = |seq: MutSeq| match seq {
        MutSeq(0) => Some(ChainHash::START),
        seq if seq == end.last => Some(end.hash),
        seq => hash_at(seq),
    };
    if stored(before) != Some(request.base_hash) {
        return Err(PushConflict::Fork { at: first.mut_seq });
    }

    let mut hash = request.base_hash;
    let mut expected = first.mut_seq;
    let mut steps = Vec::with_capacity(request.mutations.len());
    for envelope in &request.mutations {
        if envelope.mut_seq != expected {
            let why = format!("expected number {expected}");
            return Err(PushConflict::Unreadable {
                at: envelope.mut_seq,
                why,
            });
        }
        hash = hash.then(&envelope.payload);
        if expected <= end.last {
            if stored(expected) != Some(hash) {
                return Err(PushConflict::Fork { at: expected });
            }
            steps.push(Step::Known(expected));
        } else {
            let sealed = SealedMutation {
                mut_seq: expected,
                mut_id: envelope.mut_id,
                payload: envelope.payload.clone(),
                hash,
                had_effect_at: envelope.had_effect_at,
            };
            steps.push(Step::New(sealed, read(envelope)));
        }
        expected = expected.next();
    }
    Ok(steps)
}

/// What a payload says; why it says nothing, if it can't be read.
fn read(envelope: &MutationEnvelope) -> Result<Mutation, String> {
    let mutation: Mutation = serde_json::from_str(&envelope.payload).map_err(|e| e.to_string())?;
    if mutation.mut_id == envelope.mut_id {
        Ok(mutation)
    } else {
        Err(format!("it calls itself {}", mutation.mut_id))
    }
}
