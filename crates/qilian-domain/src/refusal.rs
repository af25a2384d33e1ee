//! Owns refusals: why a command can't be done, as a code that screens translate.
//!
//! Elsewhere: the words (`ui/src/locales`, the terminal), transient failures (storage).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Why a command was refused for good. The code and params cross the wire and stay with the outcome.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// This version knows no such command, or its arguments can't be read.
    #[error("command_unreadable: {0}")]
    CommandUnreadable(String),
    /// The visit is dated after today.
    #[error("visit_in_future: {on}")]
    VisitInFuture {
        /// The day written.
        on: chrono::NaiveDate,
    },
    /// No such enterprise here.
    #[error("enterprise_unknown: {0}")]
    EnterpriseUnknown(String),
    /// No such user.
    #[error("user_unknown: {0}")]
    UserUnknown(String),
    /// No such demand.
    #[error("demand_unknown: {0}")]
    DemandUnknown(String),
    /// No such promise; its visit may have been refused.
    #[error("promise_unknown: {0}")]
    PromiseUnknown(String),
    /// No such outcome.
    #[error("outcome_unknown: {0}")]
    OutcomeUnknown(String),
    /// The id is another row's already.
    #[error("id_taken: {0}")]
    IdTaken(String),
    /// The enterprise was not the author's on that day, and is no longer in their scope.
    #[error("scope_lost")]
    ScopeLost,
    /// The enterprise was the author's, and they lost it too long ago for this to be taken unseen: the server puts
    /// it aside, and an administrator decides.
    #[error("too_late")]
    TooLate,
    /// What is written is somebody else's to write.
    #[error("not_yours")]
    NotYours,
    /// The role does not include this.
    #[error("role_missing: {0}")]
    RoleMissing(&'static str),
    /// A text is longer than can be kept.
    #[error("text_too_long: {field}, {limit} characters at most")]
    TextTooLong {
        /// Which argument.
        field: &'static str,
        /// In characters.
        limit: usize,
    },
    /// An argument is empty where it must not be.
    #[error("text_missing: {0}")]
    TextMissing(&'static str),
    /// A fact's value is neither a scalar, nor a set of texts, nor a range.
    #[error("value_unreadable: {0}")]
    ValueUnreadable(String),
    /// A fact can't hold on a day that has not come.
    #[error("fact_in_future: {field} as of {as_of}")]
    FactInFuture {
        /// Which field.
        field: String,
        /// The day written.
        as_of: chrono::NaiveDate,
    },
    /// The week has not begun.
    #[error("week_in_future: {0}")]
    WeekInFuture(crate::week::Week),
    /// No such visit; it may have been refused.
    #[error("visit_unknown: {0}")]
    VisitUnknown(String),
    /// No such attachment, or it was removed.
    #[error("attachment_unknown: {0}")]
    AttachmentUnknown(String),
    /// A file has no bytes.
    #[error("file_empty")]
    FileEmpty,
    /// A file is larger than its kind may be.
    #[error("file_too_large: {size_bytes} bytes, {limit} at most")]
    FileTooLarge {
        /// Of the file.
        size_bytes: u64,
        /// In bytes.
        limit: u64,
    },
    /// A file's type is none that is kept.
    #[error("file_type_unsupported: {0}")]
    FileTypeUnsupported(String),
    /// A file's name is a path, or can't be shown.
    #[error("file_name_unusable: {0}")]
    FileNameUnusable(String),
    /// A thumbnail is no small picture.
    #[error("thumbnail_unreadable")]
    ThumbnailUnreadable,
}

/// A refusal as it crosses the wire and rests in an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalDocument {
    /// The code, such as `visit_in_future`.
    pub code: String,
    /// The facts that belong to it.
    #[serde(default)]
    pub params: Value,
}

impl Refusal {
    /// Whether it says that something is not there which may yet come: a row that the command stands on, or the
    /// assignment that would make it the author's.
    pub const fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::EnterpriseUnknown(_)
                | Self::UserUnknown(_)
                | Self::DemandUnknown(_)
                | Self::PromiseUnknown(_)
                | Self::OutcomeUnknown(_)
                | Self::VisitUnknown(_)
                | Self::AttachmentUnknown(_)
                | Self::ScopeLost
        )
    }

    /// The code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CommandUnreadable(_) => "command_unreadable",
            Self::VisitInFuture { .. } => "visit_in_future",
            Self::EnterpriseUnknown(_) => "enterprise_unknown",
            Self::UserUnknown(_) => "user_unknown",
            Self::DemandUnknown(_) => "demand_unknown",
            Self::PromiseUnknown(_) => "promise_unknown",
            Self::OutcomeUnknown(_) => "outcome_unknown",
            Self::IdTaken(_) => "id_taken",
            Self::ScopeLost => "scope_lost",
            Self::TooLate => "too_late",
            Self::NotYours => "not_yours",
            Self::RoleMissing(_) => "role_missing",
            Self::TextTooLong { .. } => "text_too_long",
            Self::TextMissing(_) => "text_missing",
            Self::ValueUnreadable(_) => "value_unreadable",
            Self::FactInFuture { .. } => "fact_in_future",
            Self::WeekInFuture(_) => "week_in_future",
            Self::VisitUnknown(_) => "visit_unknown",
            Self::AttachmentUnknown(_) => "attachment_unknown",
            Self::FileEmpty => "file_empty",
            Self::FileTooLarge { .. } => "file_too_large",
            Self::FileTypeUnsupported(_) => "file_type_unsupported",
            Self::FileNameUnusable(_) => "file_name_unusable",
            Self::ThumbnailUnreadable => "thumbnail_unreadable",
        }
    }

    /// Code and params.
    pub fn document(&self) -> RefusalDocument {
        let params = match self {
            Self::CommandUnreadable(why) => json!({ "why": why }),
            Self::VisitInFuture { on } => json!({ "on": on }),
            Self::EnterpriseUnknown(id)
            | Self::UserUnknown(id)
            | Self::DemandUnknown(id)
            | Self::PromiseUnknown(id)
            | Self::OutcomeUnknown(id)
            | Self::VisitUnknown(id)
            | Self::AttachmentUnknown(id)
            | Self::IdTaken(id) => json!({ "id": id }),
            Self::ScopeLost
            | Self::TooLate
            | Self::NotYours
            | Self::FileEmpty
            | Self::ThumbnailUnreadable => json!({}),
            Self::RoleMissing(role) => json!({ "role": role }),
            Self::TextTooLong { field, limit } => json!({ "field": field, "limit": limit }),
            Self::TextMissing(field) => json!({ "field": field }),
            Self::ValueUnreadable(field) => json!({ "field": field }),
            Self::FactInFuture { field, as_of } => json!({ "field": field, "as_of": as_of }),
            Self::WeekInFuture(week) => json!({ "week": week }),
            Self::FileTooLarge { size_bytes, limit } => {
                json!({ "size_bytes": size_bytes, "limit": limit })
            }
            Self::FileTypeUnsupported(mime) => json!({ "mime": mime }),
            Self::FileNameUnusable(name) => json!({ "name": name }),
        };
        RefusalDocument {
            code: self.code().to_owned(),
            params,
        }
    }
}
