//! Owns how a file's bytes travel: `POST /api/v1/uploads` begins, `HEAD|PATCH|DELETE /api/v1/uploads/{id}`
//! go on, `GET /api/v1/blobs/{sha256}` reads (`sync.md` A.9). Headers are those of the IETF draft on
//! resumable uploads (draft-ietf-httpbis-resumable-upload); an upload's id is that of its attachment.
//!
//! Elsewhere: what is known of a file (`attachment.add@1`, which is pushed before its bytes).

use qilian_domain::ids::AttachmentId;
use qilian_domain::media::ContentHash;
use serde::{Deserialize, Serialize};

/// The most that one `PATCH` may carry, in bytes.
pub const APPEND_BYTES: u64 = 4 * 1024 * 1024;

/// How many bytes the server has, durable: a decimal number.
pub const UPLOAD_OFFSET: &str = "upload-offset";
/// Whether the upload ends with this request, or has ended: `?1` or `?0`.
pub const UPLOAD_COMPLETE: &str = "upload-complete";
/// How many bytes the whole file has: a decimal number.
pub const UPLOAD_LENGTH: &str = "upload-length";
/// What the server takes: `max-append-size=4194304, max-size=…`.
pub const UPLOAD_LIMIT: &str = "upload-limit";
/// The media type of a `PATCH`.
pub const PARTIAL_UPLOAD: &str = "application/partial-upload";
/// A true value of a header.
pub const TRUE: &str = "?1";
/// A false value of a header.
pub const FALSE: &str = "?0";

/// Where the bytes of an attachment go on. The answer to the same request is the same until bytes arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadRequest {
    /// Of which attachment; the server has its row, since the laptop pushed it before.
    pub attachment_id: AttachmentId,
    /// As in the row.
    pub sha256: ContentHash,
    /// As in the row, in bytes.
    pub size: u64,
    /// As in the row.
    pub mime: String,
}

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum UploadReply {
    /// Nothing: the bytes are in the district's keeping.
    Stored,
    /// Send what follows the offset, in `PATCH`es.
    Open {
        /// How many bytes the server has.
        offset: u64,
        /// The most that one `PATCH` may carry.
        append_bytes: u64,
    },
}
