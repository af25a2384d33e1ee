//! HTTP on a real listener: what every request and reply carries, and the phases of a sync.

use std::sync::Arc;

use qilian_domain::ids::{At, MutSeq};
use qilian_server::clock::Clock;
use qilian_server::routes::{Server, router};
use qilian_server::secret;
use qilian_server::storage::sqlite::SqliteStorage;
use qilian_server::storage::{NewCode, Storage};
use qilian_sync::codec;
use qilian_sync::wire::{
    EnrolReply, EnrolRequest, ErrorCode, ErrorReply, HelloReply, PullReply, PushReply,
};
use reqwest::{Client, Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::district::{NOON, TestDistrict, at, cadre};
use crate::laptop::Laptop;

/// A server under test; it ends with the value.
struct Running {
    url: String,
    storage: Arc<SqliteStorage>,
    client: Client,
    task: JoinHandle<std::io::Result<()>>,
    _data: TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Running {
    async fn start() -> Self {
        let data = tempfile::tempdir().expect("a directory");
        let storage = Arc::new(SqliteStorage::open(data.path()).expect("opened"));
        let id = TestDistrict::found(storage.as_ref()).id;
        let server = Server::new(storage.clone(), id, Clock::set_to(at(NOON)));
        let listener = qilian_server::serve::listen("127.0.0.1:0".parse().expect("an address"))
            .expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let task = tokio::spawn(qilian_server::serve::serve(server, listener, None, || {}));
        // The first test to come here chooses the provider for all.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder().no_proxy().build().expect("a client");
        Self {
            url,
            storage,
            client,
            task,
            _data: data,
        }
    }

    fn code(&self, code: &str, whose: u32, expires: At) {
        let new = NewCode {
            hash: secret::hash(&secret::normal_code(code)),
            user: cadre(whose),
            issued: at(NOON),
            expires,
        };
        let id = qilian_domain::ids::DistrictId::new("d1");
        self.storage
            .issue_code(&id, &new)
            .expect("works")
            .expect("issued");
    }

    async fn post<Q: Serialize, A: DeserializeOwned>(
        &self,
        path: &str,
        token: &str,
        request: &Q,
    ) -> Result<A, (StatusCode, ErrorCode)> {
        let response = self
            .client
            .post(format!("{}{path}", self.url))
            .header("qilian-protocol", "1")
            .header("content-type", codec::CONTENT_TYPE)
            .bearer_auth(token)
            .body(codec::encode(request).expect("a body"))
            .send()
            .await
            .expect("answered");
        let status = response.status();
        assert_eq!(response.headers()["qilian-protocol"], "1");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["content-type"], codec::CONTENT_TYPE);
        let body = response.bytes().await.expect("a body");
        if status.is_success() {
            Ok(codec::decode(&body).expect("a reply"))
        } else {
            let reply: ErrorReply = codec::decode(&body).expect("an error");
            Err((status, reply.error))
        }
    }

    async fn enrol(&self, code: &str) -> Result<EnrolReply, (StatusCode, ErrorCode)> {
        let request = EnrolRequest {
            code: code.to_owned(),
            device_name: "办公室笔记本".to_owned(),
            version: "0.1.0".to_owned(),
        };
        self.post("/api/v1/devices/enrol", "", &request).await
    }

    async fn laptop(&self, whose: u32) -> (Laptop, String) {
        let code = format!("AAAA-AAA{whose}");
        self.code(&code, whose, at(NOON).plus_ms(60_000));
        let enrolled = self.enrol(&code).await.expect("enrolled");
        let laptop = Laptop::new(enrolled.device_id, enrolled.epoch, enrolled.incarnation);
        (laptop, enrolled.token)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_laptop_enrols_pushes_and_pulls() {
    let server = Running::start().await;
    let (mut laptop, token) = server.laptop(1).await;
    assert_eq!(token.len(), 64, "256 bits in hexadecimal");
    laptop.visits(1, 1, "2026-11-20", at(NOON));
    let request = laptop.push_request();
    let first: PushReply = server
        .post("/api/v1/sync/push", &token, &request)
        .await
        .expect("pushed");
    let again: PushReply = server
        .post("/api/v1/sync/push", &token, &request)
        .await
        .expect("pushed");
    assert_eq!(
        first.outcomes, again.outcomes,
        "the reply to a run that was sent twice"
    );
    assert_eq!(again.acked_through, MutSeq(1));
    laptop.acknowledge(&again);
    loop {
        let request = laptop.pull_request(300);
        let page: PullReply = server
            .post("/api/v1/sync/pull", &token, &request)
            .await
            .expect("pulled");
        if laptop.take(page) {
            break;
        }
    }
    assert_eq!(laptop.ids("me:C1", "visit_tally").len(), 1);
    let hello: HelloReply = server
        .post("/api/v1/sync/hello", &token, &())
        .await
        .expect("hello");
    assert_eq!((hello.last_mut_seq, hello.head), (MutSeq(1), laptop.head()));
}

#[tokio::test(flavor = "multi_thread")]
async fn conflicts_have_their_status() {
    let server = Running::start().await;
    let (mut laptop, token) = server.laptop(1).await;
    let mut copy = laptop.clone();
    laptop.visits(1, 1, "2026-11-20", at(NOON));
    laptop.visits(2, 1, "2026-11-20", at(NOON));
    let mut gap = laptop.push_request();
    let first = gap.mutations.remove(0);
    gap.base_hash = gap.base_hash.then(&first.payload);
    let refused = server
        .post::<_, PushReply>("/api/v1/sync/push", &token, &gap)
        .await;
    assert_eq!(
        refused.err(),
        Some((
            StatusCode::CONFLICT,
            ErrorCode::Gap {
                expected: MutSeq(1)
            }
        ))
    );
    let taken = server
        .post::<_, PushReply>("/api/v1/sync/push", &token, &laptop.push_request())
        .await;
    assert!(taken.is_ok());
    copy.visits(3, 2, "2026-11-20", at(NOON));
    let refused = server
        .post::<_, PushReply>("/api/v1/sync/push", &token, &copy.push_request())
        .await;
    assert_eq!(
        refused.err(),
        Some((StatusCode::CONFLICT, ErrorCode::ForkDetected))
    );
    let mut other = laptop.pull_request(100);
    other.epoch = qilian_domain::ids::Epoch::new(crate::district::uuid(4));
    let refused = server
        .post::<_, PullReply>("/api/v1/sync/pull", &token, &other)
        .await;
    assert_eq!(
        refused.err(),
        Some((StatusCode::CONFLICT, ErrorCode::EpochChanged))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_syncs_without_a_token_of_ours() {
    let server = Running::start().await;
    let (laptop, _) = server.laptop(1).await;
    let unknown = Some((StatusCode::UNAUTHORIZED, ErrorCode::TokenUnknown));
    for token in ["", "0000", "Bearer"] {
        let pull = server
            .post::<_, PullReply>("/api/v1/sync/pull", token, &laptop.pull_request(1))
            .await;
        assert_eq!(pull.err(), unknown);
        let push = server
            .post::<_, PushReply>("/api/v1/sync/push", token, &laptop.push_request())
            .await;
        assert_eq!(push.err(), unknown);
        let hello = server
            .post::<_, HelloReply>("/api/v1/sync/hello", token, &())
            .await;
        assert_eq!(hello.err(), unknown);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_used_expired_or_unknown() {
    let server = Running::start().await;
    server.code("7K3M-Q0XT", 1, at(NOON).plus_ms(60_000));
    assert!(
        server.enrol(" 7k3m qoxt ").await.is_ok(),
        "as people type it"
    );
    let used = server.enrol("7K3M-Q0XT").await;
    assert_eq!(used.err(), Some((StatusCode::GONE, ErrorCode::CodeUsed)));
    server.code("AAAA-AAAA", 1, at(NOON));
    let expired = server.enrol("AAAA-AAAA").await;
    assert_eq!(
        expired.err(),
        Some((StatusCode::GONE, ErrorCode::CodeExpired))
    );
    let unknown = server.enrol("BBBB-BBBB").await;
    assert_eq!(
        unknown.err(),
        Some((StatusCode::NOT_FOUND, ErrorCode::CodeUnknown))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_cannot_be_guessed_in_a_row() {
    let server = Running::start().await;
    server.code("7K3M-Q0XT", 1, at(NOON).plus_ms(60_000));
    for n in 0..10 {
        let wrong = server.enrol(&format!("CCCC-CCC{n}")).await;
        assert_eq!(
            wrong.err(),
            Some((StatusCode::NOT_FOUND, ErrorCode::CodeUnknown))
        );
    }
    let limited = server.enrol("7K3M-Q0XT").await;
    assert_eq!(
        limited.err(),
        Some((StatusCode::TOO_MANY_REQUESTS, ErrorCode::TooManyTries))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_the_protocol_is_refused() {
    let server = Running::start().await;
    let url = format!("{}/api/v1/devices/enrol", server.url);
    let send = async |protocol: &str, content_type: &str, body: Vec<u8>| {
        let request = server.client.post(&url).header("qilian-protocol", protocol);
        let response = request
            .header("content-type", content_type)
            .body(body)
            .send()
            .await;
        let response = response.expect("answered");
        let status = response.status();
        let error: ErrorReply =
            codec::decode(&response.bytes().await.expect("read")).expect("an error");
        (status, error.error)
    };
    let ours = codec::CONTENT_TYPE;
    let other = send("2", ours, Vec::new()).await;
    assert_eq!(
        other,
        (StatusCode::UPGRADE_REQUIRED, ErrorCode::ProtocolUnsupported)
    );
    let html = send("1", "text/html", b"<html>".to_vec()).await;
    assert_eq!(html, (StatusCode::BAD_REQUEST, ErrorCode::Unreadable));
    let torn = send("1", ours, vec![0x28, 0xb5, 0x2f]).await;
    assert_eq!(torn, (StatusCode::BAD_REQUEST, ErrorCode::Unreadable));
    let huge = send("1", ours, vec![0; 3 * 1024 * 1024]).await;
    assert_eq!(huge, (StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge));
    let bomb = codec::encode(&" ".repeat(20 * 1024 * 1024)).expect("packed");
    assert!(bomb.len() < 100_000, "small while packed");
    assert_eq!(
        send("1", ours, bomb).await,
        (StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_beyond_the_limits_is_refused() {
    let server = Running::start().await;
    let (mut laptop, token) = server.laptop(1).await;
    for n in 1..=101 {
        laptop.visits(n, 1, "2026-11-20", at(NOON));
    }
    let refused = server
        .post::<_, PushReply>("/api/v1/sync/push", &token, &laptop.push_request())
        .await;
    assert_eq!(
        refused.err(),
        Some((StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge))
    );
    laptop.unsent.truncate(100);
    let taken: PushReply = server
        .post("/api/v1/sync/push", &token, &laptop.push_request())
        .await
        .expect("pushed");
    assert_eq!(taken.acked_through, MutSeq(100));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_documented_is_served_and_nothing_else() {
    let server = Running::start().await;
    let served: serde_json::Value = serde_json::from_slice(
        &server
            .client
            .get(format!("{}/api/openapi.json", server.url))
            .send()
            .await
            .expect("answered")
            .bytes()
            .await
            .expect("read"),
    )
    .expect("a document");
    let data = tempfile::tempdir().expect("a directory");
    let storage = Arc::new(SqliteStorage::open(data.path()).expect("opened"));
    let id = TestDistrict::found(storage.as_ref()).id;
    let (_, built) = router(Server::new(storage, id, Clock::set_to(at(NOON))));
    assert_eq!(served, serde_json::to_value(&built).expect("a document"));

    let paths = served["paths"].as_object().expect("paths");
    let documented: Vec<_> = paths.keys().map(String::as_str).collect();
    let expected = [
        "/api/openapi.json",
        "/api/v1/devices/enrol",
        "/api/v1/sync/hello",
        "/api/v1/sync/pull",
        "/api/v1/sync/push",
        "/healthz",
        "/metrics",
        "/readyz",
    ];
    assert_eq!(documented, expected);
    for (path, methods) in paths {
        let methods = methods.as_object().expect("methods");
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
            let response = server
                .client
                .request(method.clone(), format!("{}{path}", server.url))
                .header("qilian-protocol", "1")
                .send()
                .await
                .expect("answered");
            let is_documented = methods.contains_key(&method.as_str().to_lowercase());
            let is_served = !matches!(
                response.status(),
                StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
            );
            assert_eq!(
                is_served,
                is_documented,
                "{method} {path}: {}",
                response.status()
            );
        }
    }
    let nowhere = server
        .client
        .get(format!("{}/api/v1/nowhere", server.url))
        .send()
        .await;
    assert_eq!(nowhere.expect("answered").status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_sees_that_it_is_ready_and_how_much_it_did() {
    let server = Running::start().await;
    let get = async |path: &str| {
        let response = server
            .client
            .get(format!("{}{path}", server.url))
            .send()
            .await
            .expect("answered");
        (response.status(), response.text().await.expect("read"))
    };
    assert_eq!(get("/healthz").await.0, StatusCode::OK);
    assert_eq!(get("/readyz").await.0, StatusCode::OK);
    server.laptop(1).await;
    let (status, text) = get("/metrics").await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        text.contains("qilian_requests_total{path=\"/api/v1/devices/enrol\",status=\"200\"} 1"),
        "{text}"
    );
    assert!(text.contains("\nqilian_devices 1\n"), "{text}");
    assert!(
        !text.contains("C1") && !text.contains("干部"),
        "nothing about persons"
    );
}
