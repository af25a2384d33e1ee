//! What the server answers instead of a reply.

use qilian_domain::ids::{At, MutSeq};
use serde::{Deserialize, Serialize};

/// An error, with a status of 4xx or 5xx.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorReply {
    /// What it is.
    pub error: ErrorCode,
    /// For people who read logs; never shown to a cadre.
    #[serde(default)]
    pub message: String,
    /// The server's clock.
    #[serde(default)]
    pub server_time: Option<At>,
}

/// Errors that a client acts on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum ErrorCode {
    /// 400: not a message of this protocol.
    Unreadable,
    /// 401: no token, or none that the server knows. The outbox stays.
    TokenUnknown,
    /// 403: the device is suspended, revoked or to be wiped.
    DeviceStopped {
        /// Which of them.
        state: super::DeviceState,
    },
    /// 404: no such enrolment code.
    CodeUnknown,
    /// 410: the enrolment code is older than it may be.
    CodeExpired,
    /// 410: the enrolment code was used.
    CodeUsed,
    /// 429: too many tries; try again later.
    TooManyTries,
    /// 409: the server is on another timeline than the client thinks.
    EpochChanged,
    /// 409: two copies of one laptop: what was sent does not continue what the server has.
    ForkDetected {
        /// The first mutation that contradicts.
        at: MutSeq,
    },
    /// 409: mutations are missing in between.
    Gap {
        /// The number the server expects next.
        expected: MutSeq,
    },
    /// 413: a message is larger than the limits allow.
    TooLarge,
    /// 426: the client speaks another protocol.
    ProtocolUnsupported,
    /// 503: nothing was done; try again.
    Busy,
    /// 500: nothing was done; the server's log knows why.
    Internal,
    /// 403: the caller's role does not include this.
    RoleMissing,
    /// 404: what the request names is not there.
    NotFound,
}
