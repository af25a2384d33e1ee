//! Enrolment by a code: once, in time, and not by guessing.

use qilian_sync::wire::ErrorCode;
use reqwest::StatusCode;

use super::Running;
use crate::district::{NOON, at};

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
