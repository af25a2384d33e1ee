//! A server's door, as a laptop comes through it: packed messages, and the stream of pokes.

use std::time::Duration;

use qilian_domain::ids::{Epoch, Seq};
use qilian_sync::codec;
use qilian_sync::wire::{EnrolReply, EnrolRequest, ErrorCode, ErrorReply, PullReply, PushReply};
use reqwest::{Client, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::laptop::Laptop;

/// Nothing that a test waits for takes longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Why a request has no reply.
pub(crate) type Refusal = (StatusCode, ErrorCode);

#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) url: String,
    pub(crate) client: Client,
}

impl Door {
    pub(crate) fn at(url: &str) -> Self {
        // The first test to come here chooses the provider for all.
        drop(rustls::crypto::ring::default_provider().install_default());
        Self {
            url: url.to_owned(),
            client: Client::builder().no_proxy().build().expect("a client"),
        }
    }

    pub(crate) async fn post<Q: Serialize, A: DeserializeOwned>(
        &self,
        path: &str,
        token: &str,
        request: &Q,
    ) -> Result<A, Refusal> {
        self.sent(path, token, request).await.expect("answered")
    }

    /// As [`Self::post`]; nobody may be there to answer.
    async fn sent<Q: Serialize, A: DeserializeOwned>(
        &self,
        path: &str,
        token: &str,
        request: &Q,
    ) -> Result<Result<A, Refusal>, reqwest::Error> {
        let response = self
            .client
            .post(format!("{}{path}", self.url))
            .header("qilian-protocol", "1")
            .header("content-type", codec::CONTENT_TYPE)
            .bearer_auth(token)
            .body(codec::encode(request).expect("a body"))
            .send()
            .await?;
        let status = response.status();
        assert_eq!(response.headers()["qilian-protocol"], "1");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["content-type"], codec::CONTENT_TYPE);
        let body = response.bytes().await?;
        Ok(if status.is_success() {
            Ok(codec::decode(&body).expect("a reply"))
        } else {
            let reply: ErrorReply = codec::decode(&body).expect("an error");
            Err((status, reply.error))
        })
    }

    pub(crate) async fn enrol(&self, code: &str) -> Result<EnrolReply, Refusal> {
        let request = EnrolRequest {
            code: code.to_owned(),
            device_name: "办公室笔记本".to_owned(),
            version: "0.1.0".to_owned(),
        };
        self.post("/api/v1/devices/enrol", "", &request).await
    }

    /// A laptop that is enrolled with a code.
    pub(crate) async fn laptop(&self, code: &str) -> (Laptop, String) {
        let enrolled = self.enrol(code).await.expect("enrolled");
        let laptop = Laptop::new(enrolled.device_id, enrolled.epoch, enrolled.incarnation);
        (laptop, enrolled.token)
    }

    /// Pushes what the laptop has.
    pub(crate) async fn push(&self, laptop: &mut Laptop, token: &str) -> PushReply {
        let pushed = self.try_push(laptop, token).await;
        pushed.expect("pushed")
    }

    /// Pushes what the laptop has; if it fails, the laptop still has it.
    pub(crate) async fn try_push(
        &self,
        laptop: &mut Laptop,
        token: &str,
    ) -> Result<PushReply, String> {
        let request = laptop.push_request();
        let sent = self.sent("/api/v1/sync/push", token, &request).await;
        let reply: PushReply = match sent {
            Ok(Ok(reply)) => reply,
            Ok(Err(refused)) => return Err(format!("{refused:?}")),
            Err(gone) => return Err(gone.to_string()),
        };
        laptop.acknowledge(&reply);
        Ok(reply)
    }

    /// Pulls until the cut is complete.
    pub(crate) async fn pull(&self, laptop: &mut Laptop, token: &str) {
        loop {
            let request = laptop.pull_request(u32::MAX);
            let page: Result<PullReply, _> = self.post("/api/v1/sync/pull", token, &request).await;
            if laptop.take(page.expect("pulled")) {
                return;
            }
        }
    }

    /// Opens a stream as a laptop does that stands at a cut.
    pub(crate) async fn pokes(&self, laptop: &Laptop, token: &str) -> Pokes {
        let stands = Some((laptop.epoch, laptop.head()));
        let mut pokes = self.try_pokes(token, stands).await.expect("a stream");
        assert_eq!(pokes.next().await.as_deref(), Some("open"));
        pokes
    }

    /// Opens a stream; the answer, if it is none.
    pub(crate) async fn try_pokes(
        &self,
        token: &str,
        stands: Option<(Epoch, Seq)>,
    ) -> Result<Pokes, Response> {
        let query = stands.map_or_else(String::new, |(epoch, seq)| {
            format!("?epoch={epoch}&seq={seq}")
        });
        let response = self
            .client
            .get(format!("{}/api/v1/sync/poke{query}", self.url))
            .header("qilian-protocol", "1")
            .bearer_auth(token)
            .send()
            .await
            .expect("answered");
        if response.status() != StatusCode::OK {
            return Err(response);
        }
        let header = |name: &str| response.headers()[name].to_str().expect("text");
        assert_eq!(header("content-type"), "text/event-stream");
        assert_eq!(header("qilian-protocol"), "1");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("x-accel-buffering"), "no");
        Ok(Pokes {
            response,
            text: String::new(),
        })
    }
}

/// An open stream.
pub(crate) struct Pokes {
    response: Response,
    text: String,
}

impl Pokes {
    /// The name of the next event; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<String> {
        let next = tokio::time::timeout(PATIENCE, self.event());
        next.await.expect("an event, or the end")
    }

    async fn event(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let name = event.lines().find_map(|line| line.strip_prefix("event: "));
                let name = name.map(str::to_owned);
                self.text = rest.to_owned();
                if name.is_some() {
                    return name;
                }
                continue;
            }
            // A server that was killed ends nothing in order.
            let part = self.response.chunk().await.ok().flatten()?;
            self.text += std::str::from_utf8(&part).expect("ASCII");
        }
    }

    /// Waits for a poke.
    pub(crate) async fn poked(&mut self) {
        assert_eq!(self.next().await.as_deref(), Some("poke"));
    }

    /// Waits for the end, and takes what comes before.
    pub(crate) async fn rest(mut self) -> Vec<String> {
        let mut rest = Vec::new();
        while let Some(name) = self.next().await {
            rest.push(name);
        }
        rest
    }
}
