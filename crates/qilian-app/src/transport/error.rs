//! Owns why an exchange with the server came to nothing, told apart by what a person can do about it.

use std::error::Error;
use std::io;

use qilian_sync::wire::{DeviceState, ErrorCode};
use serde_json::{Value, json};

/// Why an exchange came to nothing. The outbox is as it was.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// No connection, a connection that was cut, or no answer in time: try again.
    #[error("the server could not be reached: {why}")]
    Unreachable {
        /// Its address.
        server: String,
        /// For logs.
        why: String,
    },
    /// Whoever answers can't prove to be that server.
    #[error("the certificate is not valid: {why}")]
    CertificateInvalid {
        /// Its address.
        server: String,
        /// For logs.
        why: String,
    },
    /// Something answers that is not a server of ours: another program, or a network's log-in page.
    #[error("not a qilian server: {why}")]
    NotAQilianServer {
        /// Its address.
        server: String,
        /// What was odd.
        why: String,
    },
    /// The server is ours and says no.
    #[error("the server refused: {0:?}")]
    Refused(ErrorCode),
    /// The server is ours and says something that this version does not know.
    #[error("the server refused with {0}")]
    RefusedOtherwise(String),
    /// The server is ours, and its answer can't be read.
    #[error("the answer can't be read: {0}")]
    ReplyUnreadable(String),
    /// The client could not be set up on this machine.
    #[error("no connection can be made on this machine: {0}")]
    SetUp(String),
}

impl TransportError {
    pub(super) fn not_ours(server: impl ToString, why: impl ToString) -> Self {
        Self::NotAQilianServer {
            server: server.to_string(),
            why: why.to_string(),
        }
    }

    pub(super) fn unreachable_because(server: impl ToString, why: impl ToString) -> Self {
        Self::Unreachable {
            server: server.to_string(),
            why: why.to_string(),
        }
    }

    /// Tells from the causes of a failed request what it was.
    pub(super) fn from_failure(server: impl ToString, error: &(dyn Error + 'static)) -> Self {
        let server = server.to_string();
        let why = innermost(error);
        match tls_failure(error) {
            Some(rustls::Error::InvalidCertificate(_)) => Self::CertificateInvalid { server, why },
            Some(rustls::Error::InvalidMessage(_)) => Self::NotAQilianServer { server, why },
            _ => Self::Unreachable { server, why },
        }
    }

    /// The code: stable, in snake_case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "server_unreachable",
            Self::CertificateInvalid { .. } => "certificate_invalid",
            Self::NotAQilianServer { .. } => "not_a_qilian_server",
            Self::Refused(refused) => refused_code(refused),
            Self::RefusedOtherwise(_) => "server_refused",
            Self::ReplyUnreadable(_) => "reply_unreadable",
            Self::SetUp(_) => "internal",
        }
    }

    /// The facts that belong to the code.
    pub fn details(&self) -> Value {
        match self {
            Self::Unreachable { server, why }
            | Self::CertificateInvalid { server, why }
            | Self::NotAQilianServer { server, why } => json!({ "server": server, "why": why }),
            Self::Refused(ErrorCode::Gap { expected }) => json!({ "expected": expected }),
            Self::Refused(ErrorCode::DeviceStopped { state }) => json!({ "state": state }),
            Self::Refused(_) => json!({}),
            Self::RefusedOtherwise(code) => json!({ "code": code }),
            Self::ReplyUnreadable(why) | Self::SetUp(why) => json!({ "why": why }),
        }
    }

    /// Whether the server was not reached at all.
    pub fn unreachable(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    /// Whether the server takes what this laptop wrote, and gives it nothing.
    pub fn only_sends(&self) -> bool {
        matches!(self, Self::Refused(ErrorCode::UserLeaving))
    }

    /// Whether trying again later may help without anybody doing something.
    pub fn passing(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::NotAQilianServer { .. }
                | Self::ReplyUnreadable(_)
                | Self::Refused(
                    ErrorCode::Busy { .. }
                        | ErrorCode::Internal
                        | ErrorCode::TooManyTries
                        | ErrorCode::DiskFull
                )
        )
    }
}

const fn refused_code(refused: &ErrorCode) -> &'static str {
    match refused {
        ErrorCode::Unreadable => "message_unreadable",
        ErrorCode::TokenUnknown => "token_unknown",
        ErrorCode::DeviceStopped { state } => match state {
            DeviceState::Active | DeviceState::Suspended => "device_suspended",
            DeviceState::Revoked => "device_revoked",
            DeviceState::Wipe => "device_wipe",
        },
        ErrorCode::UserLeaving => "user_leaving",
        ErrorCode::CodeUnknown => "code_unknown",
        ErrorCode::CodeExpired => "code_expired",
        ErrorCode::CodeUsed => "code_used",
        ErrorCode::TooManyTries => "too_many_tries",
        ErrorCode::EpochChanged => "epoch_changed",
        ErrorCode::ForkDetected { .. } => "fork_detected",
        ErrorCode::Gap { .. } => "gap",
        ErrorCode::TooLarge => "message_too_large",
        ErrorCode::ProtocolUnsupported => "protocol_unsupported",
        ErrorCode::Busy { .. } => "server_busy",
        ErrorCode::Internal => "server_failed",
        ErrorCode::RoleMissing => "role_missing",
        ErrorCode::NotFound => "not_found",
        ErrorCode::AttachmentUnknown => "attachment_unknown",
        ErrorCode::FileUnknown | ErrorCode::RangeUnsatisfiable => "file_not_there",
        ErrorCode::OffsetMismatch { .. } | ErrorCode::Superseded => "server_busy",
        ErrorCode::HashMismatch => "file_damaged",
        ErrorCode::DiskFull => "server_disk_full",
    }
}

fn innermost(error: &(dyn Error + 'static)) -> String {
    causes(error)
        .last()
        .map_or_else(String::new, ToString::to_string)
}

/// The failure of TLS among the causes; I/O errors hide theirs from `source`.
fn tls_failure<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    causes(error).find_map(|cause| {
        cause.downcast_ref::<rustls::Error>().or_else(|| {
            let inner: &'a (dyn Error + 'static) = cause.downcast_ref::<io::Error>()?.get_ref()?;
            tls_failure(inner)
        })
    })
}

/// An error and what caused it, the innermost last.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}
