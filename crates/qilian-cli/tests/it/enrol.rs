//! Enrolment refuses before it sends anything, and says what to do.

use std::net::TcpListener;

use crate::answered;

#[test]
fn without_passphrase_and_key_store_enrolment_refuses() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let (document, status) = answered(&[
        "--home",
        home.to_str().unwrap(),
        "enrol",
        "--server",
        "http://127.0.0.1:9",
        "--code",
        "x",
    ]);
    assert_eq!(status, 1, "{document}");
    assert_eq!(document["error"]["code"], "key_store_missing");
    assert!(!home.exists(), "nothing is made");
}

#[test]
fn a_server_that_is_away_is_status_3_and_nothing_is_enrolled() {
    let folder = tempfile::tempdir().unwrap();
    let phrase = folder.path().join("phrase");
    std::fs::write(&phrase, "春江\n").unwrap();
    let home = folder.path().join("home");
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let (document, status) = answered(&[
        "--home",
        home.to_str().unwrap(),
        "--passphrase-file",
        phrase.to_str().unwrap(),
        "enrol",
        "--server",
        &format!("http://{closed}"),
        "--code",
        "x",
    ]);
    assert_eq!(status, 3, "{document}");
    assert_eq!(document["error"]["code"], "server_unreachable");
    let (document, status) = answered(&["--home", home.to_str().unwrap(), "status"]);
    assert_eq!(status, 1);
    assert_eq!(document["error"]["code"], "not_enrolled");
}

#[test]
fn an_empty_passphrase_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let phrase = folder.path().join("phrase");
    std::fs::write(&phrase, "\n").unwrap();
    let (document, status) = answered(&[
        "--home",
        folder.path().to_str().unwrap(),
        "--passphrase-file",
        phrase.to_str().unwrap(),
        "status",
    ]);
    assert_eq!(status, 1);
    assert_eq!(document["error"]["code"], "passphrase_empty");
}
