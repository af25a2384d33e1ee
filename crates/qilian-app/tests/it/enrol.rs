//! A laptop is bound once, is never in the clear, and opens with its passphrase only.

use std::sync::Arc;

use qilian_app::contract::Topic;
use qilian_app::{
    AppError, AutoSync, Clock, Enrolled, Enrolment, Home, Laptop, OsKeyStore, Passphrase, Session,
    SyncEvent, Unlock, enrol,
};
use serde_json::json;

use crate::listener::{answering, ours};

/// A home in a folder of its own.
pub(crate) fn home() -> (tempfile::TempDir, Home) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::new(folder.path().join("store")).unwrap();
    (folder, home)
}

/// What opens it.
pub(crate) fn unlock(passphrase: Option<&str>) -> Unlock {
    Unlock {
        passphrase: passphrase.map(|text| Passphrase::new(text).unwrap()),
        key_store: OsKeyStore::Off,
    }
}

/// Enrols with a server that takes any code.
pub(crate) fn enrolled(home: &Home, passphrase: Option<&str>) -> Result<Enrolled, AppError> {
    let welcome = json!({
        "device_id": "0190a000-0000-7000-8000-000000000001",
        "incarnation": 1,
        "token": "t",
        "epoch": "0190a000-0000-7000-8000-000000000002",
        "user": { "id": "BA0001", "name": "王敏" },
        "district": { "id": "d", "name": "示范区" },
        "server_time": "2026-11-20T10:00:00+08:00",
    });
    let server = answering(ours("200 OK", &welcome));
    let enrolment = Enrolment {
        server: format!("http://{server}").parse().unwrap(),
        code: "ABCD".to_owned(),
        device_name: Some("旧笔记本".to_owned()),
        unlock: unlock(passphrase),
    };
    enrol(home, &enrolment, Clock::system())
}

/// The laptop, opened.
fn opened(home: &Home, passphrase: Option<&str>) -> Result<Session, AppError> {
    Laptop::open(home.clone(), &unlock(passphrase), Clock::system())
}

#[test]
fn an_enrolled_laptop_opens_with_its_passphrase() {
    let (_folder, home) = home();
    let enrolled = enrolled(&home, Some("春江")).unwrap();
    assert_eq!(enrolled.user.as_str(), "BA0001");
    let laptop = opened(&home, Some("春江")).unwrap().laptop().unwrap();
    assert_eq!(laptop.user().name, "王敏");
    assert_eq!(laptop.device_name(), "旧笔记本");
    assert!(
        !laptop.status().unwrap().fully_synced,
        "nothing was pulled yet"
    );
}

#[test]
fn without_a_passphrase_the_laptop_is_locked_and_a_wrong_one_is_told() {
    let (_folder, home) = home();
    enrolled(&home, Some("春江")).unwrap();
    assert!(matches!(opened(&home, None).unwrap(), Session::Locked));
    assert_eq!(
        opened(&home, Some("秋水")).unwrap_err().code(),
        "passphrase_wrong"
    );
}

#[test]
fn without_passphrase_and_key_store_nothing_is_made() {
    let (_folder, home) = home();
    assert_eq!(
        enrolled(&home, None).unwrap_err().code(),
        "key_store_missing"
    );
    assert!(!home.folder().exists());
}

#[test]
fn a_laptop_is_never_enrolled_over_another() {
    let (_folder, home) = home();
    enrolled(&home, Some("a")).unwrap();
    let before = std::fs::read(home.key()).unwrap();
    assert_eq!(
        enrolled(&home, Some("b")).unwrap_err().code(),
        "already_enrolled"
    );
    assert_eq!(std::fs::read(home.key()).unwrap(), before);
    assert!(matches!(
        opened(&home, Some("a")).unwrap(),
        Session::Ready(_)
    ));
}

#[test]
fn an_empty_home_is_not_enrolled() {
    let (_folder, home) = home();
    assert!(matches!(opened(&home, None).unwrap(), Session::NotEnrolled));
}

#[test]
fn what_a_broken_enrolment_left_does_not_stand_in_the_way() {
    let (_folder, home) = home();
    let staging = home.folder().join("enrolling");
    std::fs::create_dir_all(&staging).unwrap();
    std::fs::write(staging.join("key.json"), "{").unwrap();
    std::fs::write(staging.join("store.db"), "half").unwrap();
    enrolled(&home, Some("a")).unwrap();
    assert!(matches!(
        opened(&home, Some("a")).unwrap(),
        Session::Ready(_)
    ));
    assert!(!staging.exists());
}

#[test]
fn the_files_hold_nothing_in_the_clear() {
    let (_folder, home) = home();
    enrolled(&home, Some("a")).unwrap();
    for entry in std::fs::read_dir(home.folder()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for clear in ["王敏", "BA0001", "SQLite format"] {
            let found = bytes.windows(clear.len()).any(|w| w == clear.as_bytes());
            assert!(!found, "{clear} is in the clear");
        }
    }
}

#[test]
fn a_damaged_store_is_broken_and_stays_as_it_is() {
    let (_folder, home) = home();
    enrolled(&home, Some("a")).unwrap();
    let mut bytes = std::fs::read(home.store()).unwrap();
    bytes[..4096].fill(7);
    std::fs::write(home.store(), &bytes).unwrap();
    let Session::Broken(error) = opened(&home, Some("a")).unwrap() else {
        panic!("a damaged store does not open");
    };
    assert_eq!(error.code(), "store_corrupt");
    assert_eq!(std::fs::read(home.store()).unwrap(), bytes);
}

#[test]
fn a_sync_without_a_network_says_so_and_is_remembered() {
    let (_folder, home) = home();
    enrolled(&home, Some("a")).unwrap();
    let laptop = opened(&home, Some("a")).unwrap().laptop().unwrap();
    // The server of the enrolment answers every request with its welcome: no message of a sync.
    assert_eq!(laptop.sync().unwrap_err().code(), "reply_unreadable");
    let status = laptop.status().unwrap();
    assert_eq!(status.last_error.unwrap().code, "reply_unreadable");
    assert!(!status.syncing);
}

#[test]
fn a_laptop_syncs_by_itself_and_tells_what_came_of_it() {
    let (_folder, home) = home();
    enrolled(&home, Some("a")).unwrap();
    let laptop = opened(&home, Some("a")).unwrap().laptop().unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    let auto = AutoSync::start(Arc::new(laptop), move |event| tell.send(event).unwrap()).unwrap();
    assert!(matches!(told.recv().unwrap(), SyncEvent::Started));
    let SyncEvent::Ended(synced) = told.recv().unwrap() else {
        panic!("a sync that began ends");
    };
    assert_eq!(synced.result.unwrap_err().code(), "reply_unreadable");
    assert!(synced.topics.contains(&Topic::Sync));
    auto.now();
    assert!(
        matches!(told.recv().unwrap(), SyncEvent::Started),
        "who asks does not wait for the pause"
    );
    drop(told.recv().unwrap());
    auto.stop();
}
