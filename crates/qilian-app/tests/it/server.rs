//! What may answer instead of our server, and what a cadre is told then.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use qilian_app::{AppError, Clock, Enrolment, Home, OsKeyStore, Passphrase, Unlock, enrol};
use qilian_domain::ids::MutSeq;
use qilian_sync::codec::{self, CONTENT_TYPE};
use qilian_sync::wire::{DeviceState, EXCHANGE_HEADER, ErrorCode, ErrorReply, PROTOCOL_HEADER};
use serde_json::json;

use crate::listener::{answering, http, listen, ours};

/// Tries to enrol at what answers there; nothing may be left behind.
fn enrolled_at(address: SocketAddr) -> AppError {
    enrolled_at_url(&format!("http://{address}"))
}

fn enrolled_at_url(url: &str) -> AppError {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::new(folder.path().join("store")).unwrap();
    let enrolment = Enrolment {
        server: url.parse().unwrap(),
        code: "ABCD-EFGH".to_owned(),
        device_name: None,
        unlock: Unlock {
            passphrase: Some(Passphrase::new("p").unwrap()),
            key_store: OsKeyStore::Off,
        },
    };
    let error = enrol(&home, &enrolment, Clock::system()).unwrap_err();
    assert!(!home.store().exists(), "nothing is enrolled");
    assert!(!home.key().exists(), "no key is left behind");
    let left: Vec<_> = std::fs::read_dir(home.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["enrol.lock"], "nothing else is left behind");
    error
}

fn refusing(status: &str, error: ErrorCode) -> SocketAddr {
    let reply = ErrorReply {
        error,
        message: String::new(),
        server_time: None,
    };
    answering(ours(status, &reply))
}

#[test]
fn a_log_in_page_is_not_our_server() {
    let portal = answering(http("200 OK", "text/html", b"<html>Log in</html>"));
    let error = enrolled_at(portal);
    assert_eq!(error.code(), "not_a_qilian_server");
    assert!(!error.unreachable());
}

#[test]
fn a_reply_that_something_on_the_way_had_kept_answers_nothing() {
    let reply = codec::encode(&json!({})).unwrap();
    let kind = format!("{CONTENT_TYPE}\r\n{PROTOCOL_HEADER}: 1\r\n{EXCHANGE_HEADER}: another-0");
    let error = enrolled_at(answering(http("200 OK", &kind, &reply)));
    assert!(error.to_string().contains("another request"), "{error}");
}

#[test]
fn a_redirect_is_not_followed() {
    let portal = answering(
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
    );
    assert_eq!(enrolled_at(portal).code(), "not_a_qilian_server");
}

#[test]
fn a_page_that_claims_our_type_without_the_protocol_is_not_our_server() {
    let other = answering(http("200 OK", qilian_sync::codec::CONTENT_TYPE, b"x"));
    assert_eq!(enrolled_at(other).code(), "not_a_qilian_server");
}

#[test]
fn a_gateway_whose_server_is_away_is_an_unreachable_server() {
    let gateway = answering(http("502 Bad Gateway", "text/html", b"<html>nginx</html>"));
    let error = enrolled_at(gateway);
    assert_eq!(error.code(), "server_unreachable");
    assert!(error.unreachable());
}

#[test]
fn nobody_listening_is_an_unreachable_server() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let error = enrolled_at(closed);
    assert_eq!(error.code(), "server_unreachable");
    assert!(error.unreachable());
}

#[test]
fn a_connection_cut_in_the_answer_is_an_unreachable_server() {
    let whole = ours("200 OK", &json!({ "device_id": "x".repeat(4096) }));
    let cut = answering(&whole[..whole.len() - 8]);
    assert_eq!(enrolled_at(cut).code(), "server_unreachable");
}

#[test]
fn a_connection_cut_before_the_answer_is_an_unreachable_server() {
    let cut = listen(drop);
    assert_eq!(enrolled_at(cut).code(), "server_unreachable");
}

#[test]
fn an_answer_of_ours_that_is_another_message_is_unreadable() {
    let odd = answering(ours("200 OK", &json!({ "device_id": 7 })));
    assert_eq!(enrolled_at(odd).code(), "reply_unreadable");
}

#[test]
fn an_answer_that_unpacks_without_end_is_refused() {
    let zeros = " ".repeat(17 * 1024 * 1024);
    let bomb = answering(ours("200 OK", &zeros));
    assert_eq!(enrolled_at(bomb).code(), "reply_unreadable");
}

#[test]
fn refusals_of_the_server_keep_their_codes() {
    let stopped = |state| ErrorCode::DeviceStopped { state };
    for (status, refusal, code) in [
        ("404 Not Found", ErrorCode::CodeUnknown, "code_unknown"),
        ("410 Gone", ErrorCode::CodeExpired, "code_expired"),
        ("410 Gone", ErrorCode::CodeUsed, "code_used"),
        ("429 Too Many", ErrorCode::TooManyTries, "too_many_tries"),
        ("401 No", ErrorCode::TokenUnknown, "token_unknown"),
        (
            "403 No",
            stopped(DeviceState::Suspended),
            "device_suspended",
        ),
        ("403 No", stopped(DeviceState::Revoked), "device_revoked"),
        ("403 No", stopped(DeviceState::Wipe), "device_wipe"),
        (
            "409 Conflict",
            ErrorCode::ForkDetected { at: MutSeq(1) },
            "fork_detected",
        ),
        ("409 Conflict", ErrorCode::EpochChanged, "epoch_changed"),
        (
            "426 Upgrade",
            ErrorCode::ProtocolUnsupported,
            "protocol_unsupported",
        ),
        ("503 Busy", ErrorCode::BUSY, "server_busy"),
        (
            "503 Busy",
            ErrorCode::Busy {
                retry_after_s: Some(7),
            },
            "server_busy",
        ),
    ] {
        assert_eq!(enrolled_at(refusing(status, refusal)).code(), code);
    }
}

#[test]
fn a_refusal_of_a_later_version_is_told_by_its_name() {
    let later = answering(ours(
        "409 Conflict",
        &json!({ "error": { "code": "new_rule" } }),
    ));
    let error = enrolled_at(later);
    assert_eq!(error.code(), "server_refused");
    assert_eq!(error.details(), json!({ "code": "new_rule" }));
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_invalid() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    let config = Arc::new(config);
    let tls = listen(move |mut stream| {
        let mut session = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = rustls::Stream::new(&mut session, &mut stream);
        // The client hangs up in the handshake.
        let _ = stream.write_all(b"x");
    });
    let error = enrolled_at_url(&format!("https://localhost:{}", tls.port()));
    assert_eq!(error.code(), "certificate_invalid", "{error}");
    assert!(!error.unreachable());
}

#[test]
fn a_plain_server_behind_a_secure_address_is_not_our_server() {
    let plain = listen(|mut stream| {
        let mut hello = [0; 4096];
        let _ = stream.read(&mut hello);
        let _ = stream.write_all(&http("400 Bad Request", "text/html", b"not HTTP"));
        // Until the other side has read it and hung up.
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let error = enrolled_at_url(&format!("https://localhost:{}", plain.port()));
    assert_eq!(error.code(), "not_a_qilian_server", "{error}");
}
