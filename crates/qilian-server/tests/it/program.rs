//! The program as scripts call it: documents on standard output, exit status.

mod devices;
mod files;
mod people;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use qilian_domain::ids::{DeviceId, UserId};
use qilian_server::secret;
use qilian_server::storage::sqlite::SqliteStorage;
use qilian_server::storage::{NewCode, NewDevice, Storage as _, Wiped};
use serde_json::Value;

use crate::district::{NOON, at, uuid};

fn run(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_qilian-server"))
        .args(arguments)
        .arg("--data")
        .arg(data)
        .arg("--json")
        .env("QILIAN_NOW", "2026-11-20T12:00:00+08:00")
        .env_remove("QILIAN_DATABASE")
        .output()
        .expect("started")
}

fn document(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"))
}

fn done(data: &Path, arguments: &[&str]) -> Value {
    let output = run(data, arguments);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    document(&output)
}

/// The code of a refusal; its message is there, and Chinese.
fn refused(data: &Path, arguments: &[&str]) -> String {
    let output = run(data, arguments);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let error = &document(&output)["error"];
    let message = error["message"].as_str().expect("a message");
    assert!(
        message
            .chars()
            .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
        "{message}"
    );
    assert!(error["details"].is_object());
    error["code"].as_str().expect("a code").to_owned()
}

fn district() -> tempfile::TempDir {
    let data = tempfile::tempdir().expect("a directory");
    done(data.path(), &["init", "--district", "澜州市示范区"]);
    data
}

#[test]
fn a_district_is_made_once() {
    let data = tempfile::tempdir().expect("a directory");
    let made = done(data.path(), &["init", "--district", "澜州市示范区"]);
    assert_eq!(made["district"], "澜州市示范区");
    assert_eq!(made["administrator"], "admin");
    assert_eq!(
        refused(data.path(), &["init", "--district", "别处"]),
        "district_exists"
    );
}

#[test]
fn without_a_district_nothing_is_made() {
    let data = tempfile::tempdir().expect("a directory");
    assert_eq!(
        refused(data.path(), &["device", "list"]),
        "district_missing"
    );
    assert_eq!(std::fs::read_dir(data.path()).expect("read").count(), 0);
}

#[test]
fn wrong_usage_is_two() {
    for arguments in [&["device", "list"][..], &["fly"], &["import", "roster"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_qilian-server"))
            .args(arguments)
            .env_remove("QILIAN_DATABASE")
            .output();
        assert_eq!(
            output.expect("started").status.code(),
            Some(2),
            "{arguments:?}"
        );
    }
}

#[test]
fn a_code_lasts_fifteen_minutes_and_is_for_somebody() {
    let data = district();
    let code = done(data.path(), &["code", "--user", "admin"]);
    let text = code["code"].as_str().expect("a code");
    assert_eq!(text.len(), 9, "two groups of four");
    let expires = code["expires_at"].as_str().expect("a moment");
    assert!(expires.starts_with("2026-11-20T12:15:00"), "{expires}");
    assert_eq!(
        refused(data.path(), &["code", "--user", "nobody"]),
        "user_unknown"
    );
}

#[test]
fn files_are_taken_whole_or_not_at_all() {
    let data = district();
    let file = |name: &str, text: &str| {
        let path = data.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("text").to_owned()
    };
    let users = file(
        "u.csv",
        "id,name,unit,roles,level,area,phone\nD1,分拨员,工信局,dispatcher;supervisor,district,,\n",
    );
    let first = done(data.path(), &["import", "users", &users]);
    assert_eq!(
        (&first["created"], &first["unchanged"]),
        (&1.into(), &0.into())
    );
    let second = done(data.path(), &["import", "users", &users]);
    assert_eq!(
        (&second["created"], &second["unchanged"]),
        (&0.into(), &1.into())
    );
    let bad = file(
        "bad.csv",
        "id,name,unit,roles,level,area,phone\nD2,某,,cadre,,,\nD3,某,,king,,,\n",
    );
    assert_eq!(
        refused(data.path(), &["import", "users", &bad]),
        "users_invalid"
    );
    assert_eq!(
        refused(data.path(), &["code", "--user", "D2"]),
        "user_unknown"
    );

    let policies = file(
        "p.yaml",
        "fields:\n  a: {type: int, label: 甲}\npolicies:\n  - id: x\n    title: 甲\n    condition: {all: [{id: l, text: t, f: b, op: \">=\", v: 1}]}\n",
    );
    assert_eq!(
        refused(data.path(), &["import", "policies", &policies]),
        "policies_invalid"
    );
    let calendar = file(
        "c.yaml",
        "{year: 2027, off: [2027-01-01], work: [], source: 通知}",
    );
    assert_eq!(
        done(data.path(), &["import", "calendar", &calendar])["year"],
        2027
    );
    let calendar = file(
        "c2.yaml",
        "{year: 2027, off: [2027-01-01], work: [2027-01-01], source: 通知}",
    );
    assert_eq!(
        refused(data.path(), &["import", "calendar", &calendar]),
        "calendar_invalid"
    );
    let roster = file("r.xlsx", "name,code\n");
    assert_eq!(
        refused(data.path(), &["import", "roster", &roster]),
        "workbook_not_xlsx"
    );
    let gone = data.path().join("gone.csv");
    let gone = gone.to_str().expect("text");
    assert_eq!(
        refused(data.path(), &["import", "users", gone]),
        "file_unreadable"
    );
}

/// A server that is ended with the value.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn serve(data: &Path) -> (Serving, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_qilian-server"))
        .args(["serve", "--listen", "127.0.0.1:0", "--json", "--data"])
        .arg(data)
        // A minute before the commands that follow.
        .env("QILIAN_NOW", "2026-11-20T11:59:00+08:00")
        .env_remove("QILIAN_DATABASE")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("piped");
    let serving = Serving(child);
    BufReader::new(stdout).read_line(&mut line).expect("a line");
    let told: Value = serde_json::from_str(&line).expect("a document");
    (
        serving,
        told["listening"].as_str().expect("an address").to_owned(),
    )
}

#[test]
fn commands_work_while_it_serves() {
    let data = district();
    let (_serving, url) = serve(data.path());
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    done(data.path(), &["code", "--user", "admin"]);
    assert_eq!(
        done(data.path(), &["device", "list"]),
        serde_json::json!([])
    );
}

#[test]
fn a_backup_is_brought_back_on_a_new_timeline_and_what_was_there_is_kept() {
    let data = district();
    let backup = data.path().join("monday.backup");
    let backup = backup.to_str().expect("text");
    {
        let (_serving, _) = serve(data.path());
        done(data.path(), &["backup", backup]);
        assert_eq!(refused(data.path(), &["restore", backup]), "data_in_use");
    }
    assert_eq!(refused(data.path(), &["backup", backup]), "file_exists");
    let users = data.path().join("u.csv");
    std::fs::write(
        &users,
        "id,name,unit,roles,level,area,phone\nBA0001,王敏,,cadre,,,\n",
    )
    .expect("written");
    done(
        data.path(),
        &["import", "users", users.to_str().expect("text")],
    );
    done(data.path(), &["code", "--user", "BA0001"]);

    let restored = done(data.path(), &["restore", backup]);
    assert_eq!(restored["district"], "澜州市示范区");
    let before = restored["before"].as_str().expect("a path");
    assert!(Path::new(before).is_file(), "{before}");
    assert_eq!(
        refused(data.path(), &["code", "--user", "BA0001"]),
        "user_unknown"
    );
    let again = done(data.path(), &["restore", before]);
    assert_ne!(again["epoch"], restored["epoch"]);
    assert_ne!(again["before"], restored["before"]);
    assert!(Path::new(before).is_file(), "nothing is written over");
    done(data.path(), &["code", "--user", "BA0001"]);
}

#[test]
fn a_device_that_nobody_has_is_not_stopped() {
    let data = district();
    for id in ["01a202a0-f2bf-7062-b258-067826a737cf", "不是设备号"] {
        for act in ["suspend", "revoke", "wipe", "restore"] {
            assert_eq!(refused(data.path(), &["device", act, id]), "device_unknown");
        }
    }
    assert!(
        !data.path().join("journal.jsonl").exists(),
        "nothing is noted"
    );
}

/// A laptop of the administrator, enrolled; its id.
fn enrolled(data: &Path) -> String {
    let storage = SqliteStorage::open(data).expect("opened");
    let district = storage.districts().expect("read")[0].id.clone();
    let code = secret::hash("a code");
    let new = NewCode {
        hash: code,
        user: UserId::new("admin"),
        issued: at(NOON),
        expires: at(NOON).plus_ms(60_000),
    };
    let issued = storage.issue_code(&district, &new).expect("issued");
    assert!(issued.is_some(), "there is an administrator");
    let device = NewDevice {
        code,
        id: DeviceId::new(uuid(0xD1)),
        token: secret::hash("a token"),
        name: "办公室笔记本".to_owned(),
        version: "0.1.0".to_owned(),
        at: at(NOON),
    };
    let enrolled = storage.enrol(&district, &device).expect("works");
    assert!(enrolled.is_ok());
    device.id.to_string()
}

#[test]
fn a_laptop_is_wiped_and_a_cohort_fetches_everything_anew() {
    let data = district();
    let id = enrolled(data.path());
    let anew = done(data.path(), &["device", "resync", "--user", "admin"]);
    assert_eq!(anew[0]["device_id"], Value::from(id.as_str()));
    assert_eq!(anew[0]["resync_due"], Value::from(true));
    let none = refused(data.path(), &["device", "resync", "--unit", "没有这个单位"]);
    assert_eq!(none, "device_unknown");
    let nobody = run(data.path(), &["device", "resync"]);
    assert_eq!(nobody.status.code(), Some(2), "who is meant has to be said");
    let wiped = done(data.path(), &["device", "wipe", &id]);
    assert_eq!(wiped["state"], "wipe");
    let journal = std::fs::read_to_string(data.path().join("journal.jsonl")).expect("a journal");
    assert!(journal.contains("\"state\":\"wipe\""), "{journal}");

    let storage = SqliteStorage::open(data.path()).expect("opened");
    let of = storage.districts().expect("read").remove(0).id;
    let receipt = Wiped {
        at: at(NOON),
        unsent: 3,
    };
    let device = id.parse().expect("an id");
    storage.note_wiped(&of, device, receipt).expect("noted");
    drop(storage);
    let listed = done(data.path(), &["device", "list"]);
    assert_eq!(listed[0]["wiped"]["unsent"], Value::from(3));
}

#[test]
fn what_is_no_backup_leaves_the_district_as_it_is() {
    let data = district();
    let other = data.path().join("other");
    std::fs::write(&other, "no database").expect("written");
    let other = other.to_str().expect("text");
    assert_eq!(refused(data.path(), &["restore", other]), "store_corrupt");
    let gone = data.path().join("gone");
    let gone = gone.to_str().expect("text");
    assert_eq!(refused(data.path(), &["restore", gone]), "file_unreadable");
    done(data.path(), &["code", "--user", "admin"]);
}

#[cfg(unix)]
#[test]
fn sigterm_ends_it_in_order() {
    let data = district();
    let (mut serving, _) = serve(data.path());
    let killed = Command::new("kill")
        .arg(serving.0.id().to_string())
        .status()
        .expect("kill");
    assert!(killed.success());
    let status = serving.0.wait().expect("ended");
    assert_eq!(status.code(), Some(0));
}
