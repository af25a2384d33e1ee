//! `POST /api/v1/devices/fork`: a copy of a laptop becomes a laptop of its own (`sync.md` A.0 2).
//!
//! A copy is a cloned disk or a restored home folder: it has the token of the laptop it was made of, and
//! finds out when what it sends contradicts what the other sent. Both keep all that they have written.

use qilian_domain::ids::{At, DeviceId, Incarnation};
use serde::{Deserialize, Serialize};

/// Asks to be a laptop of its own. Sent with the token of the laptop it is a copy of.
///
/// The copy makes its id and its token, and keeps them before it asks: asking twice makes one laptop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForkRequest {
    /// The id that the copy takes.
    pub device_id: DeviceId,
    /// What will prove it: 256 random bits, in hexadecimal.
    pub token: String,
    /// The version of the program, for the administrator's list.
    pub version: String,
}

/// The copy is a laptop of its own, with an empty chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForkReply {
    /// That of the new laptop.
    pub incarnation: Incarnation,
    /// The server's clock.
    pub server_time: At,
}
