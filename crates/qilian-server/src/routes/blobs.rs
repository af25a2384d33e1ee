//! Owns the route of stored files: bytes down, whole or a part of them.
//!
//! Elsewhere: who may (`storage::files`), where bytes are (`crate::files`), bytes up (`uploads`).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use qilian_domain::media::ContentHash;
use qilian_sync::wire::ErrorCode;

use super::Server;
use super::caller::Caller;
use super::error::Refused;
use super::storing::has_files;

/// Gives the bytes of a file, or a part of them.
#[utoipa::path(
    get,
    path = "/api/v1/blobs/{sha256}",
    params(("sha256" = String, Path, description = "of the bytes, in lower-case hexadecimal")),
    responses(
        (status = 200, description = "the bytes", content_type = "application/octet-stream"),
        (status = 206, description = "the range", content_type = "application/octet-stream"),
        (status = 404, description = "ErrorReply: file_unknown", content_type = "application/vnd.qilian+zstd"),
        (status = 416, description = "ErrorReply: range_unsatisfiable", content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn blob(
    State(server): State<Arc<Server>>,
    Caller(device): Caller,
    Path(sha256): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let unknown = || Refused::new(ErrorCode::FileUnknown, "no file that you may read");
    let sha256: ContentHash = sha256.parse().map_err(|_| unknown())?;
    let now = server.clock.now();
    let file = server
        .blocking(move |storage, district| storage.readable(district, device.id, sha256, now))
        .await??
        .ok_or_else(unknown)?;
    let size = file.size_bytes;
    let range = match headers.get(header::RANGE) {
        Some(asked) => wanted(asked, size)?,
        None => None,
    };
    let files = has_files(&server)?;
    let read = range.clone().map(|range| *range.start()..range.end() + 1);
    let Some(content) = files.blobs.read(sha256, read).await? else {
        tracing::error!(%sha256, "a stored file is missing: see files check");
        return Err(unknown());
    };
    let mut response = Response::builder()
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .header(header::CONTENT_LENGTH, content.len)
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::ETAG, format!("\"{sha256}\""));
    if let Some(range) = range {
        let told = format!("bytes {}-{}/{size}", range.start(), range.end());
        response = response
            .status(StatusCode::PARTIAL_CONTENT)
            .header(header::CONTENT_RANGE, told);
    }
    response
        .body(Body::from_stream(content.bytes))
        .map_err(|e| Refused::new(ErrorCode::Internal, e.to_string()))
}

/// The part of a file that a request asks for. Of several parts the whole is given, as HTTP allows.
fn wanted(
    asked: &HeaderValue,
    size: u64,
) -> Result<Option<std::ops::RangeInclusive<u64>>, Refused> {
    let parsed = asked.to_str().ok().and_then(|text| {
        let ranges = http_range_header::parse_range_header(text).ok()?;
        ranges.validate(size).ok()
    });
    match parsed.as_deref() {
        Some([range]) => Ok(Some(range.clone())),
        Some(_) => Ok(None),
        None => Err(Refused::new(
            ErrorCode::RangeUnsatisfiable,
            format!("the file has {size} bytes"),
        )
        .with_header(header::CONTENT_RANGE, format!("bytes */{size}"))),
    }
}
