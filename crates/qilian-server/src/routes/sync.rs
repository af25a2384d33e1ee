//! Owns the sync routes: where both sides stand, mutations up, rows down, what the rows sum up to.

use std::sync::Arc;

use axum::extract::State;
use qilian_sync::wire::{
    AuditReply, AuditRequest, ErrorCode, HelloReply, Limits, PullReply, PullRequest, PushReply,
    PushRequest,
};

use super::Server;
use super::body::Packed;
use super::caller::Caller;
use super::error::Refused;
use crate::journal::Entry;
use crate::storage::{SyncError, SyncRefusal};

/// Says where the server stands.
#[utoipa::path(
    post,
    path = "/api/v1/sync/hello",
    responses(
        (status = 200, description = "HelloReply", content_type = "application/vnd.qilian+zstd"),
        (status = 426, description = "ErrorReply: protocol_unsupported", content_type = "application/vnd.qilian+zstd"),
        (status = 401, description = "ErrorReply: token_unknown", content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn hello(
    State(server): State<Arc<Server>>,
    Caller(device): Caller,
) -> Result<Packed<HelloReply>, Refused> {
    let (epoch, head) = server
        .blocking(|storage, district| storage.head(district))
        .await??;
    Ok(Packed(device.hello(epoch, head, server.clock.now())))
}

/// Takes mutations, exactly once and in order.
#[utoipa::path(
    post,
    path = "/api/v1/sync/push",
    request_body(content = Vec<u8>, content_type = "application/vnd.qilian+zstd", description = "PushRequest"),
    responses(
        (status = 200, description = "PushReply", content_type = "application/vnd.qilian+zstd"),
        (status = 426, description = "ErrorReply: protocol_unsupported", content_type = "application/vnd.qilian+zstd"),
        (status = 401, description = "ErrorReply: token_unknown", content_type = "application/vnd.qilian+zstd"),
        (status = 409, description = "ErrorReply: epoch_changed, fork_detected, gap",
         content_type = "application/vnd.qilian+zstd"),
        (status = 413, description = "ErrorReply: too_large", content_type = "application/vnd.qilian+zstd"),
        (status = 503, description = "ErrorReply: busy", content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn push(
    State(server): State<Arc<Server>>,
    Caller(device): Caller,
    Packed(request): Packed<PushRequest>,
) -> Result<Packed<PushReply>, Refused> {
    check_limits(&request)?;
    server.pokes.pushes(device.id);
    let now = server.clock.now();
    let reply = server
        .blocking(move |storage, district| storage.push(district, device.id, &request, now))
        .await??;
    Ok(Packed(reply))
}

/// Gives one page of what the device's user may see.
#[utoipa::path(
    post,
    path = "/api/v1/sync/pull",
    request_body(content = Vec<u8>, content_type = "application/vnd.qilian+zstd", description = "PullRequest"),
    responses(
        (status = 200, description = "PullReply", content_type = "application/vnd.qilian+zstd"),
        (status = 426, description = "ErrorReply: protocol_unsupported", content_type = "application/vnd.qilian+zstd"),
        (status = 401, description = "ErrorReply: token_unknown", content_type = "application/vnd.qilian+zstd"),
        (status = 403, description = "ErrorReply: device_stopped", content_type = "application/vnd.qilian+zstd"),
        (status = 409, description = "ErrorReply: epoch_changed, fork_detected",
         content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn pull(
    State(server): State<Arc<Server>>,
    Caller(device): Caller,
    Packed(request): Packed<PullRequest>,
) -> Result<Packed<PullReply>, Refused> {
    let now = server.clock.now();
    let pulled = server
        .blocking(move |storage, district| storage.pull(district, device.id, &request, now))
        .await?;
    if let Err(SyncError::Refused(SyncRefusal::UserLeft(left))) = &pulled {
        // A backup brought back does not let them work here again.
        for entry in Entry::of_service(&server.district, left, now) {
            server.write_down(entry).await?;
        }
    }
    let reply = pulled?;
    if let Some(cut) = reply.complete {
        server.pokes.pulled(device.id, cut.seq);
    }
    Ok(Packed(reply))
}

/// Says what the buckets of the device's user hold.
#[utoipa::path(
    post,
    path = "/api/v1/sync/audit",
    request_body(content = Vec<u8>, content_type = "application/vnd.qilian+zstd", description = "AuditRequest"),
    responses(
        (status = 200, description = "AuditReply", content_type = "application/vnd.qilian+zstd"),
        (status = 426, description = "ErrorReply: protocol_unsupported", content_type = "application/vnd.qilian+zstd"),
        (status = 401, description = "ErrorReply: token_unknown", content_type = "application/vnd.qilian+zstd"),
        (status = 403, description = "ErrorReply: device_stopped", content_type = "application/vnd.qilian+zstd"),
        (status = 409, description = "ErrorReply: epoch_changed, fork_detected",
         content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn audit(
    State(server): State<Arc<Server>>,
    Caller(device): Caller,
    Packed(request): Packed<AuditRequest>,
) -> Result<Packed<AuditReply>, Refused> {
    let now = server.clock.now();
    let reply = server
        .blocking(move |storage, district| storage.audit(district, device.id, &request, now))
        .await??;
    Ok(Packed(reply))
}

/// A single mutation may be larger than the limit, or a long note could never be sent.
fn check_limits(request: &PushRequest) -> Result<(), Refused> {
    let limits = Limits::default();
    let count = request.mutations.len();
    let bytes: usize = request.mutations.iter().map(|m| m.payload.len()).sum();
    let few_enough = u32::try_from(count).is_ok_and(|n| n <= limits.push_mutations);
    let small_enough = count <= 1 || u32::try_from(bytes).is_ok_and(|n| n <= limits.push_bytes);
    if few_enough && small_enough {
        Ok(())
    } else {
        let message = format!("{count} mutations of {bytes} bytes");
        Err(Refused::new(ErrorCode::TooLarge, message))
    }
}
