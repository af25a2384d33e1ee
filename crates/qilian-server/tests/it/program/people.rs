//! Users who leave, and what stopped laptops hand over.

use qilian_server::storage::sqlite::SqliteStorage;
use qilian_sync::wire::{ErrorCode, PullReply};
use reqwest::StatusCode;

use super::{district, done, refused, serve};
use crate::district::TestDistrict;
use crate::door::Door;
use crate::laptop::Laptop;

#[test]
fn who_has_no_laptop_has_left_at_once_gets_no_code_and_may_come_back() {
    let data = district();
    let left = done(data.path(), &["user", "leave", "admin"]);
    assert_eq!(left["service"]["is"], "left");
    assert_eq!(
        refused(data.path(), &["code", "--user", "admin"]),
        "user_leaving"
    );
    let listed = done(data.path(), &["user", "list"]);
    assert_eq!(listed[0]["service"]["is"], "left");
    let back = done(data.path(), &["user", "return", "admin"]);
    assert_eq!(back["service"]["is"], "serving");
    done(data.path(), &["code", "--user", "admin"]);
}

#[test]
fn nobody_is_closed_without_a_reason_or_without_being_there() {
    let data = district();
    let close = |id, reason| ["user", "close", id, "--reason", reason];
    assert_eq!(refused(data.path(), &close("admin", " ")), "reason_missing");
    assert_eq!(
        refused(data.path(), &close("nobody", "电脑已报废")),
        "user_unknown"
    );
    let closed = done(data.path(), &close("admin", "电脑已报废"));
    assert_eq!(closed["service"]["reason"], "电脑已报废");
}

#[test]
fn a_file_that_no_laptop_handed_over_is_refused() {
    let data = district();
    let path = data.path().join("合同.pdf");
    let file = path.to_str().expect("text").to_owned();
    let import = ["import", "laptop", &file];
    assert_eq!(refused(data.path(), &import), "file_unreadable");
    std::fs::write(&path, "%PDF-1.7 and so on").expect("written");
    assert_eq!(refused(data.path(), &import), "not_an_export");
    let head = [b"qilian-export 1\n".as_slice(), &[7; 32]].concat();
    std::fs::write(&path, &head).expect("written");
    assert_eq!(refused(data.path(), &import), "export_cut_off");
    std::fs::write(&path, [head, vec![0; 100]].concat()).expect("written");
    assert_eq!(refused(data.path(), &import), "export_sealed_for_another");
}

/// A district with a laptop of cadre 1, and a backup of it.
fn backed_up() -> (tempfile::TempDir, Laptop, String) {
    let data = tempfile::tempdir().expect("a directory");
    let storage = SqliteStorage::open(data.path()).expect("opened");
    let laptop = TestDistrict::found(&storage).laptop(1, 1);
    drop(storage);
    let backup = data.path().join("monday.backup");
    let backup = backup.to_str().expect("text").to_owned();
    done(data.path(), &["backup", &backup]);
    (data, laptop, backup)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_after_a_backup_is_given_nothing_when_it_comes_back() {
    let (data, mut laptop, backup) = backed_up();
    let leaving = done(data.path(), &["user", "leave", "C1"]);
    assert_eq!(leaving["service"]["is"], "leaving");
    let restored = done(data.path(), &["restore", &backup]);
    assert_eq!(restored["services"], 1);
    let listed = done(data.path(), &["user", "list"]);
    assert_eq!(listed[0], leaving);
    laptop.epoch = serde_json::from_value(restored["epoch"].clone()).expect("a timeline");
    let (_serving, url) = serve(data.path());
    let pull = laptop.pull_request(u32::MAX);
    let refused = Door::at(&url)
        .post::<_, PullReply>("/api/v1/sync/pull", "token 1", &pull)
        .await;
    let leaving = (StatusCode::FORBIDDEN, ErrorCode::UserLeaving);
    assert_eq!(refused.err(), Some(leaving));
}

#[test]
fn who_was_closed_or_is_back_is_so_after_a_restore() {
    let (data, laptop, backup) = backed_up();
    let stands = || {
        let user = done(data.path(), &["user", "list"])[0]["service"].clone();
        let laptop = done(data.path(), &["device", "list"])[0]["state"].clone();
        (user["is"].clone(), laptop)
    };
    let close = ["user", "close", "C1", "--reason", "电脑已报废"];
    let closed = done(data.path(), &close);
    assert_eq!(done(data.path(), &["restore", &backup])["services"], 1);
    assert_eq!(done(data.path(), &["user", "list"])[0], closed);
    assert_eq!(stands(), ("left".into(), "revoked".into()));
    done(data.path(), &["user", "return", "C1"]);
    assert_eq!(done(data.path(), &["restore", &backup])["services"], 0);
    assert_eq!(stands(), ("serving".into(), "revoked".into()));
    let id = laptop.device.to_string();
    done(data.path(), &["device", "restore", &id]);
    done(data.path(), &["restore", &backup]);
    assert_eq!(stands(), ("serving".into(), "active".into()));
}

#[test]
fn who_left_and_is_not_in_the_backup_is_named() {
    let data = district();
    let backup = data.path().join("monday.backup");
    let backup = backup.to_str().expect("text");
    done(data.path(), &["backup", backup]);
    let users = data.path().join("u.csv");
    let list = "id,name,unit,roles,level,area,phone\nBA0001,王敏,,cadre,,,\n";
    std::fs::write(&users, list).expect("written");
    let import = ["import", "users", users.to_str().expect("text")];
    done(data.path(), &import);
    done(data.path(), &["user", "leave", "BA0001"]);
    let restored = done(data.path(), &["restore", backup]);
    assert_eq!(restored["services"], 0);
    assert_eq!(restored["users_missing"], serde_json::json!(["BA0001"]));
}
