//! `POST /api/v1/sync/audit`: what the buckets of a user hold, so that a laptop can tell whether it holds the
//! same (`sync.md` A.6). A page of a pull says it of the buckets that changed; this says it of all.

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{At, Epoch, Incarnation};
use serde::{Deserialize, Serialize};

use super::pull::{Check, Cursor};

/// Asks what the buckets hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRequest {
    /// The timeline the client knows.
    pub epoch: Epoch,
    /// Which copy of the device.
    pub incarnation: Incarnation,
    /// The cut that the client holds: sums of another one would say nothing about it.
    pub cursor: Cursor,
    /// The last bucket it has heard of; `None` at the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Bucket>,
}

/// What some of the buckets hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditReply {
    /// The cut that the sums are of. If it is not the client's, there are none: pull first.
    pub cursor: Cursor,
    /// In the order of the buckets' names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// Whether there are more buckets after the last.
    #[serde(default)]
    pub more: bool,
    /// The server's clock.
    pub server_time: At,
}
