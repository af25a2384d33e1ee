//! `POST /api/v1/devices/wiped`: a laptop's receipt for the order to destroy its store (`sync.md` A.12).

use qilian_domain::ids::At;
use serde::{Deserialize, Serialize};

/// Says that the key of the store is destroyed: nobody can read any more what was on the laptop. Sent with
/// the laptop's token, again and again until it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WipedRequest {
    /// Mutations that the server had not taken, and that are gone with the store.
    pub unsent: u32,
}

/// The receipt was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WipedReply {
    /// The server's clock.
    pub server_time: At,
}
