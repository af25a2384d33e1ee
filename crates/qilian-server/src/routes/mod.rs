//! Owns the HTTP interface: which routes there are, what every request and reply carries, and how long a
//! request may take. One file an area; each route documents itself.
//!
//! Elsewhere: what a request means (`storage`), opening sockets (`serve`).

mod admin;
mod blobs;
mod body;
mod caller;
mod enrol;
mod error;
mod exports;
mod fork;
mod health;
mod poke;
mod programme;
mod rate;
mod storing;
mod sync;
mod turns;
mod unread;
mod uploads;
mod wiped;

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{DefaultBodyLimit, Extension, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use qilian_domain::ids::{At, DeviceId, DistrictId};
use qilian_sync::wire::{DeviceState, EXCHANGE_HEADER, ErrorCode, PROTOCOL, PROTOCOL_HEADER};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::clock::Clock;
use crate::files::Files;
use crate::journal::{Entry, Journal};
use crate::poke::Pokes;
use crate::storage::{Device, Enlisted, Storage};
pub(crate) use error::Refused;
pub use exports::{BroughtIn, NotBroughtIn};
use rate::Tries;
use turns::Turns;

/// The most that a request's body may have, packed.
const BODY_BYTES: usize = 2 * 1024 * 1024;
/// A request that takes longer gets `busy`; what it began is finished or rolled back all the same.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// Requests that are in the database at once: some more than it has readers and writers, so that none idles.
const AT_ONCE: u32 = 16;
/// A request that has waited so long for its turn is told to come later: laptops give up after a minute.
const TURN_WAIT: Duration = Duration::from_secs(20);

/// What all routes share.
pub struct Server {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) district: DistrictId,
    pub(crate) clock: Clock,
    pub(crate) tries: Mutex<Tries>,
    pub(crate) pokes: Arc<Pokes>,
    journal: Option<Journal>,
    turns: Turns,
    files: Option<Files>,
    answered: Mutex<BTreeMap<(String, u16), u64>>,
}

impl Server {
    /// Serves one district of a storage.
    pub fn new(storage: Arc<dyn Storage>, district: DistrictId, clock: Clock) -> Arc<Self> {
        Self::with(storage, district, clock, None, None)
    }

    /// The same, keeping a journal for the day on which a backup is brought back.
    pub fn with_journal(
        storage: Arc<dyn Storage>,
        district: DistrictId,
        clock: Clock,
        journal: Journal,
    ) -> Arc<Self> {
        Self::with(storage, district, clock, Some(journal), None)
    }

    /// The same, keeping files too.
    pub fn with_files(
        storage: Arc<dyn Storage>,
        district: DistrictId,
        clock: Clock,
        journal: Journal,
        files: Files,
    ) -> Arc<Self> {
        Self::with(storage, district, clock, Some(journal), Some(files))
    }

    fn with(
        storage: Arc<dyn Storage>,
        district: DistrictId,
        clock: Clock,
        journal: Option<Journal>,
        files: Option<Files>,
    ) -> Arc<Self> {
        Arc::new(Self {
            storage,
            district,
            clock,
            tries: Mutex::new(Tries::default()),
            pokes: Pokes::new(),
            journal,
            turns: Turns::new(AT_ONCE, TURN_WAIT),
            files,
            answered: Mutex::new(BTreeMap::new()),
        })
    }

    /// Lets at most so many laptops listen for pokes.
    pub fn limit_pokes(&self, most: usize) {
        self.pokes.limit(most);
    }

    /// Ends what has no end of its own: streams would keep an orderly end waiting.
    pub fn end_streams(&self) {
        self.pokes.end();
    }

    /// The bytes of files, if it keeps any.
    pub const fn files(&self) -> Option<&Files> {
        self.files.as_ref()
    }

    /// Removes what of the journal is of no use any more.
    pub(crate) async fn forget_stored(self: &Arc<Self>, now: At) -> io::Result<()> {
        let server = Arc::clone(self);
        let forgotten = tokio::task::spawn_blocking(move || {
            (server.journal.as_ref()).map_or(Ok(()), |journal| journal.forget_stored(now))
        });
        forgotten.await.unwrap_or_else(|e| Err(io::Error::other(e)))
    }

    /// Notes a laptop that begins in the journal, before it is told that it has begun.
    async fn note(self: &Arc<Self>, device: Enlisted) -> Result<(), Refused> {
        let district = self.district.clone();
        self.write_down(Entry::Device { district, device }).await
    }

    /// Says whether a laptop may sync, in the journal first: a backup brought back does not forget it.
    async fn put_state(
        self: &Arc<Self>,
        device: DeviceId,
        state: DeviceState,
    ) -> Result<Option<Device>, Refused> {
        let district = self.district.clone();
        let entry = Entry::State {
            district,
            device,
            state,
            at: Some(self.clock.now()),
        };
        self.write_down(entry).await?;
        Ok(self
            .blocking(move |storage, district| storage.set_state(district, device, state))
            .await??)
    }

    /// Writes an entry of the journal, if one is kept. It is on the disk when this returns.
    async fn write_down(self: &Arc<Self>, entry: Entry) -> Result<(), Refused> {
        let server = Arc::clone(self);
        let noted = tokio::task::spawn_blocking(move || {
            server.journal.as_ref().map_or(Ok(()), |j| j.append(&entry))
        });
        match noted.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                tracing::error!(%error, "the journal can't be written");
                Err(Refused::new(
                    ErrorCode::BUSY,
                    "the journal can't be written",
                ))
            }
            Err(error) => {
                tracing::error!(%error, "writing the journal panicked");
                Err(Refused::new(ErrorCode::Internal, "a request panicked"))
            }
        }
    }

    /// Does what blocks where it may, in turn.
    pub(crate) async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&dyn Storage, &DistrictId) -> T + Send + 'static,
    ) -> Result<T, Refused> {
        let turn = self.turns.take().await.map_err(|full| {
            let retry_after_s = Some(full.retry_after_s);
            Refused::new(ErrorCode::Busy { retry_after_s }, "too many at once")
        })?;
        let server = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            let done = work(server.storage.as_ref(), &server.district);
            // Only now, also if nobody waits for it any more.
            drop(turn);
            done
        });
        done.await.map_err(|e| {
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
        .routes(routes!(wiped::wiped))
        .routes(routes!(sync::hello))
        .routes(routes!(sync::push))
        .routes(routes!(sync::pull))
        .routes(routes!(sync::audit))
        .routes(routes!(poke::poke))
        .routes(routes!(admin::sync_health))
        .routes(routes!(admin::devices))
        .routes(routes!(admin::set_state))
        .routes(routes!(admin::invalidate))
        .routes(routes!(admin::release))
        .routes(routes!(programme::programme, programme::set_programme))
        .routes(routes!(uploads::begin))
        .routes(routes!(uploads::stands, uploads::append, uploads::cancel))
        .routes(routes!(blobs::blob))
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
        .layer(from_fn(unread::read_to_end))
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
        .unwrap_or_else(|_| Refused::new(ErrorCode::BUSY, "took too long").into_response());
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
