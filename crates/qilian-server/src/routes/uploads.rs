//! Owns the routes of uploads: bytes up, in pieces that a cut line loses nothing of (`docs/protocol.md`, Files).
//!
//! Elsewhere: who may (`storage::files`), where bytes are (`crate::files`), the end of an upload (`storing`),
//! bytes down (`blobs`).

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use qilian_domain::ids::AttachmentId;
use qilian_domain::media::LARGEST;
use qilian_sync::wire::{
    APPEND_BYTES, ErrorCode, FALSE, PARTIAL_UPLOAD, TRUE, UPLOAD_COMPLETE, UPLOAD_LENGTH,
    UPLOAD_LIMIT, UPLOAD_OFFSET, UploadReply, UploadRequest,
};

use super::Server;
use super::body::Packed;
use super::caller::Caller;
use super::error::Refused;
use super::storing::{has_files, mine};
use crate::files::{Appended, Turn};
use crate::storage::Device;
use crate::storage::files::{Proof, Upload};

/// Begins an upload, or says where it stands.
#[utoipa::path(
    post,
    path = "/api/v1/uploads",
    request_body(content = Vec<u8>, content_type = "application/vnd.qilian+zstd", description = "UploadRequest"),
    responses(
        (status = 200, description = "UploadReply: stored", content_type = "application/vnd.qilian+zstd"),
        (status = 201, description = "UploadReply: open", content_type = "application/vnd.qilian+zstd"),
        (status = 404, description = "ErrorReply: attachment_unknown", content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn begin(
    State(server): State<Arc<Server>>,
    Caller(device): Caller,
    Packed(request): Packed<UploadRequest>,
) -> Result<Response, Refused> {
    let upload = mine(&server, &device, request.attachment_id).await?;
    let row = &upload.attachment;
    if (row.sha256, row.size_bytes, &row.mime) != (request.sha256, request.size, &request.mime) {
        let message = "the attachment has another hash, size or type";
        return Err(Refused::new(ErrorCode::Unreadable, message));
    }
    if upload.readable && (server.keep(&device, &upload, Proof::Readable).await?).is_some() {
        return Ok(Packed(UploadReply::Stored).into_response());
    }
    let (upload, offset) = stand(&server, &device, upload).await?;
    if upload.stored {
        return Ok(Packed(UploadReply::Stored).into_response());
    }
    let reply = UploadReply::Open {
        offset,
        append_bytes: APPEND_BYTES,
    };
    let mut response = (StatusCode::CREATED, Packed(reply)).into_response();
    standing(response.headers_mut(), &upload, offset, false);
    let location = format!("/api/v1/uploads/{}", request.attachment_id);
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Says where an upload stands; whoever is still sending is ended.
#[utoipa::path(
    head,
    path = "/api/v1/uploads/{id}",
    params(("id" = String, Path, description = "the attachment")),
    responses(
        (status = 204, description = "upload-offset, upload-complete, upload-length, upload-limit"),
        (status = 404, description = "attachment_unknown")
    )
)]
pub(super) async fn stands(
    State(server): State<Arc<Server>>,
    Caller(device): Caller,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let upload = mine(&server, &device, attachment(&id)?).await?;
    let (upload, offset) = stand(&server, &device, upload).await?;
    Ok(stood(&upload, offset, upload.stored))
}

/// Takes bytes. What a broken connection brought is kept.
#[utoipa::path(
    patch,
    path = "/api/v1/uploads/{id}",
    params(("id" = String, Path, description = "the attachment")),
    request_body(content = Vec<u8>, content_type = "application/partial-upload"),
    responses(
        (status = 204, description = "upload-offset, upload-complete"),
        (status = 404, description = "ErrorReply: attachment_unknown", content_type = "application/vnd.qilian+zstd"),
        (status = 409, description = "ErrorReply: offset_mismatch, superseded", content_type = "application/vnd.qilian+zstd"),
        (status = 413, description = "ErrorReply: too_large", content_type = "application/vnd.qilian+zstd"),
        (status = 422, description = "ErrorReply: hash_mismatch", content_type = "application/vnd.qilian+zstd"),
        (status = 507, description = "ErrorReply: disk_full", content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn append(
    State(server): State<Arc<Server>>,
    Caller(device): Caller,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let (head, body) = request.into_parts();
    let body = body.into_data_stream();
    let said = Said::read(&head.headers)?;
    let upload = mine(&server, &device, attachment(&id)?).await?;
    let size = upload.attachment.size_bytes;
    let (upload, turn) = turn(&server, &device, upload).await?;
    let Some(turn) = turn else {
        return Ok(stood(&upload, size, true));
    };
    let room = has_files(&server)?.uploads.room().await;
    let _room = room.ok_or_else(|| Refused::new(ErrorCode::BUSY, "many files are on their way"))?;
    let have = turn.offset().await?;
    if have != said.offset {
        return Err(Refused::new(
            ErrorCode::OffsetMismatch { offset: have },
            "go on from the offset",
        ));
    }
    let room = size.saturating_sub(have).min(APPEND_BYTES);
    if said.length.is_some_and(|length| length > room) {
        return Err(too_long(room));
    }
    let (turn, ended) = turn.append(body, room).await;
    let (Some(turn), ended) = (turn, ended?) else {
        return Err(Refused::new(ErrorCode::Internal, "writing panicked"));
    };
    match ended {
        Appended::Whole => {}
        Appended::Cut => return Err(Refused::new(ErrorCode::BUSY, "the connection broke")),
        Appended::Superseded => return Err(superseded()),
        Appended::TooLong => return Err(too_long(room)),
    }
    let have = turn.offset().await?;
    if !said.complete {
        return Ok(stood(&upload, have, false));
    }
    if have < size {
        let message = format!("{} bytes are missing", size - have);
        return Err(Refused::new(ErrorCode::Unreadable, message));
    }
    server.store(device, turn, upload.clone()).await?;
    Ok(stood(&upload, size, true))
}

/// Throws away what was sent of an upload. A stored file stays.
#[utoipa::path(
    delete,
    path = "/api/v1/uploads/{id}",
    params(("id" = String, Path, description = "the attachment")),
    responses(
        (status = 204, description = "nothing of it is here"),
        (status = 404, description = "ErrorReply: attachment_unknown", content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn cancel(
    State(server): State<Arc<Server>>,
    Caller(device): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refused> {
    let upload = mine(&server, &device, attachment(&id)?).await?;
    let files = has_files(&server)?;
    let turn = files
        .uploads
        .take(device.id, upload.attachment.sha256)
        .await;
    turn.ok_or_else(superseded)?.forget().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the headers of a piece say.
struct Said {
    offset: u64,
    complete: bool,
    /// Of the piece, if it says so.
    length: Option<u64>,
}

impl Said {
    fn read(headers: &HeaderMap) -> Result<Self, Refused> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let bad = |what: &str| Refused::new(ErrorCode::Unreadable, what);
        if text(header::CONTENT_TYPE.as_str()) != Some(PARTIAL_UPLOAD) {
            return Err(bad("the body must be application/partial-upload"));
        }
        let offset = text(UPLOAD_OFFSET).and_then(|value| value.parse().ok());
        let complete = match text(UPLOAD_COMPLETE) {
            Some(TRUE) => true,
            Some(FALSE) => false,
            _ => return Err(bad("upload-complete must be ?0 or ?1")),
        };
        Ok(Self {
            offset: offset.ok_or_else(|| bad("upload-offset must be a number"))?,
            complete,
            length: text(header::CONTENT_LENGTH.as_str()).and_then(|value| value.parse().ok()),
        })
    }
}

/// Where an upload stands, having taken it over.
async fn stand(
    server: &Arc<Server>,
    device: &Device,
    upload: Upload,
) -> Result<(Upload, u64), Refused> {
    let (upload, turn) = turn(server, device, upload).await?;
    let offset = match turn {
        Some(turn) => turn.offset().await?,
        None => upload.attachment.size_bytes,
    };
    Ok((upload, offset))
}

/// Takes an upload over, unless it is stored: also if whoever had it stored it meanwhile.
async fn turn(
    server: &Arc<Server>,
    device: &Device,
    upload: Upload,
) -> Result<(Upload, Option<Turn>), Refused> {
    if upload.stored {
        return Ok((upload, None));
    }
    let files = has_files(server)?;
    let turn = files.uploads.take(device.id, upload.attachment.sha256);
    let turn = turn.await.ok_or_else(superseded)?;
    let now = mine(server, device, upload.attachment.id).await?;
    let stored = now.stored;
    Ok((now, (!stored).then_some(turn)))
}

fn stood(upload: &Upload, offset: u64, complete: bool) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    standing(response.headers_mut(), upload, offset, complete);
    response
}

fn standing(headers: &mut HeaderMap, upload: &Upload, offset: u64, complete: bool) {
    let mut say = |name, value| headers.insert(HeaderName::from_static(name), value);
    say(UPLOAD_OFFSET, HeaderValue::from(offset));
    let complete = if complete { TRUE } else { FALSE };
    say(UPLOAD_COMPLETE, HeaderValue::from_static(complete));
    say(
        UPLOAD_LENGTH,
        HeaderValue::from(upload.attachment.size_bytes),
    );
    let limit = format!("max-append-size={APPEND_BYTES}, max-size={LARGEST}");
    if let Ok(limit) = HeaderValue::from_str(&limit) {
        say(UPLOAD_LIMIT, limit);
    }
}

fn attachment(id: &str) -> Result<AttachmentId, Refused> {
    id.parse()
        .map_err(|_| Refused::new(ErrorCode::AttachmentUnknown, "no attachment has such an id"))
}

fn superseded() -> Refused {
    Refused::new(ErrorCode::Superseded, "a newer request took over")
}

fn too_long(room: u64) -> Refused {
    Refused::new(ErrorCode::TooLarge, format!("{room} bytes at most"))
}
