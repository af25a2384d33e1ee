//! Owns the stream on which the server says that a pull may bring something: opening it, and reading events.
//!
//! A stream counts from its first event on: what answers may be a hotel's log-in page, and a proxy may keep
//! back what it does not understand. Elsewhere: holding a stream, and what follows from a poke (`poke`).

use std::collections::VecDeque;
use std::time::Duration;

use qilian_sync::wire::{
    POKE_CONTENT_TYPE, POKE_EVENT, POKE_KEEP_ALIVE_S, POKE_OPEN, PROTOCOL, PROTOCOL_HEADER,
    PokeRequest,
};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode};
use tokio::time::timeout;

use super::{
    AGENT, CONNECT_LIMIT, ServerUrl, TransportError, choose_provider, says_ours, told_refusal,
};

/// The head of an answer comes at once; a proxy that waits for the whole of it first never sends it.
const HEAD_LIMIT: Duration = Duration::from_secs(30);
/// Three times nothing where something was promised: the stream is dead.
const SILENCE: Duration = Duration::from_secs(3 * POKE_KEEP_ALIVE_S);
/// The most that is read of a refusal.
const MOST_BYTES: usize = 64 * 1024;
/// The most that is kept of a line.
const MOST_OF_A_LINE: usize = 256;

/// A way to one server for streams.
#[derive(Debug)]
pub(crate) struct StreamTransport {
    client: Client,
    server: ServerUrl,
}

/// Why there is no stream.
#[derive(Debug)]
pub(crate) struct NoStream {
    /// Why.
    pub(crate) error: TransportError,
    /// When the server wants to be asked again.
    pub(crate) retry_after: Option<Duration>,
}

/// What the server says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    /// The stream is live.
    Open,
    /// A pull may bring something.
    Poke,
}

/// An open stream.
#[derive(Debug)]
pub(crate) struct PokeStream {
    response: Response,
    events: Events,
    server: ServerUrl,
}

impl StreamTransport {
    /// Makes a way to a server. Nothing is sent.
    ///
    /// # Errors
    /// [`TransportError::SetUp`] if the system's certificates can't be read.
    pub(crate) fn new(server: ServerUrl) -> Result<Self, TransportError> {
        choose_provider();
        let mut builder = Client::builder()
            .connect_timeout(CONNECT_LIMIT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(AGENT);
        if server.loopback() {
            builder = builder.no_proxy();
        }
        let client = builder
            .build()
            .map_err(|e| TransportError::SetUp(e.to_string()))?;
        Ok(Self { client, server })
    }

    /// Opens the stream of a laptop that stands at a cut.
    ///
    /// # Errors
    /// [`NoStream`].
    pub(crate) async fn open(
        &self,
        token: &str,
        stands: PokeRequest,
    ) -> Result<PokeStream, NoStream> {
        let mut url = self.server.endpoint("sync/poke");
        for (name, value) in [
            ("epoch", stands.epoch.map(|epoch| epoch.to_string())),
            ("seq", stands.seq.map(|seq| seq.0.to_string())),
        ] {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, &value);
            }
        }
        let request = self
            .client
            .get(url)
            .header(ACCEPT, POKE_CONTENT_TYPE)
            .header(PROTOCOL_HEADER, PROTOCOL)
            .header(AUTHORIZATION, format!("Bearer {token}"));
        let response = match timeout(HEAD_LIMIT, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                return Err(TransportError::from_failure(&self.server, &error).into());
            }
            Err(_) => {
                return Err(self.silent("no answer").into());
            }
        };
        if response.status() == StatusCode::OK && is_stream(response.headers()) {
            return Ok(PokeStream {
                response,
                events: Events::default(),
                server: self.server.clone(),
            });
        }
        Err(self.refused(response).await)
    }

    /// What an answer that is no stream says.
    async fn refused(&self, mut response: Response) -> NoStream {
        let (status, headers) = (response.status(), response.headers());
        if status == StatusCode::OK || !says_ours(headers) {
            return TransportError::not_ours(&self.server, status).into();
        }
        let retry_after = (headers.get(RETRY_AFTER))
            .and_then(|value| value.to_str().ok()?.parse().ok())
            .map(Duration::from_secs);
        let mut body = Vec::new();
        loop {
            match timeout(HEAD_LIMIT, response.chunk()).await {
                Ok(Ok(Some(part))) if body.len() + part.len() <= MOST_BYTES => {
                    body.extend_from_slice(&part);
                }
                Ok(Ok(None)) => break,
                Ok(Ok(Some(_))) => return self.silent("a refusal without end").into(),
                Ok(Err(error)) => {
                    return TransportError::from_failure(&self.server, &error).into();
                }
                Err(_) => return self.silent("half a refusal").into(),
            }
        }
        let error = told_refusal(&body).unwrap_or_else(|unreadable| unreadable);
        NoStream { error, retry_after }
    }

    fn silent(&self, why: &str) -> TransportError {
        TransportError::unreachable_because(&self.server, why)
    }
}

impl From<TransportError> for NoStream {
    fn from(error: TransportError) -> Self {
        Self {
            error,
            retry_after: None,
        }
    }
}

impl PokeStream {
    /// The next event. Dropped while it waits, it loses nothing.
    ///
    /// # Errors
    /// [`TransportError::Unreachable`] when the stream ended or fell silent.
    pub(crate) async fn heard(&mut self) -> Result<Heard, TransportError> {
        loop {
            if let Some(heard) = self.events.next() {
                return Ok(heard);
            }
            let gone = |why| TransportError::unreachable_because(&self.server, why);
            match timeout(SILENCE, self.response.chunk()).await {
                Ok(Ok(Some(part))) => self.events.take(&part),
                Ok(Ok(None)) => return Err(gone("the stream ended")),
                Ok(Err(error)) => return Err(TransportError::from_failure(&self.server, &error)),
                Err(_) => return Err(gone("the stream fell silent")),
            }
        }
    }
}

/// Whether an answer is a stream of ours: its type, and the protocol's number beside it.
fn is_stream(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(|kind| kind.as_bytes());
    let is_stream = kind.is_some_and(|kind| kind.starts_with(POKE_CONTENT_TYPE.as_bytes()));
    is_stream && headers.contains_key(PROTOCOL_HEADER)
}

/// Reads events out of what comes. An event is lines up to an empty one; only its name counts here.
#[derive(Debug, Default)]
struct Events {
    line: Vec<u8>,
    name: Vec<u8>,
    complete: VecDeque<Heard>,
}

impl Events {
    fn take(&mut self, part: &[u8]) {
        for &byte in part {
            match byte {
                b'\n' => self.end_line(),
                b'\r' => {}
                _ if self.line.len() < MOST_OF_A_LINE => self.line.push(byte),
                _ => {}
            }
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if let Some(name) = line.strip_prefix(b"event:") {
            name.trim_ascii().clone_into(&mut self.name);
        } else if line.is_empty() {
            let name = std::mem::take(&mut self.name);
            if name == POKE_OPEN.as_bytes() {
                self.complete.push_back(Heard::Open);
            } else if name == POKE_EVENT.as_bytes() {
                self.complete.push_back(Heard::Poke);
            }
        }
    }

    fn next(&mut self) -> Option<Heard> {
        self.complete.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(parts: &[&str]) -> Vec<Heard> {
        let mut events = Events::default();
        for part in parts {
            events.take(part.as_bytes());
        }
        std::iter::from_fn(|| events.next()).collect()
    }

    #[test]
    fn events_are_read_wherever_they_are_cut() {
        let whole = "event: open\ndata: \n\n:\n\nevent: poke\r\ndata:\r\n\r\n";
        let expected = [Heard::Open, Heard::Poke];
        assert_eq!(heard(&[whole]), expected);
        let letters: Vec<_> = whole.split("").collect();
        assert_eq!(heard(&letters), expected);
    }

    #[test]
    fn comments_other_events_and_half_ones_say_nothing() {
        assert_eq!(
            heard(&[": poke\n\n", "event: later\n\n", "data: poke\n\n"]),
            []
        );
        assert_eq!(heard(&["event: poke\ndata: "]), []);
    }

    #[test]
    fn a_line_without_end_fills_no_memory_and_an_event_after_it_is_heard() {
        let mut events = Events::default();
        events.take(&vec![b'x'; 1024 * 1024]);
        assert!(events.line.len() <= MOST_OF_A_LINE);
        events.take(b"\nevent: poke\n\n");
        assert_eq!(events.next(), Some(Heard::Poke));
    }
}
