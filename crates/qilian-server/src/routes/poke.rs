//! Owns the stream on which a laptop hears that a pull may bring something.
//!
//! Elsewhere: who is poked when (`poke`). The limit of a request's time ends with the head of the answer: a
//! stream stays open beyond it, and is counted once, as opened.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, stream};
use qilian_sync::wire::{
    DeviceState, ErrorCode, POKE_EVENT, POKE_KEEP_ALIVE_S, POKE_OPEN, PokeRequest,
};
use rand::RngExt as _;

use super::Server;
use super::caller::Caller;
use super::error::Refused;
use crate::poke::{Full, Listening, watch};

/// Who finds no place tries again after so many seconds. They differ: the refused do not come back together.
const RETRY_AFTER_S: std::ops::Range<u32> = 60..180;

/// Says when a pull may bring something.
#[utoipa::path(
    get,
    path = "/api/v1/sync/poke",
    params(
        ("epoch" = Option<String>, Query, description = "the timeline that the laptop knows"),
        ("seq" = Option<u64>, Query, description = "the cut that its rows are at")
    ),
    responses(
        (status = 200, description = "events open, poke", content_type = "text/event-stream"),
        (status = 400, description = "ErrorReply: unreadable", content_type = "application/vnd.qilian+zstd"),
        (status = 401, description = "ErrorReply: token_unknown", content_type = "application/vnd.qilian+zstd"),
        (status = 403, description = "ErrorReply: device_stopped", content_type = "application/vnd.qilian+zstd"),
        (status = 426, description = "ErrorReply: protocol_unsupported", content_type = "application/vnd.qilian+zstd"),
        (status = 503, description = "ErrorReply: busy, with Retry-After: no place is left",
         content_type = "application/vnd.qilian+zstd")
    )
)]
pub(super) async fn poke(
    State(server): State<Arc<Server>>,
    Caller(device): Caller,
    stands: Result<Query<PokeRequest>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(stands) = stands.map_err(|e| Refused::new(ErrorCode::Unreadable, e.body_text()))?;
    if device.state != DeviceState::Active {
        let state = device.state;
        let code = ErrorCode::DeviceStopped { state };
        return Err(Refused::new(code, "it may not sync"));
    }
    match server.pokes.open(device.id, device.user, stands) {
        Ok((listening, unwatched)) => {
            if unwatched {
                drop(tokio::spawn(watch(Arc::clone(&server))));
            }
            Ok(streamed(listening))
        }
        Err(Full) => Ok(no_place()),
    }
}

fn streamed(listening: Listening) -> Response {
    let open = stream::iter([Ok::<_, Infallible>(event(POKE_OPEN))]);
    let pokes = stream::unfold(listening, |listening| async {
        let poked = listening.poked().await;
        poked.then(|| (Ok(event(POKE_EVENT)), listening))
    });
    let alive = KeepAlive::new().interval(Duration::from_secs(POKE_KEEP_ALIVE_S));
    let mut response = Sse::new(open.chain(pokes))
        .keep_alive(alive)
        .into_response();
    // Proxies of the nginx kind would keep events back until there are many.
    response.headers_mut().insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    response
}

fn event(name: &str) -> Event {
    Event::default().event(name).data("")
}

fn no_place() -> Response {
    let refused = Refused::new(ErrorCode::BUSY, "no place is left for a stream");
    let mut response = refused.into_response();
    let retry_after = rand::rng().random_range(RETRY_AFTER_S);
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
    response
}
