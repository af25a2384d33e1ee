//! What an operator meets: the program on a database, and what keeps it from one.

use std::process::{Command, Output};

use qilian_server::storage::StorageError;
use qilian_server::storage::postgres::{Address, PostgresStorage};
use serde_json::Value;

use super::open;
use crate::cluster::{Cluster, client};
use crate::district::TestDistrict;

fn run(database: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_qilian-server"))
        .args(arguments)
        .args(["--json", "--database", database])
        .env("QILIAN_NOW", "2026-11-20T12:00:00+08:00")
        .output()
        .expect("started")
}

fn done(database: &str, arguments: &[&str]) -> Value {
    let output = run(database, arguments);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("a document")
}

/// The code of a refusal, which is told in Chinese and without the password.
fn refused(database: &str, arguments: &[&str]) -> String {
    let output = run(database, arguments);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told = String::from_utf8_lossy(&output.stderr).into_owned()
        + &String::from_utf8_lossy(&output.stdout);
    assert!(!told.contains("s3cret"), "{told}");
    let document: Value = serde_json::from_slice(&output.stdout).expect("a document");
    let error = &document["error"];
    let message = error["message"].as_str().expect("a message");
    assert!(
        message
            .chars()
            .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
        "{message}"
    );
    error["code"].as_str().expect("a code").to_owned()
}

#[test]
fn a_district_is_made_once_and_found_again() {
    let cluster = Cluster::start();
    let database = cluster.database();
    assert_eq!(refused(&database, &["device", "list"]), "district_missing");
    let tables = client(&database).query(
        "SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace",
        &[],
    );
    assert_eq!(
        tables.expect("read").len(),
        0,
        "an empty database is left so"
    );
    let made = done(&database, &["init", "--district", "澜州市示范区"]);
    assert_eq!(made["administrator"], "admin");
    assert_eq!(
        refused(&database, &["init", "--district", "别处"]),
        "district_exists"
    );
    let calendar = concat!(env!("CARGO_MANIFEST_DIR"), "/../../calendars/2026.yaml");
    let imported = done(&database, &["import", "calendar", calendar]);
    assert_eq!(imported["unchanged"], true, "it came with the district");
    let code = done(&database, &["code", "--user", "admin"]);
    assert_eq!(code["user"], "admin");
    assert_eq!(
        done(&database, &["device", "list"]),
        Value::Array(Vec::new())
    );
}

#[test]
fn what_notes_laptops_in_the_journal_asks_for_the_data_directory() {
    let cluster = Cluster::start();
    let database = cluster.database();
    done(&database, &["init", "--district", "澜州市示范区"]);
    let nobody = "01a202a0-f2bf-7062-b258-067826a737cf";
    for act in ["suspend", "revoke", "restore"] {
        assert_eq!(refused(&database, &["device", act, nobody]), "data_missing");
    }
    assert_eq!(refused(&database, &["serve"]), "data_missing");
}

#[test]
fn a_laptop_is_stopped_and_noted_in_the_data_directory() {
    let cluster = Cluster::start();
    let database = cluster.database();
    let storage = open(&database);
    let district = TestDistrict::found(&storage);
    let laptop = district.laptop(1, 1);
    let parent = tempfile::tempdir().expect("a directory");
    let data = parent.path().join("made");
    let shown = data.to_str().expect("text");
    let id = laptop.device.to_string();
    let stopped = done(&database, &["device", "suspend", &id, "--data", shown]);
    assert_eq!(stopped["state"], "suspended");
    let journal = std::fs::read_to_string(data.join("journal.jsonl")).expect("a journal");
    assert_eq!(journal.lines().count(), 1, "{journal}");
    assert!(journal.contains(&id), "{journal}");
}

#[test]
fn backups_are_the_database_s_own() {
    let cluster = Cluster::start();
    let database = cluster.database();
    done(&database, &["init", "--district", "澜州市示范区"]);
    let data = tempfile::tempdir().expect("a directory");
    let shown = data.path().to_str().expect("text");
    for act in ["backup", "restore"] {
        let code = refused(&database, &[act, "monday", "--data", shown]);
        assert_eq!(code, "backup_by_database");
    }
    let left = std::fs::read_dir(data.path()).expect("read").count();
    assert_eq!(left, 0, "nothing is made");
}

#[test]
fn the_address_may_come_from_the_environment() {
    let cluster = Cluster::start();
    let database = cluster.database();
    done(&database, &["init", "--district", "澜州市示范区"]);
    let output = Command::new(env!("CARGO_BIN_EXE_qilian-server"))
        .args(["device", "list", "--json"])
        .env("QILIAN_DATABASE", &database)
        .output()
        .expect("started");
    assert_eq!(output.stdout, b"[]\n", "{output:?}");
}

#[test]
fn a_demonstration_is_the_same_on_both_engines() {
    let cluster = Cluster::start();
    let demo = [
        "demo",
        "--enterprises",
        "30",
        "--cadres",
        "3",
        "--seed",
        "7",
    ];
    let made = done(&cluster.database(), &demo);
    let data = tempfile::tempdir().expect("a directory");
    let output = Command::new(env!("CARGO_BIN_EXE_qilian-server"))
        .args(demo)
        .args(["--json", "--data"])
        .arg(data.path())
        .env("QILIAN_NOW", "2026-11-20T12:00:00+08:00")
        .env_remove("QILIAN_DATABASE")
        .output()
        .expect("started");
    let on_sqlite: Value = serde_json::from_slice(&output.stdout).expect("a document");
    assert_eq!(made, on_sqlite);
}

#[test]
fn what_keeps_the_program_from_its_database_is_said_without_the_password() {
    let cluster = Cluster::start();
    let admin = cluster.address("postgres", "postgres");
    client(&admin)
        .batch_execute(
            "CREATE ROLE guarded LOGIN PASSWORD 's3cret-right'; CREATE ROLE nobody LOGIN",
        )
        .expect("made");
    let list = ["device", "list"];
    let right = cluster.address("guarded:s3cret-right", "postgres");
    assert_eq!(refused(&right, &list), "district_missing");
    let wrong = cluster.address("guarded:s3cret-wrong", "postgres");
    assert_eq!(refused(&wrong, &list), "database_forbidden");
    let none = cluster.address("guarded", "postgres");
    assert_eq!(refused(&none, &list), "database_forbidden");
    let missing = cluster.address("guarded:s3cret-right", "nowhere");
    assert_eq!(refused(&missing, &list), "database_missing");
    let may_not = cluster.address("nobody", "postgres");
    let init = ["init", "--district", "别处"];
    assert_eq!(refused(&may_not, &init), "database_forbidden");
    // Nobody listens at the discard port.
    let away = "postgres://q:s3cret@127.0.0.1:9/qilian";
    assert_eq!(refused(away, &list), "database_unreachable");
    for unreadable in [
        "mysql://q:s3cret@127.0.0.1/qilian",
        "postgres://q:s3cret@rest@127.0.0.1/qilian",
        "postgres://q:s3cret@127.0.0.1:s3cret/qilian",
        "postgres://127.0.0.1/qilian",
    ] {
        assert_eq!(refused(unreadable, &list), "database_address_unreadable");
    }
}

#[test]
fn where_the_first_server_of_an_address_is_away_the_second_is_asked() {
    let cluster = Cluster::start();
    let one = cluster.database();
    let two = one.replacen('@', "@%2Fnowhere,", 1) + "?target_session_attrs=read-write";
    let made = done(&two, &["init", "--district", "澜州市示范区"]);
    assert_eq!(made["administrator"], "admin");
    assert_eq!(done(&one, &["device", "list"]), Value::Array(Vec::new()));
}

#[test]
fn the_schema_of_a_newer_version_is_refused_and_left_alone() {
    let cluster = Cluster::start();
    let address = cluster.database();
    drop(open(&address));
    client(&address)
        .batch_execute("INSERT INTO qilian_schema (version) VALUES (99)")
        .expect("newer");
    let read = Address::read(&address).expect("an address");
    let opened = PostgresStorage::open(&read);
    assert!(matches!(opened, Err(StorageError::Newer)));
    assert_eq!(refused(&address, &["device", "list"]), "store_newer");
}

#[test]
fn processes_that_open_a_new_database_at_once_migrate_it_once() {
    let cluster = Cluster::start();
    let address = cluster.database();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| drop(open(&address)));
        }
    });
    let seen = client(&address).query("SELECT version FROM qilian_schema ORDER BY version", &[]);
    let seen: Vec<i32> = (seen.expect("read").iter())
        .map(|row| row.get("version"))
        .collect();
    let each_once: Vec<i32> = (1..).take(seen.len()).collect();
    assert!(!seen.is_empty());
    assert_eq!(seen, each_once);
}
