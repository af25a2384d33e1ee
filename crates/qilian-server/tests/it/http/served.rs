//! What is served at all: the protocol, the documented paths, the operator's numbers.

use std::sync::Arc;

use qilian_server::clock::Clock;
use qilian_server::routes::{Server, router};
use qilian_server::storage::sqlite::SqliteStorage;
use qilian_sync::codec;
use qilian_sync::wire::{ErrorCode, ErrorReply};
use reqwest::{Method, StatusCode};

use super::Running;
use crate::district::{NOON, TestDistrict, at};

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
        "/api/v1/admin/devices",
        "/api/v1/admin/invalidate-cursors",
        "/api/v1/admin/programme",
        "/api/v1/admin/quarantine/{mutation}/release",
        "/api/v1/admin/sync-health",
        "/api/v1/blobs/{sha256}",
        "/api/v1/devices/enrol",
        "/api/v1/devices/fork",
        "/api/v1/devices/wiped",
        "/api/v1/devices/{id}/state",
        "/api/v1/sync/audit",
        "/api/v1/sync/hello",
        "/api/v1/sync/poke",
        "/api/v1/sync/pull",
        "/api/v1/sync/push",
        "/api/v1/uploads",
        "/api/v1/uploads/{id}",
        "/healthz",
        "/metrics",
        "/readyz",
    ];
    assert_eq!(documented, expected);
    for (path, methods) in paths {
        let methods = methods.as_object().expect("methods");
        let all = [
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ];
        for method in all {
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
async fn a_reply_says_which_request_it_answers() {
    let server = Running::start().await;
    let url = format!("{}/healthz", server.url);
    let asked = server.client.get(url).header("qilian-exchange", "mine-7");
    let response = asked.send().await.expect("answered");
    assert_eq!(response.headers()["qilian-exchange"], "mine-7");
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
