//! Owns how a refusal leaves the server: status, code, and a line for logs.

use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use qilian_sync::wire::{ErrorCode, ErrorReply, UPLOAD_OFFSET};

use super::body::Packed;
use crate::storage::{CodeRefusal, StorageError, SyncError, SyncRefusal};

/// A refusal.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Refused {
    code: ErrorCode,
    message: String,
    header: Option<(HeaderName, String)>,
}

impl Refused {
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            header: None,
        }
    }

    /// Says something in a header as well, where HTTP has one for it.
    pub(super) fn with_header(self, name: HeaderName, value: String) -> Self {
        Self {
            header: Some((name, value)),
            ..self
        }
    }

    const fn status(&self) -> StatusCode {
        match self.code {
            ErrorCode::Unreadable => StatusCode::BAD_REQUEST,
            ErrorCode::TokenUnknown => StatusCode::UNAUTHORIZED,
            ErrorCode::DeviceStopped { .. } | ErrorCode::UserLeaving | ErrorCode::RoleMissing => {
                StatusCode::FORBIDDEN
            }
            ErrorCode::CodeUnknown
            | ErrorCode::NotFound
            | ErrorCode::AttachmentUnknown
            | ErrorCode::FileUnknown => StatusCode::NOT_FOUND,
            ErrorCode::CodeExpired | ErrorCode::CodeUsed => StatusCode::GONE,
            ErrorCode::TooManyTries => StatusCode::TOO_MANY_REQUESTS,
            ErrorCode::EpochChanged
            | ErrorCode::ForkDetected { .. }
            | ErrorCode::Gap { .. }
            | ErrorCode::OffsetMismatch { .. }
            | ErrorCode::Superseded => StatusCode::CONFLICT,
            ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            ErrorCode::ProtocolUnsupported => StatusCode::UPGRADE_REQUIRED,
            ErrorCode::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
            ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            ErrorCode::HashMismatch => StatusCode::UNPROCESSABLE_ENTITY,
            ErrorCode::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
            ErrorCode::RangeUnsatisfiable => StatusCode::RANGE_NOT_SATISFIABLE,
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = self.status();
        let header = match self.code {
            ErrorCode::OffsetMismatch { offset } => {
                let name = HeaderName::from_static(UPLOAD_OFFSET);
                Some((name, offset.to_string()))
            }
            _ => self.header,
        };
        let reply = ErrorReply {
            error: self.code,
            message: self.message,
            server_time: None,
        };
        let mut response = (status, Packed(reply)).into_response();
        let header = header.and_then(|(name, value)| Some((name, value.parse().ok()?)));
        response.headers_mut().extend(header);
        response
    }
}

impl From<StorageError> for Refused {
    fn from(error: StorageError) -> Self {
        tracing::error!(%error, "the database failed");
        if error.is_transient() {
            Self::new(ErrorCode::BUSY, "try again")
        } else {
            Self::new(ErrorCode::Internal, "the server's log knows why")
        }
    }
}

impl From<SyncRefusal> for Refused {
    fn from(refusal: SyncRefusal) -> Self {
        let message = refusal.to_string();
        let code = match refusal {
            SyncRefusal::EpochChanged => ErrorCode::EpochChanged,
            SyncRefusal::Fork { at } => ErrorCode::ForkDetected { at },
            SyncRefusal::Gap { expected } => ErrorCode::Gap { expected },
            SyncRefusal::Unreadable(_) => ErrorCode::Unreadable,
            SyncRefusal::DeviceStopped(state) => ErrorCode::DeviceStopped { state },
            SyncRefusal::UserLeaving | SyncRefusal::UserLeft(_) => ErrorCode::UserLeaving,
            SyncRefusal::DeviceUnknown => ErrorCode::TokenUnknown,
        };
        Self::new(code, message)
    }
}

impl From<SyncError> for Refused {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Refused(refusal) => refusal.into(),
            SyncError::Storage(error) => error.into(),
        }
    }
}

impl From<CodeRefusal> for Refused {
    fn from(refusal: CodeRefusal) -> Self {
        match refusal {
            CodeRefusal::Unknown => Self::new(ErrorCode::CodeUnknown, "no such code"),
            CodeRefusal::Expired => Self::new(ErrorCode::CodeExpired, "its time is over"),
            CodeRefusal::Used => Self::new(ErrorCode::CodeUsed, "it was used"),
        }
    }
}
