//! Owns who calls: the device whose token a request shows.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::{header, request::Parts};
use qilian_sync::wire::ErrorCode;

use super::Server;
use super::error::Refused;
use crate::secret;
use crate::storage::Device;

/// A device that is known. Whether it may sync is for the request to say.
pub(super) struct Caller(pub(super) Device);

impl FromRequestParts<Arc<Server>> for Caller {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Refused> {
        let unknown = || Refused::new(ErrorCode::TokenUnknown, "no token, or none of ours");
        let token = (parts.headers.get(header::AUTHORIZATION))
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .ok_or_else(unknown)?;
        // The secret is looked up by its hash: comparing hashes gives nothing away.
        let token = secret::hash(token);
        let device = server
            .blocking(move |storage, district| storage.device(district, &token))
            .await??;
        device.map(Self).ok_or_else(unknown)
    }
}
