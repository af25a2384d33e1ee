//! Owns the routes on which an administrator reads and sets rules of the district. Laptops hear of a rule by a pull.
//!
//! Elsewhere: who is an administrator (`admin`), what a rule means (`qilian-domain`).

use std::sync::Arc;

use axum::extract::State;
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::Programme;
use qilian_sync::wire::{ErrorCode, ProgrammeReply, ProgrammeRequest};

use super::Server;
use super::admin::Administrator;
use super::body::Packed;
use super::error::Refused;
use crate::district;

/// The rules in force.
#[utoipa::path(
    get,
    path = "/api/v1/admin/programme",
    responses(
        (status = 200, description = "ProgrammeReply", content_type = "application/vnd.qilian+zstd"),
        (status = 401, description = "ErrorReply: token_unknown", content_type = "application/vnd.qilian+zstd"),
        (status = 403, description = "ErrorReply: role_missing, device_stopped", content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn programme(
    State(server): State<Arc<Server>>,
    _administrator: Administrator,
) -> Result<Packed<ProgrammeReply>, Refused> {
    let rows = server
        .blocking(|storage, district| storage.rows(district, &[Kind::Programme]))
        .await??;
    let lease_days = rows.into_iter().find_map(|row| match row {
        Row::Programme(programme) => Some(programme.lease_days),
        _ => None,
    });
    Ok(Packed(ProgrammeReply {
        lease_days: lease_days.unwrap_or_else(Programme::default_lease_days),
        server_time: server.clock.now(),
    }))
}

/// Sets the lease. Asked twice, nothing changes the second time.
#[utoipa::path(
    post,
    path = "/api/v1/admin/programme",
    request_body(content = Vec<u8>, content_type = "application/vnd.qilian+zstd", description = "ProgrammeRequest"),
    responses(
        (status = 200, description = "ProgrammeReply", content_type = "application/vnd.qilian+zstd"),
        (status = 400, description = "ErrorReply: unreadable: also a lease that may not be", content_type = "application/vnd.qilian+zstd"),
        (status = 401, description = "ErrorReply: token_unknown", content_type = "application/vnd.qilian+zstd"),
        (status = 403, description = "ErrorReply: role_missing, device_stopped", content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn set_programme(
    State(server): State<Arc<Server>>,
    administrator: Administrator,
    Packed(ProgrammeRequest { lease_days }): Packed<ProgrammeRequest>,
) -> Result<Packed<ProgrammeReply>, Refused> {
    if !Programme::LEASES_DAYS.contains(&lease_days) {
        let message = format!("a lease has 1 to 30 days, not {lease_days}");
        return Err(Refused::new(ErrorCode::Unreadable, message));
    }
    let now = server.clock.now();
    server
        .blocking(move |storage, district| {
            storage.change(district, &[Kind::Programme], now, &mut |loaded| {
                vec![district::with_lease(loaded, lease_days).into()]
            })
        })
        .await??;
    let by = administrator.user();
    tracing::warn!(lease_days, %by, "an administrator set the lease");
    Ok(Packed(ProgrammeReply {
        lease_days,
        server_time: now,
    }))
}
