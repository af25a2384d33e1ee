//! Owns the HTTP interface: which routes there are, what every request and reply carries, and how long a
//! request may take. One file an area; each route documents itself.
//!
//! Elsewhere: what a request means (`storage`), opening sockets (`serve`).

mod body;
mod caller;
mod enrol;
mod error;
mod fork;
mod health;
mod rate;
mod sync;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{DefaultBodyLimit, Extension, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use qilian_domain::ids::DistrictId;
use qilian_sync::wire::{EXCHANGE_HEADER, ErrorCode, PROTOCOL, PROTOCOL_HEADER};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::clock::Clock;
use crate::journal::{Entry, Journal};
use crate::storage::{Enlisted, Storage};
use error::Refused;
use rate::Tries;

/// The most that a request's body may have, packed.
const BODY_BYTES: usize = 2 * 1024 * 1024;
/// A request that takes longer gets `busy`; what it began is finished or rolled back all the same.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// What all routes share.
pub struct Server {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) district: DistrictId,
    pub(crate) clock: Clock,
    pub(crate) tries: Mutex<Tries>,
    journal: Option<Journal>,
    answered: Mutex<BTreeMap<(String, u16), u64>>,
}

impl Server {
    /// Serves one district of a storage.
    pub fn new(storage: Arc<dyn Storage>, district: DistrictId, clock: Clock) -> Arc<Self> {
        Self::with(storage, district, clock, None)
    }

    /// The same, keeping a journal for the day on which a backup is brought back.
    pub fn with_journal(
        storage: Arc<dyn Storage>,
        district: DistrictId,
        clock: Clock,
        journal: Journal,
    ) -> Arc<Self> {
        Self::with(storage, district, clock, Some(journal))
    }

    fn with(
        storage: Arc<dyn Storage>,
        district: DistrictId,
        clock: Clock,
        journal: Option<Journal>,
    ) -> Arc<Self> {
        Arc::new(Self {
            storage,
            district,
            clock,
            tries: Mutex::new(Tries::default()),
            journal,
            answered: Mutex::new(BTreeMap::new()),
        })
    }

    /// Notes a laptop that begins in the journal, before it is told that it has begun.
    async fn note(self: &Arc<Self>, device: Enlisted) -> Result<(), Refused> {
        let server = Arc::clone(self);
        let noted = tokio::task::spawn_blocking(move || {
            let district = server.district.clone();
            let entry = Entry::Device { district, device };
            server.journal.as_ref().map_or(Ok(()), |j| j.append(&entry))
        });
        match noted.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                tracing::error!(%error, "the journal can't be written");
                Err(Refused::new(
                    ErrorCode::Busy,
                    "the journal can't be written",
                ))
            }
            Err(error) => {
                tracing::error!(%error, "writing the journal panicked");
                Err(Refused::new(ErrorCode::Internal, "a request panicked"))
            }
        }
    }

    /// Does what blocks where it may.
    async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&dyn Storage, &DistrictId) -> T + Send + 'static,
    ) -> Result<T, Refused> {
        let server = Arc::clone(self);
        tokio::task::spawn_blocking(move || work(server.storage.as_ref(), &server.district))
            .await
            .map_err(|e| {
                tracing::error!(error = %e, "a request panicked");
                Refused::new(ErrorCode::Internal, "a request panicked")
            })
    }

    fn count(&self, path: &str, status: u16) {
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        *answered.entry((path.to_owned(), status)).or_default() += 1;
    }
}

/// The document's frame; the routes add themselves.
#[derive(OpenApi)]
#[openapi(info(
    title = "企联 Qilian district server",
    description = "Bodies of the sync routes are JSON packed with zstd (application/vnd.qilian+zstd); \
                   docs/protocol.md describes the messages. Every request under /api/v1 carries the header \
                   qilian-protocol: 1."
))]
struct Document;

/// The document of all routes, as it is served.
#[derive(Clone)]
struct Served(Arc<utoipa::openapi::OpenApi>);

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", responses((status = 200, description = "OpenAPI")))]
async fn openapi(Extension(Served(document)): Extension<Served>) -> Json<utoipa::openapi::OpenApi> {
    Json((*document).clone())
}

/// All routes, and the document that describes them.
pub fn router(server: Arc<Server>) -> (Router, utoipa::openapi::OpenApi) {
    let versioned = OpenApiRouter::new()
        .routes(routes!(enrol::enrol))
        .routes(routes!(fork::fork))
        .routes(routes!(sync::hello))
        .routes(routes!(sync::push))
        .routes(routes!(sync::pull))
        .route_layer(from_fn(check_protocol));
    let (router, document) = OpenApiRouter::with_openapi(Document::openapi())
        .merge(versioned)
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
        .routes(routes!(openapi))
        .split_for_parts();
    let router = router
        .layer(Extension(Served(Arc::new(document.clone()))))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(from_fn_with_state(Arc::clone(&server), account))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(finish))
        .with_state(server);
    (router, document)
}

/// Refuses clients that speak another protocol, before anything of theirs is read.
async fn check_protocol(request: Request, next: Next) -> Response {
    let spoken = request.headers().get(PROTOCOL_HEADER);
    let ours = spoken.and_then(|v| v.to_str().ok()?.parse().ok()) == Some(PROTOCOL);
    if ours {
        next.run(request).await
    } else {
        Refused::new(
            ErrorCode::ProtocolUnsupported,
            "this server speaks protocol 1",
        )
        .into_response()
    }
}

/// Limits the time of a request, counts and logs its answer. Neither bodies nor names are logged.
async fn account(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let path = (request.extensions().get::<MatchedPath>())
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let response = tokio::time::timeout(REQUEST_TIMEOUT, next.run(request))
        .await
        .unwrap_or_else(|_| Refused::new(ErrorCode::Busy, "took too long").into_response());
    let status = response.status().as_u16();
    server.count(&path, status);
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%method, path, status, ms, "answered");
    response
}

/// What every reply carries.
async fn finish(request: Request, next: Next) -> Response {
    let exchange = request.headers().get(EXCHANGE_HEADER).cloned();
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static(PROTOCOL_HEADER),
        HeaderValue::from(PROTOCOL),
    );
    if let Some(exchange) = exchange {
        headers.insert(HeaderName::from_static(EXCHANGE_HEADER), exchange);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Refused::new(ErrorCode::Internal, "a handler panicked").into_response()
}
