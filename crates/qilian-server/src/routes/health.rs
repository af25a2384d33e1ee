//! Owns what operators ask: does it live, is it ready, how much has it done.

use std::fmt::Write as _;
use std::sync::{Arc, PoisonError};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Server;
use super::error::Refused;

/// The process lives.
#[utoipa::path(get, path = "/healthz", responses((status = 200, description = "lives")))]
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// The database answers.
#[utoipa::path(get, path = "/readyz", responses(
    (status = 200, description = "ready"),
    (status = 503, description = "the database does not answer")
))]
pub(super) async fn readyz(State(server): State<Arc<Server>>) -> Response {
    let head = server
        .blocking(|storage, district| storage.head(district))
        .await;
    match head {
        Ok(Ok(_)) => "ready\n".into_response(),
        Ok(Err(error)) => {
            tracing::error!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response()
        }
        Err(refused) => refused.into_response(),
    }
}

/// Counts in the Prometheus text format. Nothing in it is about a person.
#[utoipa::path(get, path = "/metrics", responses(
    (status = 200, description = "Prometheus text format", content_type = "text/plain")
))]
pub(super) async fn metrics(State(server): State<Arc<Server>>) -> Result<Response, Refused> {
    let (head, devices) = server
        .blocking(|storage, district| {
            Ok::<_, crate::storage::StorageError>((
                storage.head(district)?,
                storage.devices(district)?,
            ))
        })
        .await??;
    let pending: u64 = devices.iter().map(|d| u64::from(d.pending)).sum();
    let mut text = String::from("# TYPE qilian_requests_total counter\n");
    {
        let answered = server
            .answered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for ((path, status), count) in answered.iter() {
            let line =
                format!("qilian_requests_total{{path=\"{path}\",status=\"{status}\"}} {count}");
            text.push_str(&line);
            text.push('\n');
        }
    }
    let gauges = [
        ("qilian_feed_head", head.1.0),
        ("qilian_devices", devices.len() as u64),
        ("qilian_pending_mutations", pending),
        ("qilian_poke_streams", server.pokes.open_lines() as u64),
    ];
    for (name, value) in gauges {
        write!(text, "# TYPE {name} gauge\n{name} {value}\n")
            .map_err(|e| Refused::new(qilian_sync::wire::ErrorCode::Internal, e.to_string()))?;
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}
