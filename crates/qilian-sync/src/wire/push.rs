//! `POST /api/v1/sync/push`: mutations up, outcomes back (`sync.md` A.4).

use qilian_domain::ids::{At, Epoch, Incarnation, MutId, MutSeq, Seq};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a laptop did, as it is written into its outbox before anything is sent. The exact bytes of
/// this document are the payload that the chain's hash is taken over (A.0 13).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mutation {
    /// Unique for ever.
    pub mut_id: MutId,
    /// The command and the version of its arguments, such as `visit.record@1`.
    pub name: String,
    /// The command's arguments.
    pub args: Value,
    /// The cursor of the store it was written on; the actor's scope is judged by it (A.0 6).
    pub base_seq: Seq,
    /// The device's clock.
    pub device_time: At,
    /// Server time minus device time in milliseconds, as last measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset_ms: Option<i64>,
    /// The schema that the arguments were written in.
    pub schema: u32,
}

/// A mutation in its place in the device's chain, as text that is never re-serialised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MutationEnvelope {
    /// Its number.
    pub mut_seq: MutSeq,
    /// Its id, as in the payload: also a payload that the server can't read has an outcome.
    pub mut_id: MutId,
    /// The [`Mutation`] as JSON text, exactly as in the outbox.
    pub payload: String,
    /// The number at which it had its effect on an earlier timeline of the server, if it had one: a server that came
    /// back from a backup is sent it once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub had_effect_at: Option<Seq>,
}

/// A mutation as a storage keeps it: number, payload, and the chain's hash after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedMutation {
    /// Its number.
    pub mut_seq: MutSeq,
    /// Its id.
    pub mut_id: MutId,
    /// The exact text.
    pub payload: String,
    /// The chain's hash after it.
    pub hash: crate::chain::ChainHash,
    /// Where it had its effect on an earlier timeline.
    pub had_effect_at: Option<Seq>,
}

/// A run of mutations that continues the device's chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushRequest {
    /// The timeline the client knows.
    pub epoch: Epoch,
    /// Which copy of the device.
    pub incarnation: Incarnation,
    /// The chain's hash before the first mutation, in hexadecimal.
    pub base_hash: crate::chain::ChainHash,
    /// Contiguous, ascending.
    pub mutations: Vec<MutationEnvelope>,
}

/// What became of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PushReply {
    /// The last mutation that the server has for good; it may have taken only some.
    pub acked_through: MutSeq,
    /// One for each mutation taken, also for those it had before.
    pub outcomes: Vec<OutcomeReply>,
    /// The last number in the feed.
    pub head: Seq,
    /// The server's clock.
    pub server_time: At,
    /// Seconds to wait before more is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
}

/// How one mutation ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutcomeReply {
    /// Which.
    pub mut_seq: MutSeq,
    /// Its id.
    pub mut_id: MutId,
    /// How.
    pub status: ReplyStatus,
    /// Why, if it was refused or merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The facts that belong to the code.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub params: Value,
    /// The feed's number after it: a pull whose cursor has reached it holds its effect.
    pub at_seq: Seq,
}

/// How a mutation ended, as the pushing device learns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyStatus {
    /// Done as sent.
    Applied,
    /// Done beside another's change.
    Merged,
    /// Refused for good.
    Rejected,
    /// The server could not digest it; an administrator has it.
    Quarantined,
}
