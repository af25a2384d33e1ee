//! Owns HTTP to the server: one exchange a call, blocking, bounded in time and size.
//!
//! A laptop meets hotel networks, proxies and other people's servers: an answer counts only if it says
//! by type and protocol number that it is ours. Elsewhere: what is sent (`qilian-sync`), what follows
//! from an answer (`sync`, `enrol`). A call blocks its thread and holds no lock of the store.

mod admin;
mod error;
mod file;
mod server_url;
mod stream;

use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use qilian_sync::client::{Forked, SyncStopped};
use qilian_sync::codec::{self, CONTENT_TYPE, CodecError};
use qilian_sync::wire::{
    AuditReply, AuditRequest, EXCHANGE_HEADER, EnrolReply, EnrolRequest, ErrorCode, ErrorReply,
    ForkReply, ForkRequest, HelloReply, PROTOCOL, PROTOCOL_HEADER, PullReply, PullRequest,
    PushReply, PushRequest, WipedReply, WipedRequest,
};
use reqwest::blocking::{Client, RequestBuilder, Response};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE as CONTENT_TYPE_HEADER, HeaderMap};
use reqwest::{StatusCode, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ids::IdSource;

pub use error::TransportError;
pub use server_url::ServerUrl;
pub(crate) use stream::{Heard, NoStream, StreamTransport};

const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// A page of 1 MiB over a weak mobile link, and a server that is busy at 8:30.
const EXCHANGE_LIMIT: Duration = Duration::from_secs(120);
/// The most that is read of an answer, packed.
const MOST_BYTES: u64 = codec::MAX_UNPACKED_BYTES;

/// What this program calls itself.
const AGENT: &str = concat!("qilian/", env!("CARGO_PKG_VERSION"));

/// A way to one server.
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    client: Client,
    server: ServerUrl,
    /// Unlike any other way's, so that no two requests of a laptop are called the same.
    mark: String,
    exchanges: Arc<AtomicU64>,
}

/// An answer, and how long it took: the server's clock is compared with the middle of that span.
#[derive(Debug, Clone)]
pub(crate) struct Answered<T> {
    /// The message.
    pub reply: T,
    /// From before the request was sent until the answer was read.
    pub took: Duration,
}

impl Transport {
    /// Makes a way to a server; `ids` names its requests. Nothing is sent.
    ///
    /// # Errors
    /// [`TransportError::SetUp`] if the system's certificates can't be read.
    pub(crate) fn new(server: ServerUrl, ids: &IdSource) -> Result<Self, TransportError> {
        choose_provider();
        let mut builder = Client::builder()
            .connect_timeout(CONNECT_LIMIT)
            .timeout(EXCHANGE_LIMIT)
            // Our servers never redirect; a network's log-in page does.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(AGENT);
        if server.loopback() {
            builder = builder.no_proxy();
        }
        let client = builder
            .build()
            .map_err(|e| TransportError::SetUp(e.to_string()))?;
        Ok(Self {
            client,
            server,
            mark: ids.token(),
            exchanges: Arc::default(),
        })
    }

    /// Turns a one-time code into a device.
    ///
    /// # Errors
    /// [`TransportError`].
    pub(crate) fn enrol(
        &self,
        request: &EnrolRequest,
    ) -> Result<Answered<EnrolReply>, TransportError> {
        self.exchange("devices/enrol", None, request)
    }

    /// Asks where the server stands.
    ///
    /// # Errors
    /// [`TransportError`].
    pub(crate) fn hello(&self, token: &str) -> Result<Answered<HelloReply>, TransportError> {
        self.exchange("sync/hello", Some(token), &())
    }

    /// Makes this copy of a laptop a laptop of its own.
    ///
    /// # Errors
    /// [`TransportError`].
    pub(crate) fn fork(
        &self,
        token: &str,
        request: &ForkRequest,
    ) -> Result<Answered<ForkReply>, TransportError> {
        self.exchange("devices/fork", Some(token), request)
    }

    /// Says that this laptop's store is destroyed.
    ///
    /// # Errors
    /// [`TransportError`].
    pub(crate) fn wiped(
        &self,
        token: &str,
        receipt: &WipedRequest,
    ) -> Result<Answered<WipedReply>, TransportError> {
        self.exchange("devices/wiped", Some(token), receipt)
    }

    /// Sends mutations.
    ///
    /// # Errors
    /// [`TransportError`]; whether the server took them is then not known, and sending them again is
    /// harmless.
    pub(crate) fn push(
        &self,
        token: &str,
        request: &PushRequest,
    ) -> Result<Answered<PushReply>, TransportError> {
        self.exchange("sync/push", Some(token), request)
    }

    /// Fetches a page.
    ///
    /// # Errors
    /// [`TransportError`].
    pub(crate) fn pull(
        &self,
        token: &str,
        request: &PullRequest,
    ) -> Result<Answered<PullReply>, TransportError> {
        self.exchange("sync/pull", Some(token), request)
    }

    /// Asks what the buckets hold.
    ///
    /// # Errors
    /// [`TransportError`].
    pub(crate) fn audit(
        &self,
        token: &str,
        request: &AuditRequest,
    ) -> Result<Answered<AuditReply>, TransportError> {
        self.exchange("sync/audit", Some(token), request)
    }

    /// Asks for something without changing anything.
    fn look_up<T: DeserializeOwned>(
        &self,
        url: Url,
        token: &str,
    ) -> Result<Answered<T>, TransportError> {
        self.send(self.client.get(url), Some(token))
    }

    fn exchange<T: DeserializeOwned>(
        &self,
        endpoint: &str,
        token: Option<&str>,
        message: &impl Serialize,
    ) -> Result<Answered<T>, TransportError> {
        let body = codec::encode(message).map_err(|e| TransportError::SetUp(e.to_string()))?;
        let request = self
            .client
            .post(self.server.endpoint(endpoint))
            .header(CONTENT_TYPE_HEADER, CONTENT_TYPE)
            .body(body);
        self.send(request, token)
    }

    fn send<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        token: Option<&str>,
    ) -> Result<Answered<T>, TransportError> {
        let sent = Instant::now();
        let response = self.call(request, token)?;
        let (status, body) = self.read(response)?;
        let took = sent.elapsed();
        if status.is_success() {
            let reply = codec::decode(&body).map_err(unreadable)?;
            return Ok(Answered { reply, took });
        }
        Err(told_refusal(&body)?)
    }

    /// Sends a request with what every one carries; the answer is to it and to no other.
    fn call(
        &self,
        request: RequestBuilder,
        token: Option<&str>,
    ) -> Result<Response, TransportError> {
        let nth = self.exchanges.fetch_add(1, Ordering::Relaxed);
        let exchange = format!("{}-{nth}", self.mark);
        let mut request = request
            .header(ACCEPT, CONTENT_TYPE)
            .header(PROTOCOL_HEADER, PROTOCOL)
            .header(EXCHANGE_HEADER, &exchange);
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let response = request
            .send()
            .map_err(|e| TransportError::from_failure(&self.server, &e))?;
        // A server of an earlier version does not repeat it.
        let answers = response.headers().get(EXCHANGE_HEADER);
        if answers.is_some_and(|answers| answers.as_bytes() != exchange.as_bytes()) {
            let why = "it answers another request".to_owned();
            return Err(TransportError::ReplyUnreadable(why));
        }
        Ok(response)
    }

    /// The body of an answer that is ours.
    fn read(&self, response: Response) -> Result<(StatusCode, Vec<u8>), TransportError> {
        let status = response.status();
        if !says_ours(response.headers()) {
            // A gateway in front of our server speaks for it while it is away.
            let gateway = matches!(
                status,
                StatusCode::BAD_GATEWAY
                    | StatusCode::SERVICE_UNAVAILABLE
                    | StatusCode::GATEWAY_TIMEOUT
            );
            return Err(if gateway {
                TransportError::unreachable_because(&self.server, status)
            } else {
                TransportError::not_ours(&self.server, status)
            });
        }
        let mut body = Vec::new();
        response
            .take(MOST_BYTES + 1)
            .read_to_end(&mut body)
            .map_err(|e| TransportError::from_failure(&self.server, &e))?;
        if body.len() as u64 > MOST_BYTES {
            return Err(unreadable(CodecError::TooLarge));
        }
        Ok((status, body))
    }
}

/// Chooses what encrypts, once a program.
fn choose_provider() {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Fails only if the program's host installed one before; then that one serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// Whether an answer says that it is ours: its type, and the protocol's number beside it.
fn says_ours(headers: &HeaderMap) -> bool {
    let ours = headers
        .get(CONTENT_TYPE_HEADER)
        .is_some_and(|kind| kind.as_bytes() == CONTENT_TYPE.as_bytes());
    ours && headers.contains_key(PROTOCOL_HEADER)
}

/// What a server of ours says instead of a reply. A code of a later version has a name at least.
fn told_refusal(body: &[u8]) -> Result<TransportError, TransportError> {
    let reply: serde_json::Value = codec::decode(body).map_err(unreadable)?;
    let code = reply
        .pointer("/error/code")
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default()
        .to_owned();
    Ok(serde_json::from_value::<ErrorReply>(reply).map_or(
        TransportError::RefusedOtherwise(code),
        |reply| {
            let ErrorReply { error, message, .. } = reply;
            tracing::debug!(?error, message, "the server refused");
            TransportError::Refused(error)
        },
    ))
}

fn unreadable(error: CodecError) -> TransportError {
    TransportError::ReplyUnreadable(error.to_string())
}

impl From<SyncStopped> for TransportError {
    fn from(stopped: SyncStopped) -> Self {
        match stopped {
            SyncStopped::Refused(code) => Self::Refused(code),
            SyncStopped::ForkedAgain(Forked { at }) => {
                Self::Refused(ErrorCode::ForkDetected { at })
            }
            SyncStopped::NoProgress => Self::ReplyUnreadable(stopped.to_string()),
        }
    }
}

impl From<ErrorCode> for TransportError {
    fn from(code: ErrorCode) -> Self {
        Self::Refused(code)
    }
}
