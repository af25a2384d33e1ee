//! Owns the route on which a laptop says that it destroyed its store.

use std::sync::Arc;

use axum::extract::State;
use qilian_sync::wire::{WipedReply, WipedRequest};

use super::Server;
use super::body::Packed;
use super::caller::Caller;
use super::error::Refused;
use crate::storage::Wiped;

/// Takes a laptop's receipt for the order to destroy its store.
#[utoipa::path(
    post,
    path = "/api/v1/devices/wiped",
    request_body(content = Vec<u8>, content_type = "application/vnd.qilian+zstd", description = "WipedRequest"),
    responses(
        (status = 200, description = "WipedReply", content_type = "application/vnd.qilian+zstd"),
        (status = 400, description = "ErrorReply: unreadable", content_type = "application/vnd.qilian+zstd"),
        (status = 426, description = "ErrorReply: protocol_unsupported", content_type = "application/vnd.qilian+zstd"),
        (status = 401, description = "ErrorReply: token_unknown", content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn wiped(
    State(server): State<Arc<Server>>,
    Caller(device): Caller,
    Packed(request): Packed<WipedRequest>,
) -> Result<Packed<WipedReply>, Refused> {
    let now = server.clock.now();
    let wiped = Wiped {
        at: now,
        unsent: request.unsent,
    };
    server
        .blocking(move |storage, district| storage.note_wiped(district, device.id, wiped))
        .await??;
    tracing::info!(device = %device.id, unsent = request.unsent, "a laptop destroyed its store");
    Ok(Packed(WipedReply { server_time: now }))
}
