//! Laptops on a terminal: all of them, and those that somebody should look at.

use std::path::Path;
use std::process::Command;

use qilian_domain::ids::{DistrictId, Incarnation};
use qilian_server::storage::Storage as _;
use qilian_server::storage::sqlite::SqliteStorage;
use qilian_sync::wire::DeviceState;
use serde_json::json;

use super::{district, done, enrolled, run};
use crate::district::{NOON, at};
use crate::laptop::Laptop;

/// What a command says to people.
fn said(data: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_qilian-server"))
        .args(arguments)
        .arg("--data")
        .arg(data)
        .env("QILIAN_NOW", NOON)
        .env_remove("QILIAN_DATABASE")
        .output()
        .expect("started");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

fn opened(data: &Path) -> (SqliteStorage, DistrictId) {
    let storage = SqliteStorage::open(data).expect("opened");
    let id = storage.districts().expect("read").remove(0).id;
    (storage, id)
}

/// The laptop of that id, as it comes to its district.
fn laptop(data: &Path, id: &str) -> Laptop {
    let (storage, of) = opened(data);
    let (epoch, _) = storage.head(&of).expect("read");
    Laptop::new(id.parse().expect("an id"), epoch, Incarnation(1))
}

/// It synced ten days ago, with something waiting since the first of the month, after a sync that failed.
fn synced_long_ago(data: &Path, laptop: &mut Laptop) {
    let (storage, of) = opened(data);
    let mut request = laptop.pull_request(u32::MAX);
    request.pending = 3;
    request.oldest_pending = Some(at("2026-11-01T09:00:00+08:00"));
    request.last_error = Some("gap".to_owned());
    let then = at("2026-11-10T09:00:00+08:00");
    let page = storage.pull(&of, laptop.device, &request, then);
    assert!(laptop.take(page.expect("pulled")), "one page is enough");
}

#[test]
fn laptops_that_need_a_look_are_listed_with_why_as_the_administrators_page_does() {
    let data = district();
    let id = enrolled(data.path());
    let well = done(data.path(), &["device", "health"]);
    assert_eq!(
        (&well["days"], &well["laptops"]),
        (&json!(7), &json!(1)),
        "a week, unless it is said"
    );
    assert_eq!(
        (&well["needy"], &well["quarantined"]),
        (&json!([]), &json!([]))
    );

    synced_long_ago(data.path(), &mut laptop(data.path(), &id));
    let week = done(data.path(), &["device", "health"]);
    let needs = ["not_synced", "waiting_long", "failed"];
    assert_eq!(week["needy"][0]["device_id"], json!(id));
    assert_eq!(week["needy"][0]["needs"], json!(needs));
    let month = done(data.path(), &["device", "health", "--days", "30"]);
    assert_eq!(month["needy"][0]["needs"], json!(["failed"]));
    let words = said(data.path(), &["device", "health"]);
    for told in [
        "很久没同步、有记录等了很久、上次没同步成",
        "要看一看的 1 台",
        "放在一边没有办的 0 条",
    ] {
        assert!(words.contains(told), "{told}: {words}");
    }
    let usage = run(data.path(), &["device", "health", "--days", "一周"]);
    assert_eq!(usage.status.code(), Some(2));
}

#[test]
fn what_was_put_aside_is_listed_with_whose_it_is_and_why() {
    let data = district();
    let id = enrolled(data.path());
    let mut laptop = laptop(data.path(), &id);
    laptop.visits(1, 1, "2026-11-19", at(NOON));
    let (storage, of) = opened(data.path());
    let stopped = storage.set_state(&of, laptop.device, DeviceState::Suspended);
    assert!(stopped.expect("works").is_some());
    let sent = storage.push(&of, laptop.device, &laptop.push_request(), at(NOON));
    assert_eq!(sent.expect("pushed").outcomes.len(), 1);
    drop(storage);

    let health = done(data.path(), &["device", "health"]);
    assert_eq!(health["needy"][0]["needs"], json!(["stopped"]));
    let aside = &health["quarantined"][0];
    assert_eq!(aside["code"], "sent_while_suspended");
    assert_eq!(
        (&aside["user"]["id"], &aside["name"]),
        (&json!("admin"), &json!("visit.record@1"))
    );
    let words = said(data.path(), &["device", "health"]);
    for told in ["停用了", "电脑暂停期间送来的", "放在一边没有办的 1 条"] {
        assert!(words.contains(told), "{told}: {words}");
    }
}

#[test]
fn the_list_says_in_words_which_version_what_waits_and_why_a_sync_failed() {
    let data = district();
    let id = enrolled(data.path());
    let words = said(data.path(), &["device", "list"]);
    assert!(
        words.contains("版本 0.1.0 上次同步 从未 待上传 0\n"),
        "{words}"
    );
    synced_long_ago(data.path(), &mut laptop(data.path(), &id));
    let words = said(data.path(), &["device", "list"]);
    for told in [
        "待上传 3（最早 2026-11-01T09:00:00",
        "中间缺了一段记录（gap）",
    ] {
        assert!(words.contains(told), "{told}: {words}");
    }
}
