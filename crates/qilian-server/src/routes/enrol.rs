//! Owns enrolment: a one-time code becomes a device and its token.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};

use axum::extract::{ConnectInfo, State};
use qilian_domain::ids::DeviceId;
use qilian_sync::wire::{EnrolReply, EnrolRequest, EnrolledDistrict, EnrolledUser, ErrorCode};

use super::Server;
use super::body::Packed;
use super::error::Refused;
use crate::secret;
use crate::storage::{Enlisted, NewDevice};

/// A device's name and the program's version are kept up to this many characters.
const LABEL_CHARS: usize = 100;

/// Binds a laptop to the user of a one-time code.
#[utoipa::path(
    post,
    path = "/api/v1/devices/enrol",
    request_body(content = Vec<u8>, content_type = "application/vnd.qilian+zstd", description = "EnrolRequest"),
    responses(
        (status = 200, description = "EnrolReply", content_type = "application/vnd.qilian+zstd"),
        (status = 426, description = "ErrorReply: protocol_unsupported", content_type = "application/vnd.qilian+zstd"),
        (status = "4XX", description = "ErrorReply: code_unknown, code_expired, code_used, too_many_tries",
         content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn enrol(
    State(server): State<Arc<Server>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Packed(request): Packed<EnrolRequest>,
) -> Result<Packed<EnrolReply>, Refused> {
    let now = server.clock.now();
    let peer = peer.ip();
    let may_try = {
        let mut tries = server.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.begin(peer, now)
    };
    if !may_try {
        return Err(Refused::new(
            ErrorCode::TooManyTries,
            "try again in ten minutes",
        ));
    }
    let (token, id) = {
        let mut random = rand::rng();
        (
            secret::token(&mut random),
            secret::fresh_id(&mut random, now),
        )
    };
    let device = NewDevice {
        code: secret::hash(&secret::normal_code(&request.code)),
        id: DeviceId::new(id),
        token: secret::hash(&token),
        name: request.device_name.chars().take(LABEL_CHARS).collect(),
        version: request.version.chars().take(LABEL_CHARS).collect(),
        at: now,
    };
    let device_id = device.id;
    let begun = device.clone();
    let enrolled = server
        .blocking(move |storage, district| storage.enrol(district, &device))
        .await??;
    let enrolled = enrolled?;
    server
        .note(Enlisted {
            id: begun.id,
            user: enrolled.user.id.clone(),
            name: begun.name,
            copy_of: None,
            token: begun.token,
            version: begun.version,
            at: begun.at,
        })
        .await?;
    (server.tries.lock())
        .unwrap_or_else(PoisonError::into_inner)
        .was_right(peer, now);
    tracing::info!(device = %device_id, user = %enrolled.user.id, "enrolled");
    Ok(Packed(EnrolReply {
        device_id,
        incarnation: enrolled.incarnation,
        token,
        epoch: enrolled.epoch,
        user: EnrolledUser {
            id: enrolled.user.id,
            name: enrolled.user.name,
        },
        district: EnrolledDistrict {
            id: enrolled.district.id,
            name: enrolled.district.name,
        },
        server_time: now,
    }))
}
