//! Owns what can go wrong with a file, told apart by what a person can do about it.

use std::io;

use serde_json::{Value, json};

/// Why a file was not taken in, shown or saved.
#[derive(Debug, thiserror::Error)]
pub enum AttachmentError {
    /// A photo of a kind whose position can't be taken out, and that no other laptop shows: HEIC.
    #[error("HEIC is not taken in")]
    HeicUnsupported,
    /// A photo that is none, or is damaged.
    #[error("the photo can't be read: {0}")]
    PhotoUnreadable(String),
    /// More or fewer bytes came than were announced: the file changed while it was read.
    #[error("{came} bytes came of {announced}")]
    Changed {
        /// What was said.
        announced: u64,
        /// What came.
        came: u64,
    },
    /// The bytes on this laptop are not those that were taken in.
    #[error("the bytes on this laptop are damaged: {0}")]
    Damaged(String),
    /// The district has no bytes of it, and this laptop neither.
    #[error("its bytes are neither here nor at the server")]
    NotThere,
    /// Nothing of that id is being taken in.
    #[error("no such intake")]
    IntakeUnknown,
    /// The disk.
    #[error(transparent)]
    Disk(io::Error),
}

impl AttachmentError {
    /// The code: stable, in snake_case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::HeicUnsupported => "photo_heic_unsupported",
            Self::PhotoUnreadable(_) => "photo_unreadable",
            Self::Changed { .. } => "file_changed",
            Self::Damaged(_) => "file_damaged",
            Self::NotThere => "file_not_there",
            Self::IntakeUnknown => "argument_invalid",
            Self::Disk(error) => crate::error::io_code(error),
        }
    }

    /// The facts that belong to the code.
    pub fn details(&self) -> Value {
        match self {
            Self::HeicUnsupported | Self::NotThere => json!({}),
            Self::IntakeUnknown => json!({ "field": "intake_id", "why": "unknown" }),
            Self::PhotoUnreadable(why) | Self::Damaged(why) => json!({ "why": why }),
            Self::Changed { announced, came } => json!({ "announced": announced, "came": came }),
            Self::Disk(error) => json!({ "what": "files", "why": error.to_string() }),
        }
    }
}

impl From<io::Error> for AttachmentError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::NotFound => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Disk(error),
        }
    }
}
