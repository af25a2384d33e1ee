//! Owns bodies: packed messages in and out, never larger than the limit.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use qilian_sync::codec::{self, CONTENT_TYPE};
use qilian_sync::wire::ErrorCode;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::Refused;

/// A message.
#[derive(Debug)]
pub(super) struct Packed<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Packed<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let content_type = request.headers().get(header::CONTENT_TYPE);
        if content_type.is_none_or(|is| is.as_bytes() != CONTENT_TYPE.as_bytes()) {
            let message = format!("the body must be {CONTENT_TYPE}");
            return Err(Refused::new(ErrorCode::Unreadable, message));
        }
        let body = Bytes::from_request(request, state).await.map_err(|e| {
            let code = match e.status() {
                StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::TooLarge,
                _ => ErrorCode::Unreadable,
            };
            Refused::new(code, e.body_text())
        })?;
        codec::decode(&body).map(Self).map_err(|e| match e {
            codec::CodecError::TooLarge => Refused::new(ErrorCode::TooLarge, e.to_string()),
            other => Refused::new(ErrorCode::Unreadable, other.to_string()),
        })
    }
}

impl<T: Serialize> IntoResponse for Packed<T> {
    fn into_response(self) -> Response {
        match codec::encode(&self.0) {
            Ok(body) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], body).into_response(),
            Err(e) => {
                tracing::error!(error = %e, "a reply could not be written");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}
