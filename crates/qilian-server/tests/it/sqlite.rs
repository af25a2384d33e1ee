//! The contract on SQLite, and what is SQLite's own: the file, its views, a server that fails.

use std::fs;

use qilian_domain::command::{Command, Context, Loaded};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Kind, Row};
use qilian_server::storage::sqlite::{FILE, SqliteStorage};
use qilian_server::storage::{Storage, StorageError, SyncError};
use qilian_sync::wire::ReplyStatus;
use rusqlite::Connection;

use crate::district::TestDistrict;

fn with(claim: impl FnOnce(&dyn Storage)) {
    let data = tempfile::tempdir().expect("a directory");
    let storage = SqliteStorage::open(data.path()).expect("opened");
    claim(&storage);
}

crate::contract::claims!(super::with);

#[test]
fn what_was_acknowledged_is_there_after_opening_again() {
    let data = tempfile::tempdir().expect("a directory");
    let storage = SqliteStorage::open(data.path()).expect("opened");
    let district = TestDistrict::found(&storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    district.push(&mut laptop);
    drop(storage);
    let storage = SqliteStorage::open(data.path()).expect("opened again");
    let visits = storage.rows(&qilian_domain::ids::DistrictId::new("d1"), &[Kind::Visit]);
    assert_eq!(visits.expect("read").len(), 1);
}

#[test]
fn the_file_of_a_newer_version_is_refused_and_left_alone() {
    let data = tempfile::tempdir().expect("a directory");
    drop(SqliteStorage::open(data.path()).expect("opened"));
    let path = data.path().join(FILE);
    let file = Connection::open(&path).expect("opened");
    file.execute_batch("PRAGMA user_version = 99; PRAGMA journal_mode = DELETE;")
        .expect("set");
    drop(file);
    let before = fs::read(&path).expect("read");
    assert!(matches!(
        SqliteStorage::open(data.path()),
        Err(StorageError::Newer)
    ));
    let version: u32 = Connection::open(&path)
        .and_then(|file| file.query_row("PRAGMA user_version", [], |row| row.get(0)))
        .expect("read");
    assert_eq!(version, 99);
    assert_eq!(before.len(), fs::read(&path).expect("read").len());
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let data = tempfile::tempdir().expect("a directory");
    let path = data.path().join(FILE);
    let text = "这不是数据库。".repeat(500);
    fs::write(&path, &text).expect("written");
    assert!(matches!(
        SqliteStorage::open(data.path()),
        Err(StorageError::Corrupt(_))
    ));
    assert_eq!(fs::read_to_string(&path).expect("read"), text);
}

#[test]
fn every_kind_has_a_view_that_can_be_read() {
    let data = tempfile::tempdir().expect("a directory");
    let storage = SqliteStorage::open(data.path()).expect("opened");
    let district = TestDistrict::found(&storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    district.push(&mut laptop);
    let file = Connection::open(data.path().join(FILE)).expect("opened");
    for kind in Kind::ALL {
        let name = kind.as_str();
        let mut view = file
            .prepare(&format!("SELECT * FROM v_{name}"))
            .expect("a view");
        let columns = view.column_count();
        let rows = view
            .query_map([], |row| row.get::<_, String>("district_id"))
            .expect("read");
        let stored = storage.rows(&district.id, &[*kind]).expect("rows").len();
        assert_eq!(
            rows.collect::<Result<Vec<_>, _>>().expect("read").len(),
            stored,
            "{name}"
        );
        assert!(columns >= 4, "{name} says something");
    }
}

#[test]
fn a_page_is_found_without_sorting_or_scanning() {
    let data = tempfile::tempdir().expect("a directory");
    drop(SqliteStorage::open(data.path()).expect("opened"));
    let file = Connection::open(data.path().join(FILE)).expect("opened");
    let sql = include_str!("../../src/storage/sqlite/pull_page.sql");
    let mut plan = file
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .expect("planned");
    let steps: Vec<String> = plan
        .query_map(
            rusqlite::named_params! {
                ":district": "d1", ":subject": "C1", ":from": 0, ":to": 9,
                ":after_bucket": "", ":after_seq": 0,
            },
            |row| row.get("detail"),
        )
        .expect("planned")
        .collect::<Result<_, _>>()
        .expect("planned");
    assert!(
        steps
            .iter()
            .all(|step| !step.contains("TEMP B-TREE") && !step.starts_with("SCAN")),
        "{steps:#?}"
    );
}

/// A server with a fault: it panics on visits to one enterprise.
fn panics_on_second(
    command: &Command,
    context: &Context<'_>,
    loaded: &Loaded,
) -> Result<Vec<Row>, Refusal> {
    if command.enterprise() == Some(&crate::district::uscc(2)) {
        panic!("a fault in the server");
    }
    command.decide(context, loaded)
}

#[test]
fn a_mutation_that_makes_the_server_panic_is_set_aside_after_three_attempts() {
    let data = tempfile::tempdir().expect("a directory");
    let storage = SqliteStorage::open(data.path())
        .expect("opened")
        .deciding_with(panics_on_second);
    let district = TestDistrict::found(&storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    laptop.visits(2, 2, "2026-11-19", district.now);
    laptop.visits(3, 1, "2026-11-20", district.now);
    let first = district.push(&mut laptop);
    assert_eq!(first.outcomes.len(), 1, "what came before it was taken");
    assert!(first.retry_after_s.is_some());
    let second = district.push(&mut laptop);
    assert!(second.outcomes.is_empty() && second.retry_after_s.is_some());
    let third = district.push(&mut laptop);
    let statuses: Vec<_> = third.outcomes.iter().map(|o| o.status).collect();
    assert_eq!(statuses, [ReplyStatus::Quarantined, ReplyStatus::Applied]);
    assert!(laptop.unsent.is_empty(), "it holds nothing up");
    district.pull(&mut laptop);
    let outcomes = laptop.ids("me:C1", "outcome");
    assert_eq!(
        outcomes,
        [crate::district::mut_id(2).to_string()],
        "and is kept with what was sent"
    );
}

#[test]
fn a_mutation_that_fails_in_sql_holds_up_only_itself_and_not_for_ever() {
    let data = tempfile::tempdir().expect("a directory");
    let storage = SqliteStorage::open(data.path()).expect("opened");
    let district = TestDistrict::found(&storage);
    let mut laptop = district.laptop(1, 1);
    // A constraint that this version does not know of stands for any fault of the database.
    Connection::open(data.path().join(FILE))
        .and_then(|file| {
            file.execute_batch(
                "CREATE TRIGGER fault BEFORE INSERT ON row WHEN new.kind = 'visit' AND new.day = '2026-11-18'
                 BEGIN SELECT RAISE(ABORT, 'a fault'); END",
            )
        })
        .expect("made");
    laptop.visits(1, 1, "2026-11-17", district.now);
    laptop.visits(2, 1, "2026-11-18", district.now);
    laptop.visits(3, 1, "2026-11-19", district.now);
    let first = district.push(&mut laptop);
    assert_eq!(
        first.outcomes.iter().map(|o| o.status).collect::<Vec<_>>(),
        [ReplyStatus::Applied]
    );
    assert!(first.retry_after_s.is_some());
    for _ in 0..2 {
        let result = storage.push(
            &district.id,
            laptop.device,
            &laptop.push_request(),
            district.now,
        );
        assert!(
            matches!(result, Err(SyncError::Storage(StorageError::Internal(_)))),
            "{result:?}"
        );
    }
    let last = district.push(&mut laptop);
    let statuses: Vec<_> = last.outcomes.iter().map(|o| o.status).collect();
    assert_eq!(statuses, [ReplyStatus::Quarantined, ReplyStatus::Applied]);
}
