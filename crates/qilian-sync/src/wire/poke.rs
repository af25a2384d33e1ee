//! `GET /api/v1/sync/poke`: a stream of Server-Sent Events that says when a pull may bring something.
//!
//! It carries no content: an event means "pull now", and a pull says what there is. So events may be lost,
//! doubled or late, and a laptop that has no stream pulls by the clock.

use qilian_domain::ids::{Epoch, Seq};
use serde::{Deserialize, Serialize};

/// The media type of the stream.
pub const POKE_CONTENT_TYPE: &str = "text/event-stream";

/// The event with which a stream begins: what follows is live. A proxy that keeps it back keeps pokes back too.
pub const POKE_OPEN: &str = "open";

/// The event that says: pull now. Others are for later versions, and mean nothing yet.
pub const POKE_EVENT: &str = "poke";

/// The server says something at least this often, if only a comment: a stream that is silent for much longer
/// is dead.
pub const POKE_KEEP_ALIVE_S: u64 = 25;

/// Where the laptop stands, in the request's query: with both, it is poked at once only if it missed something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PokeRequest {
    /// The timeline that it knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Epoch>,
    /// The cut that its rows are at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
}
