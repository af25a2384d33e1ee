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
    /// 403: the user is leaving: their laptops still send what was written on them, and are given nothing.
    UserLeaving,
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
    /// 503: try again. Something may have been done all the same; the same request again does no harm.
    Busy {
        /// In so many seconds, if the server can say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_s: Option<u32>,
    },
    /// 500: the server's log knows why. As with [`Self::Busy`], something may have been done.
    Internal,
    /// 403: the caller's role does not include this.
    RoleMissing,
    /// 404: what the request names is not there.
    NotFound,
    /// 404: there is no such attachment to send bytes of: it was not pushed, it is somebody else's, or it
    /// was taken back.
    AttachmentUnknown,
    /// 404: no file of this hash that the caller may read.
    FileUnknown,
    /// 409: the server has another number of bytes; the header `upload-offset` says the same.
    OffsetMismatch {
        /// How many it has.
        offset: u64,
    },
    /// 409: a newer request for the same upload took over. What this one brought is kept.
    Superseded,
    /// 422: the bytes are not those of the hash. They were thrown away: the upload begins anew.
    HashMismatch,
    /// 507: the server's disk is full. What was acknowledged is kept; try again later.
    DiskFull,
    /// 416: the range lies outside the file.
    RangeUnsatisfiable,
}

impl ErrorCode {
    /// The server can't say when to try again.
    pub const BUSY: Self = Self::Busy {
        retry_after_s: None,
    };
}
