//! Owns the route by which a copy of a laptop becomes a laptop of its own.

use std::sync::Arc;

use axum::extract::State;
use qilian_sync::wire::{ForkReply, ForkRequest};

use super::Server;
use super::body::Packed;
use super::caller::Caller;
use super::error::Refused;
use crate::secret;
use crate::storage::{Enlisted, NewCopy};

/// Makes a device out of a copy of the one that asks.
#[utoipa::path(
    post,
    path = "/api/v1/devices/fork",
    request_body(content = Vec<u8>, content_type = "application/vnd.qilian+zstd", description = "ForkRequest"),
    responses(
        (status = 200, description = "ForkReply", content_type = "application/vnd.qilian+zstd"),
        (status = 400, description = "ErrorReply: unreadable", content_type = "application/vnd.qilian+zstd"),
        (status = 426, description = "ErrorReply: protocol_unsupported", content_type = "application/vnd.qilian+zstd"),
        (status = 401, description = "ErrorReply: token_unknown", content_type = "application/vnd.qilian+zstd"),
        (status = 403, description = "ErrorReply: device_stopped", content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn fork(
    State(server): State<Arc<Server>>,
    Caller(device): Caller,
    Packed(request): Packed<ForkRequest>,
) -> Result<Packed<ForkReply>, Refused> {
    let now = server.clock.now();
    let copy = NewCopy {
        id: request.device_id,
        token: secret::hash(&request.token),
        version: request.version,
        at: now,
    };
    let begun = Enlisted {
        id: copy.id,
        user: device.user,
        name: device.name,
        copy_of: Some(device.id),
        token: copy.token,
        version: copy.version.clone(),
        at: now,
    };
    let incarnation = server
        .blocking(move |storage, district| storage.fork(district, device.id, &copy))
        .await??;
    server.note(begun).await?;
    tracing::warn!(device = %device.id, copy = %request.device_id, "two copies of one laptop");
    Ok(Packed(ForkReply {
        incarnation,
        server_time: now,
    }))
}
