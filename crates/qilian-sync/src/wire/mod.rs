//! Owns the messages, one file a phase: request and reply side by side.
//!
//! Bodies are JSON, compressed with zstd (`codec`). A field added later has a serde default; a field is
//! never renamed; what can't be said that way is a new [`PROTOCOL`] number.

mod admin;
mod audit;
mod enrol;
mod error;
mod fork;
mod hello;
mod poke;
mod pull;
mod push;
mod upload;
mod wiped;

pub use admin::{
    DevicesReply, InvalidateReply, InvalidateRequest, LaptopView, NamedUser, Need, NeedyLaptop,
    ProgrammeReply, ProgrammeRequest, QuarantinedView, ReleaseReply, StateRequest, SyncHealthReply,
    WipedView,
};
pub use audit::{AuditReply, AuditRequest};
pub use enrol::{EnrolReply, EnrolRequest, EnrolledDistrict, EnrolledUser};
pub use error::{ErrorCode, ErrorReply};
pub use fork::{ForkReply, ForkRequest};
pub use hello::{DeviceState, HelloReply, Limits};
pub use poke::{POKE_CONTENT_TYPE, POKE_EVENT, POKE_KEEP_ALIVE_S, POKE_OPEN, PokeRequest};
pub use pull::{Check, Cursor, Op, PassPosition, PullReply, PullRequest, Put};
pub use push::{
    Mutation, MutationEnvelope, OutcomeReply, PushReply, PushRequest, ReplyStatus, SealedMutation,
};
pub use upload::{
    APPEND_BYTES, FALSE, PARTIAL_UPLOAD, TRUE, UPLOAD_COMPLETE, UPLOAD_LENGTH, UPLOAD_LIMIT,
    UPLOAD_OFFSET, UploadReply, UploadRequest,
};
pub use wiped::{WipedReply, WipedRequest};

/// The protocol this version speaks.
pub const PROTOCOL: u32 = 1;

/// The version of row bodies and command arguments this version writes.
pub const SCHEMA: u32 = 1;

/// The header that carries the protocol number in every request and reply.
pub const PROTOCOL_HEADER: &str = "qilian-protocol";

/// The header by which a reply says which request it answers, by repeating what the request said: a reply that
/// something on the way had kept answers another one.
pub const EXCHANGE_HEADER: &str = "qilian-exchange";
