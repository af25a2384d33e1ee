//! Owns what became of a mutation that was not simply applied. It is itself synced, so that a second
//! laptop of the same user can show it, with the payload, and nothing is lost.

use serde::{Deserialize, Serialize};

use crate::bucket::Bucket;
use crate::ids::{At, DeviceId, MutId, Seq, UserId};
use crate::row::Body;
use crate::stamp::Stamp;

/// How a mutation ended, where it did not simply apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeStatus {
    /// Applied beside another's change; both are in the history.
    Merged,
    /// Refused for good; the payload is kept.
    Rejected,
    /// The server did not decide it: it failed on it three times or could not read it, the laptop was suspended, or
    /// it came too late. The payload is kept, and an administrator may release it.
    Quarantined,
}

/// What its author did about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandledHow {
    /// Sent again on the new state.
    Resubmitted,
    /// Let go, on purpose.
    Discarded,
    /// Its words were kept as a note on the enterprise.
    Noted,
    /// Read; nothing was left to do.
    Seen,
    /// The district took it after all: an administrator released it, or what it waited for came.
    Released,
}

/// That its author saw to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handled {
    /// When.
    pub at: At,
    /// How.
    pub how: HandledHow,
}

/// A mutation's outcome for its author.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The mutation.
    pub mutation: MutId,
    /// Its author.
    pub user: UserId,
    /// The laptop it came from.
    pub device: DeviceId,
    /// How it ended.
    pub status: OutcomeStatus,
    /// Why, as a code that screens translate.
    pub code: String,
    /// The facts that belong to the code.
    #[serde(default)]
    pub params: serde_json::Value,
    /// The command, such as `visit.record@1`; empty where the server could not read what was sent.
    pub name: String,
    /// What was sent; the text of it where the server could not read it.
    pub args: serde_json::Value,
    /// When it was written; `None` where the server could not read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<Stamp>,
    /// The cursor of the store that it was written on; `None` where the server could not read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_seq: Option<Seq>,
    /// When the server decided.
    pub at: At,
    /// What its author did about it; `None` while it waits for them.
    #[serde(default)]
    pub handled: Option<Handled>,
}

impl Body for Outcome {
    fn row_id(&self) -> String {
        self.mutation.to_string()
    }

    fn parent(&self) -> Option<String> {
        Some(self.user.to_string())
    }

    fn buckets(&self) -> Vec<Bucket> {
        vec![Bucket::Me(self.user.clone())]
    }
}
