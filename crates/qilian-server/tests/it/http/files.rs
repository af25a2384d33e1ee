//! Files over HTTP: bytes up in pieces, over lines that break, and down again; a client that says what it
//! got, piece by piece.

mod down;
mod faults;
mod places;
mod up;

use std::io::Write as _;
use std::net::TcpStream;

use qilian_domain::command::{AttachmentAdd, AttachmentRemove};
use qilian_domain::media::ContentHash;
use qilian_sync::codec;
use qilian_sync::wire::{
    ErrorCode, ErrorReply, PushReply, ReplyStatus, UploadReply, UploadRequest,
};
use reqwest::{Client, Method, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::Running;
use crate::contract::files::{add, file};
use crate::district::{NOON, at, mut_id, uscc};
use crate::door::Door;
use crate::laptop::Laptop;

/// Bytes that differ from place to place, so that a piece in the wrong place is seen.
pub(crate) fn bytes(len: usize) -> Vec<u8> {
    (0..len as u32)
        .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
        .take(len)
        .collect()
}

pub(crate) fn hash(bytes: &[u8]) -> ContentHash {
    ContentHash::new(Sha256::digest(bytes).into())
}

/// What the server said to a piece.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) offset: Option<u64>,
    pub(crate) complete: Option<bool>,
    pub(crate) error: Option<ErrorCode>,
}

/// 204, with where the upload stands.
pub(crate) fn stands(offset: usize, complete: bool) -> Said {
    Said {
        status: 204,
        offset: Some(offset as u64),
        complete: Some(complete),
        error: None,
    }
}

impl Said {
    async fn of(response: Response) -> Self {
        let header = |name| {
            let value = response.headers().get(name)?;
            Some(value.to_str().expect("text").to_owned())
        };
        let offset = header("upload-offset").map(|value| value.parse().expect("a number"));
        let complete = header("upload-complete").map(|value| value == "?1");
        let status = response.status();
        let body = response.bytes().await.expect("a body");
        let error = (!status.is_success() && !body.is_empty()).then(|| {
            let reply: ErrorReply = codec::decode(&body).expect("an error");
            reply.error
        });
        Self {
            status: status.as_u16(),
            offset,
            complete,
            error,
        }
    }
}

/// A cadre's laptop at a server.
pub(crate) struct Sender {
    pub(crate) url: String,
    pub(crate) client: Client,
    pub(crate) laptop: Laptop,
    pub(crate) token: String,
}

impl Sender {
    async fn new(server: &Running, whose: u32) -> Self {
        let (laptop, token) = server.laptop(whose).await;
        Self::at(server.url.clone(), laptop, token)
    }

    pub(crate) fn at(url: String, laptop: Laptop, token: String) -> Self {
        // The first test to come here chooses the provider for all.
        drop(rustls::crypto::ring::default_provider().install_default());
        Self {
            url,
            client: Client::builder().no_proxy().build().expect("a client"),
            laptop,
            token,
        }
    }

    async fn post<Q: Serialize, A: DeserializeOwned>(
        &self,
        path: &str,
        request: &Q,
    ) -> Result<A, (StatusCode, ErrorCode)> {
        let door = Door {
            url: self.url.clone(),
            client: self.client.clone(),
        };
        door.post(path, &self.token, request).await
    }

    /// Records the `n`th visit, to an enterprise, and adds the `n`th file to it.
    pub(crate) async fn adds(&mut self, n: u64, enterprise: u32, bytes: &[u8]) {
        self.laptop.visits(n, enterprise, "2026-11-20", at(NOON));
        let add = AttachmentAdd {
            size_bytes: bytes.len() as u64,
            sha256: hash(bytes),
            mime: "video/mp4".to_owned(),
            ..add(n, n, enterprise)
        };
        self.laptop.does(mut_id(500 + n), &add.into(), at(NOON));
        self.push().await;
    }

    pub(crate) async fn removes(&mut self, n: u64, enterprise: u32) {
        let remove = AttachmentRemove {
            uscc: uscc(enterprise),
            attachment: file(n),
        };
        self.laptop.does(mut_id(700 + n), &remove.into(), at(NOON));
        self.push().await;
    }

    async fn push(&mut self) {
        let request = self.laptop.push_request();
        let pushed = self.post("/api/v1/sync/push", &request).await;
        let reply: PushReply = pushed.expect("pushed");
        for outcome in &reply.outcomes {
            assert_eq!(outcome.status, ReplyStatus::Applied, "{outcome:?}");
        }
        self.laptop.acknowledge(&reply);
    }

    pub(crate) async fn begins(
        &self,
        n: u64,
        bytes: &[u8],
    ) -> Result<UploadReply, (StatusCode, ErrorCode)> {
        let request = UploadRequest {
            attachment_id: file(n),
            sha256: hash(bytes),
            size: bytes.len() as u64,
            mime: "video/mp4".to_owned(),
        };
        self.post("/api/v1/uploads", &request).await
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        (self.client)
            .request(method, format!("{}{path}", self.url))
            .header("qilian-protocol", "1")
            .bearer_auth(&self.token)
    }

    pub(crate) async fn asks(&self, n: u64) -> Said {
        let request = self.request(Method::HEAD, &format!("/api/v1/uploads/{}", file(n)));
        Said::of(request.send().await.expect("answered")).await
    }

    pub(crate) async fn sends(&self, n: u64, offset: usize, last: bool, piece: &[u8]) -> Said {
        let request = self.piece(n, offset, last, piece);
        Said::of(request.send().await.expect("answered")).await
    }

    /// Sends a piece to a server that may be gone.
    pub(crate) async fn tries(
        &self,
        n: u64,
        offset: usize,
        piece: &[u8],
    ) -> Result<Said, reqwest::Error> {
        let request = self.piece(n, offset, false, piece);
        Ok(Said::of(request.send().await?).await)
    }

    /// Ends an upload at a server that may be gone.
    pub(crate) async fn tries_last(&self, n: u64, offset: usize) -> Result<Said, reqwest::Error> {
        Ok(Said::of(self.piece(n, offset, true, &[]).send().await?).await)
    }

    fn piece(&self, n: u64, offset: usize, last: bool, piece: &[u8]) -> reqwest::RequestBuilder {
        self.request(Method::PATCH, &format!("/api/v1/uploads/{}", file(n)))
            .header("content-type", "application/partial-upload")
            .header("upload-offset", offset)
            .header("upload-complete", if last { "?1" } else { "?0" })
            .body(piece.to_vec())
    }

    pub(crate) async fn cancels(&self, n: u64) -> Said {
        let request = self.request(Method::DELETE, &format!("/api/v1/uploads/{}", file(n)));
        Said::of(request.send().await.expect("answered")).await
    }

    pub(crate) async fn reads(&self, sha256: &str, range: Option<&str>) -> Response {
        let mut request = self.request(Method::GET, &format!("/api/v1/blobs/{sha256}"));
        if let Some(range) = range {
            request = request.header("range", range);
        }
        request.send().await.expect("answered")
    }

    /// The bytes of a hash, if they may be read.
    pub(crate) async fn content(&self, sha256: ContentHash) -> Option<Vec<u8>> {
        let response = self.reads(&sha256.to_string(), None).await;
        let status = response.status();
        let body = response.bytes().await.expect("a body");
        match status {
            StatusCode::OK => Some(body.to_vec()),
            StatusCode::NOT_FOUND => {
                let reply: ErrorReply = codec::decode(&body).expect("an error");
                assert_eq!(reply.error, ErrorCode::FileUnknown);
                None
            }
            other => panic!("{other}"),
        }
    }

    /// A connection on which a piece was announced, of which only a part came.
    pub(crate) fn hangs(&self, n: u64, offset: usize, announced: usize, part: &[u8]) -> TcpStream {
        let address = self.url.trim_start_matches("http://");
        let mut line = TcpStream::connect(address).expect("connected");
        let head = format!(
            "PATCH /api/v1/uploads/{} HTTP/1.1\r\nhost: {address}\r\nqilian-protocol: 1\r\n\
             authorization: Bearer {}\r\ncontent-type: application/partial-upload\r\n\
             upload-offset: {offset}\r\nupload-complete: ?0\r\ncontent-length: {announced}\r\n\r\n",
            file(n),
            self.token
        );
        line.write_all(head.as_bytes()).expect("sent");
        line.write_all(part).expect("sent");
        line
    }
}
