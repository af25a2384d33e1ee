//! Owns what a device is told and says of itself outside its pushes and pulls.
//!
//! Elsewhere: what the administrator sees of it ([`Device`]), how it begins (`enrol`).

use qilian_domain::ids::{At, Epoch, Seq};
use qilian_sync::wire::{HelloReply, Limits, PROTOCOL, SCHEMA};

use super::Device;

/// A device's receipt for the order to destroy its store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wiped {
    /// When it came.
    pub at: At,
    /// Mutations that had not been sent and are gone.
    pub unsent: u32,
}

impl Device {
    /// Whether it is to pull its cut anew and has not come to a complete one since.
    pub const fn resync_due(&self) -> bool {
        self.synced_to.0 < self.believed_from.0
    }

    /// Where the server stands, as it tells this device.
    pub fn hello(&self, epoch: Epoch, head: Seq, at: At) -> HelloReply {
        HelloReply {
            epoch,
            protocol: (PROTOCOL, PROTOCOL),
            schema: SCHEMA,
            device_state: self.state,
            incarnation: self.incarnation,
            last_mut_seq: self.chain.last,
            last_hash: self.chain.hash,
            head,
            server_time: at,
            limits: Limits::default(),
        }
    }
}
