//! `POST /api/v1/sync/hello`: where both sides stand. Asked after a conflict, not in every sync.

use qilian_domain::ids::{At, Epoch, Incarnation, MutSeq, Seq};
use serde::{Deserialize, Serialize};

use crate::chain::ChainHash;

/// Whether a device may sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// Yes.
    Active,
    /// Not now.
    Suspended,
    /// Not any more.
    Revoked,
    /// Not any more, and its store is to be destroyed.
    Wipe,
}

/// Where the server stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelloReply {
    /// The server's timeline.
    pub epoch: Epoch,
    /// The least and the greatest protocol it speaks.
    pub protocol: (u32, u32),
    /// The schema it writes.
    pub schema: u32,
    /// Whether the device may sync.
    pub device_state: DeviceState,
    /// The incarnation it knows.
    pub incarnation: Incarnation,
    /// The last mutation it has of the device.
    pub last_mut_seq: MutSeq,
    /// The chain's hash after that one, in hexadecimal.
    pub last_hash: ChainHash,
    /// The last number in its feed.
    pub head: Seq,
    /// Its clock.
    pub server_time: At,
    /// What it takes in one message.
    pub limits: Limits,
}

/// What fits in one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Mutations in a push.
    pub push_mutations: u32,
    /// Bytes of payload in a push, before compression.
    pub push_bytes: u32,
    /// Bytes of rows in a page, before compression.
    pub page_bytes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u32 = 1024 * 1024;
        Self {
            push_mutations: 1_000,
            push_bytes: MIB,
            page_bytes: MIB,
        }
    }
}
