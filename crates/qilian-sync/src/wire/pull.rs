//! `POST /api/v1/sync/pull`: the rows of the user's buckets, as a consistent cut (`sync.md` A.6).
//!
//! A pull is a series of passes. A pass covers every bucket in scope, in the order of their names, for
//! changes after `from` up to `to`, the feed's head when the pass began. A row that changes while its
//! pass runs moves beyond `to` and comes in the next pass, which is smaller. When a page ends a pass in
//! the same snapshot in which it finds the head still at `to`, the cut is complete. The server keeps
//! nothing between pages: the position travels with the client, who may die anywhere and go on.

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{At, Epoch, Incarnation, MutSeq, Seq};
use qilian_domain::row::Kind;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::sum::{BucketSum, Mark};

/// Up to where a store holds everything in its scope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The feed's number; 0 for an empty store.
    pub seq: Seq,
    /// The history that the number stands in: a server whose database was quietly put back to an older
    /// one may reach the same number again with other changes (`sync.md` A.0 8). None at 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
}

/// Where an unfinished pull stands. Clients keep it and send it back as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassPosition {
    /// The pass covers changes after this…
    pub from: Seq,
    /// … up to this.
    pub to: Seq,
    /// The last row sent: its bucket and number; `None` at the beginning of a pass.
    pub after: Option<(Bucket, Seq)>,
    /// Buckets that the pass brings whole, because the client asked for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub again: Vec<Bucket>,
}

/// Asks for one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequest {
    /// The timeline the client knows.
    pub epoch: Epoch,
    /// Which copy of the device.
    pub incarnation: Incarnation,
    /// What the client holds.
    pub cursor: Cursor,
    /// Where an unfinished pull stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<PassPosition>,
    /// Buckets that the client wants whole: what it holds of them is not what the server says. Heard at the
    /// beginning of a pull; then the position carries them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub again: Vec<Bucket>,
    /// The greatest page wanted, in bytes of rows before compression.
    pub max_bytes: u32,
    /// How many mutations wait on the laptop, for the administrator's list of devices.
    #[serde(default)]
    pub pending: u32,
    /// Since when the oldest of them waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_pending: Option<At>,
    /// The program's version.
    #[serde(default)]
    pub version: String,
    /// Why the sync before this one failed, as a code, if it did for another reason than the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
}

/// One page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PullReply {
    /// The pull brings everything: whatever it does not bring, the client must forget. Said on its first
    /// page, to a laptop that was away for longer than the server remembers what left a bucket.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub anew: bool,
    /// Buckets whose rows the client must forget before it takes the ones in this pull.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reset: Vec<Bucket>,
    /// Buckets that left the scope.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drop: Vec<Bucket>,
    /// Changes, in the order of the pass.
    pub ops: Vec<Op>,
    /// Where the pull goes on; `None` when it is complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<PassPosition>,
    /// The cut that is complete with this page; `None` while there is more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complete: Option<Cursor>,
    /// With the last page: what the buckets that changed hold at the cut.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// The last mutation of this device that the server has.
    pub last_mut_seq: MutSeq,
    /// The server's clock.
    pub server_time: At,
}

/// What the server holds in a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Which.
    pub bucket: Bucket,
    /// Its rows, summed up.
    #[serde(flatten)]
    pub holds: BucketSum,
}

/// One membership that changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// The row is in the bucket, as given.
    Put(Put),
    /// The row is not in the bucket any more.
    Del {
        /// Which bucket.
        bucket: Bucket,
        /// Which kind, by name.
        kind: String,
        /// Its id.
        id: String,
    },
}

/// A row in a bucket.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Put {
    /// Which bucket.
    pub bucket: Bucket,
    /// Which kind, by name: a kind that this version does not know is kept and not shown.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// The feed's number of its last change.
    pub ver: Seq,
    /// Its body, as the server stores it.
    pub body: Box<RawValue>,
}

impl Put {
    /// The kind, if this version knows it.
    pub fn known_kind(&self) -> Option<Kind> {
        Kind::named(&self.kind)
    }
}
