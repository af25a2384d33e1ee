//! Owns what can go wrong in a use case, as codes that the window and the terminal translate.
//!
//! Elsewhere: the words (`ui/src/locales`, the terminal). The texts of [`std::fmt::Display`] here are
//! for logs.

use std::io;

use qilian_domain::calendar::CalendarMissing;
use qilian_domain::ids::At;
use qilian_domain::refusal::Refusal;
use qilian_policy::{FactError, FileError};
use qilian_store::StoreError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::attachment::AttachmentError;
use crate::key::KeyError;
use crate::transport::TransportError;

/// Why a use case did not do what it was asked. Nothing was changed, and nothing is lost.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store's key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The way to the server, or what it answered.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The laptop's folder.
    #[error("{what}: {error}")]
    Home {
        /// Which file or folder.
        what: String,
        /// What the system says.
        error: io::Error,
    },
    /// No laptop was enrolled here.
    #[error("not enrolled")]
    NotEnrolled,
    /// The district had what was here destroyed.
    #[error("the store was destroyed because the district said so")]
    Wiped,
    /// The laptop has not synced for longer than it may show what it holds.
    #[error("the lease was over at {until}")]
    LeaseOver {
        /// Since when.
        until: At,
        /// How many natural days after a complete sync it lasts.
        days: u32,
    },
    /// A laptop was enrolled here; it is never overwritten.
    #[error("already enrolled")]
    AlreadyEnrolled,
    /// No address of a server.
    #[error("not the address of a server: {0:?}")]
    ServerUrlInvalid(String),
    /// `QILIAN_NOW` is no moment with an offset.
    #[error("QILIAN_NOW is not a moment: {0:?}")]
    ClockUnreadable(String),
    /// A year without a calendar.
    #[error(transparent)]
    CalendarMissing(#[from] CalendarMissing),
    /// No field of that name is in the policy library.
    #[error("no such field: {0}")]
    FieldUnknown(String),
    /// The district has imported no policy library yet, or this laptop has not synced it.
    #[error("no policy library")]
    LibraryMissing,
    /// Facts given in JSON that the library does not take.
    #[error("facts refused: {0:?}")]
    FactsRefused(Vec<FactError>),
    /// Policy files that break the format's rules.
    #[error("{} faults in policy files", .0.len())]
    PolicyRefused(Vec<FileError>),
    /// A file named on the terminal that can't be read.
    #[error("{file}: {why}")]
    FileUnreadable {
        /// Its name as given.
        file: String,
        /// Why.
        why: String,
    },
    /// A row that is fit for the district can't be used by this version of the program.
    #[error("{what} can't be used: {why}")]
    RowUnusable {
        /// Which row.
        what: String,
        /// Why.
        why: String,
    },
    /// What a sync in another process came to, which this one waited for.
    #[error("the sync that was under way failed: {}", document.code)]
    Elsewhere {
        /// As that process reported it.
        document: Box<ErrorDocument>,
        /// Whether it could not reach the server.
        unreachable: bool,
    },
    /// An argument that is not what it should be, such as a mutation's id.
    #[error("{field}: {why}")]
    ArgumentInvalid {
        /// Which argument.
        field: String,
        /// Why.
        why: String,
    },
    /// The district has not said yet what an export is to be sealed with.
    #[error("the district's key for exports is not here")]
    ExportKeyMissing,
    /// A file of a visit.
    #[error(transparent)]
    Attachment(#[from] AttachmentError),
    /// A defect: logged, and told as such.
    #[error("internal: {0}")]
    Internal(String),
}

/// An error as it leaves the program: through IPC, or as `{"error": …}` on the terminal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorDocument {
    /// The code, in snake_case; stable.
    pub code: String,
    /// For people at a terminal; the window words it itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The facts that belong to the code.
    #[serde(default)]
    pub details: Value,
}

impl AppError {
    /// A failure at a file or folder of the laptop.
    pub fn home(what: impl std::fmt::Debug, error: io::Error) -> Self {
        Self::Home {
            what: format!("{what:?}"),
            error,
        }
    }

    /// The code: stable, in snake_case.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Store(error) => store_code(error),
            Self::Key(error) => key_code(error),
            Self::Transport(error) => error.code(),
            Self::Home { error, .. } => io_code(error),
            Self::NotEnrolled => "not_enrolled",
            Self::Wiped => "laptop_wiped",
            Self::LeaseOver { .. } => "lease_over",
            Self::AlreadyEnrolled => "already_enrolled",
            Self::ServerUrlInvalid(_) => "server_url_invalid",
            Self::ClockUnreadable(_) => "clock_unreadable",
            Self::CalendarMissing(_) => "calendar_missing",
            Self::FieldUnknown(_) => "field_unknown",
            Self::LibraryMissing => "library_missing",
            Self::FactsRefused(errors) => errors.first().map_or("internal", FactError::code),
            Self::PolicyRefused(_) => "policy_refused",
            Self::FileUnreadable { .. } => "file_unreadable",
            Self::RowUnusable { .. } => "row_unusable",
            Self::Elsewhere { document, .. } => &document.code,
            Self::ArgumentInvalid { .. } => "argument_invalid",
            Self::ExportKeyMissing => "export_key_missing",
            Self::Attachment(error) => error.code(),
            Self::Internal(_) => "internal",
        }
    }

    /// The facts that belong to the code; an object.
    pub fn details(&self) -> Value {
        match self {
            Self::Refused(refusal) => refusal.document().params,
            Self::Store(StoreError::Newer { found, known }) => {
                json!({ "found": found, "known": known })
            }
            Self::Store(error) => json!({ "why": error.to_string() }),
            Self::Key(KeyError::Newer(found)) => json!({ "found": found }),
            Self::Key(error) => json!({ "why": error.to_string() }),
            Self::Transport(error) => error.details(),
            Self::Home { what, error } => json!({ "what": what, "why": error.to_string() }),
            Self::NotEnrolled
            | Self::Wiped
            | Self::AlreadyEnrolled
            | Self::LibraryMissing
            | Self::ExportKeyMissing => json!({}),
            Self::LeaseOver { until, days } => json!({ "until": until, "days": days }),
            Self::ServerUrlInvalid(text) => json!({ "server": text }),
            Self::ClockUnreadable(text) => json!({ "now": text }),
            Self::CalendarMissing(missing) => json!({ "year": missing.year }),
            Self::FieldUnknown(field) => json!({ "field": field }),
            Self::FactsRefused(errors) => json!({ "errors": errors }),
            Self::PolicyRefused(errors) => json!({ "errors": errors }),
            Self::FileUnreadable { file, why } => json!({ "file": file, "why": why }),
            Self::RowUnusable { what, why } => json!({ "what": what, "why": why }),
            Self::Elsewhere { document, .. } => document.details.clone(),
            Self::ArgumentInvalid { field, why } => json!({ "field": field, "why": why }),
            Self::Attachment(error) => error.details(),
            Self::Internal(why) => json!({ "why": why }),
        }
    }

    /// Code and details, without words.
    pub fn document(&self) -> ErrorDocument {
        ErrorDocument {
            code: self.code().to_owned(),
            message: None,
            details: self.details(),
        }
    }

    /// Whether what was written here was taken, and nothing is given: the user is leaving.
    pub fn only_sends(&self) -> bool {
        matches!(self, Self::Transport(error) if error.only_sends())
    }

    /// Whether the server could not be reached: to be tried again, and nothing is wrong here.
    pub fn unreachable(&self) -> bool {
        match self {
            Self::Transport(error) => error.unreachable(),
            Self::Elsewhere { unreachable, .. } => *unreachable,
            _ => false,
        }
    }
}

fn store_code(error: &StoreError) -> &'static str {
    match error {
        StoreError::Newer { .. } => "store_newer",
        // The key was opened before, so a file that it does not open is damaged.
        StoreError::KeyWrong | StoreError::Corrupt(_) | StoreError::BadRow { .. } => {
            "store_corrupt"
        }
        StoreError::DiskFull => "disk_full",
        StoreError::Busy => "store_busy",
        StoreError::CannotOpen(_) => "store_unopenable",
        StoreError::NotEnrolled => "not_enrolled",
        StoreError::Exists | StoreError::AlreadyEnrolled => "already_enrolled",
        _ => "store_failed",
    }
}

fn key_code(error: &KeyError) -> &'static str {
    match error {
        KeyError::KeyStoreMissing(_) => "key_store_missing",
        KeyError::KeyStoreEmpty => "key_store_empty",
        KeyError::PassphraseWrong => "passphrase_wrong",
        KeyError::PassphraseNeeded => "passphrase_needed",
        KeyError::PassphraseEmpty => "passphrase_empty",
        KeyError::Damaged(_) => "store_corrupt",
        KeyError::Newer(_) => "store_newer",
        KeyError::Io(error) => io_code(error),
    }
}

pub(crate) fn io_code(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "disk_full",
        _ => "home_unusable",
    }
}
