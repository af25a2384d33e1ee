//! Owns the administrator's routes: how laptops sync, which of them may, which shall pull anew, what the server
//! put aside. Nobody else gets an answer from them.
//!
//! Elsewhere: what each act means (`storage`), who needs a look (`sync_health`), the same from a terminal
//! (`cli::device`, `cli::health`).

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use qilian_domain::ids::{DeviceId, MutId, UserId};
use qilian_domain::rows::Role;
use qilian_sync::wire::{
    DeviceState, DevicesReply, ErrorCode, InvalidateReply, InvalidateRequest, LaptopView,
    ReleaseReply, StateRequest, SyncHealthReply,
};
use serde::Deserialize;

use super::Server;
use super::body::Packed;
use super::caller::Caller;
use super::error::Refused;
use crate::people::People;
use crate::storage::{Device, Released};
use crate::sync_health::{self, DEFAULT_DAYS};

/// Who calls is an administrator, at a laptop that may sync.
pub(super) struct Administrator {
    device: Device,
    people: People,
}

impl Administrator {
    /// Who it is.
    pub(super) const fn user(&self) -> &UserId {
        &self.device.user
    }
}

impl FromRequestParts<Arc<Server>> for Administrator {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Refused> {
        let Caller(device) = Caller::from_request_parts(parts, server).await?;
        if device.state != DeviceState::Active {
            let state = device.state;
            let code = ErrorCode::DeviceStopped { state };
            return Err(Refused::new(code, "a stopped laptop administers nothing"));
        }
        let people = server
            .blocking(|storage, district| People::read(storage, district))
            .await??;
        if people.has_role(&device.user, Role::Admin) {
            Ok(Self { device, people })
        } else {
            Err(Refused::new(ErrorCode::RoleMissing, "administrators only"))
        }
    }
}

/// After how many days without a complete sync a laptop is listed.
#[derive(Debug, Deserialize)]
pub(super) struct Days {
    days: Option<u32>,
}

/// Laptops that somebody should look at, and what the server put aside.
#[utoipa::path(
    get,
    path = "/api/v1/admin/sync-health",
    params(("days" = Option<u32>, Query, description = "days without a complete sync; 7 if not said")),
    responses(
        (status = 200, description = "SyncHealthReply", content_type = "application/vnd.qilian+zstd"),
        (status = 401, description = "ErrorReply: token_unknown", content_type = "application/vnd.qilian+zstd"),
        (status = 403, description = "ErrorReply: role_missing, device_stopped", content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn sync_health(
    State(server): State<Arc<Server>>,
    administrator: Administrator,
    Query(Days { days }): Query<Days>,
) -> Result<Packed<SyncHealthReply>, Refused> {
    let (now, people) = (server.clock.now(), administrator.people);
    let days = days.unwrap_or(DEFAULT_DAYS);
    let health = server
        .blocking(move |storage, district| sync_health::read(storage, district, &people, days, now))
        .await??;
    Ok(Packed(health))
}

/// All laptops.
#[utoipa::path(
    get,
    path = "/api/v1/admin/devices",
    responses(
        (status = 200, description = "DevicesReply", content_type = "application/vnd.qilian+zstd"),
        (status = 401, description = "ErrorReply: token_unknown", content_type = "application/vnd.qilian+zstd"),
        (status = 403, description = "ErrorReply: role_missing, device_stopped", content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn devices(
    State(server): State<Arc<Server>>,
    administrator: Administrator,
) -> Result<Packed<DevicesReply>, Refused> {
    let devices = server
        .blocking(|storage, district| storage.devices(district))
        .await??;
    let people = administrator.people;
    Ok(Packed(DevicesReply {
        devices: devices.iter().map(|d| people.laptop(d)).collect(),
        server_time: server.clock.now(),
    }))
}

/// Says whether a laptop may sync. The journal has it first: a backup brought back does not forget it.
#[utoipa::path(
    post,
    path = "/api/v1/devices/{id}/state",
    params(("id" = String, Path, description = "the laptop's id")),
    request_body(content = Vec<u8>, content_type = "application/vnd.qilian+zstd", description = "StateRequest"),
    responses(
        (status = 200, description = "LaptopView", content_type = "application/vnd.qilian+zstd"),
        (status = 401, description = "ErrorReply: token_unknown", content_type = "application/vnd.qilian+zstd"),
        (status = 403, description = "ErrorReply: role_missing, device_stopped", content_type = "application/vnd.qilian+zstd"),
        (status = 404, description = "ErrorReply: not_found", content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn set_state(
    State(server): State<Arc<Server>>,
    administrator: Administrator,
    Path(id): Path<String>,
    Packed(StateRequest { state }): Packed<StateRequest>,
) -> Result<Packed<LaptopView>, Refused> {
    let unknown = || Refused::new(ErrorCode::NotFound, "no such laptop");
    let device: DeviceId = id.parse().map_err(|_| unknown())?;
    let known = server
        .blocking(|storage, district| storage.devices(district))
        .await??;
    if known.iter().all(|known| known.id != device) {
        return Err(unknown());
    }
    let set = server.put_state(device, state).await?;
    let by = administrator.device.user;
    tracing::warn!(%device, ?state, %by, "an administrator set the state of a laptop");
    let set = set.ok_or_else(unknown)?;
    Ok(Packed(administrator.people.laptop(&set)))
}

/// Has laptops pull their cut from the beginning. What they have not sent stays.
#[utoipa::path(
    post,
    path = "/api/v1/admin/invalidate-cursors",
    request_body(content = Vec<u8>, content_type = "application/vnd.qilian+zstd", description = "InvalidateRequest"),
    responses(
        (status = 200, description = "InvalidateReply", content_type = "application/vnd.qilian+zstd"),
        (status = 401, description = "ErrorReply: token_unknown", content_type = "application/vnd.qilian+zstd"),
        (status = 403, description = "ErrorReply: role_missing, device_stopped", content_type = "application/vnd.qilian+zstd"),
        (status = 404, description = "ErrorReply: not_found: nobody is meant", content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn invalidate(
    State(server): State<Arc<Server>>,
    administrator: Administrator,
    Packed(request): Packed<InvalidateRequest>,
) -> Result<Packed<InvalidateReply>, Refused> {
    let people = administrator.people;
    let meant = people.clone();
    let now = server.clock.now();
    let told = server
        .blocking(move |storage, district| {
            let devices = storage.devices(district)?;
            let ids: Vec<DeviceId> = (devices.iter())
                .filter(|device| meant.is_meant(device, &request))
                .map(|device| device.id)
                .collect();
            if ids.is_empty() {
                return Ok(Vec::new());
            }
            storage.invalidate_cuts(district, &ids, now)
        })
        .await??;
    if told.is_empty() {
        return Err(Refused::new(ErrorCode::NotFound, "no laptop is meant"));
    }
    let by = administrator.device.user;
    tracing::warn!(laptops = told.len(), %by, "an administrator had laptops pull anew");
    Ok(Packed(InvalidateReply {
        devices: told.iter().map(|d| people.laptop(d)).collect(),
    }))
}

/// Decides a mutation that was put aside once more.
#[utoipa::path(
    post,
    path = "/api/v1/admin/quarantine/{mutation}/release",
    params(("mutation" = String, Path, description = "the mutation's id")),
    responses(
        (status = 200, description = "ReleaseReply", content_type = "application/vnd.qilian+zstd"),
        (status = 401, description = "ErrorReply: token_unknown", content_type = "application/vnd.qilian+zstd"),
        (status = 403, description = "ErrorReply: role_missing, device_stopped", content_type = "application/vnd.qilian+zstd"),
        (status = 404, description = "ErrorReply: not_found", content_type = "application/vnd.qilian+zstd"),
        (status = 500, description = "ErrorReply: internal: the server failed on it again", content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn release(
    State(server): State<Arc<Server>>,
    administrator: Administrator,
    Path(mutation): Path<String>,
) -> Result<Packed<ReleaseReply>, Refused> {
    let unknown = || Refused::new(ErrorCode::NotFound, "nothing of this id is aside");
    let mutation: MutId = mutation.parse().map_err(|_| unknown())?;
    let now = server.clock.now();
    let released = server
        .blocking(move |storage, district| storage.release(district, mutation, now))
        .await??;
    let by = administrator.device.user;
    tracing::warn!(%mutation, %by, "an administrator released a mutation");
    let refused = match released {
        Released::Done => None,
        Released::Refused(refusal) => Some(refusal.document()),
        Released::Unknown => return Err(unknown()),
        Released::Failed => {
            let again = "the server failed on it again; it stays aside";
            return Err(Refused::new(ErrorCode::Internal, again));
        }
    };
    Ok(Packed(ReleaseReply { mutation, refused }))
}
