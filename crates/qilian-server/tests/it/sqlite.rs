//! The contract on SQLite, and what is SQLite's own: the file, its views, a server that fails.

use std::fs;
use std::path::Path;

use qilian_domain::row::Kind;
use qilian_server::storage::sqlite::{FILE, SqliteStorage};
use qilian_server::storage::{Storage, StorageError};
use rusqlite::Connection;

use crate::contract::faults;
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
                ":after_bucket": "", ":after_seq": 0, ":again": "[]",
            },
            |row| row.get("detail"),
        )
        .expect("planned")
        .collect::<Result<_, _>>()
        .expect("planned");
    assert!(
        steps
            .iter()
            .filter(|step| !step.starts_with("SCAN json_each"))
            .all(|step| !step.contains("TEMP B-TREE") && !step.starts_with("SCAN")),
        "{steps:#?}"
    );
}

/// What is done to a database behind the storage's back.
fn behind(data: &Path, sql: &str) {
    Connection::open(data.join(FILE))
        .and_then(|file| file.execute_batch(sql))
        .expect("done");
}

#[test]
fn every_kind_has_a_view_that_can_be_read() {
    let data = tempfile::tempdir().expect("a directory");
    let storage = SqliteStorage::open(data.path()).expect("opened");
    faults::every_kind_has_a_view_that_can_be_read(&storage, |name| {
        let file = Connection::open(data.path().join(FILE)).expect("opened");
        let mut view = file
            .prepare(&format!("SELECT * FROM {name}"))
            .expect("a view");
        let columns = view.column_count();
        let rows = view.query_map([], |row| row.get::<_, String>("district_id"));
        let rows = rows.expect("read").collect::<Result<Vec<_>, _>>();
        (rows.expect("read").len(), columns)
    });
}

#[test]
fn a_mutation_that_makes_the_server_panic_is_set_aside_after_three_attempts() {
    let data = tempfile::tempdir().expect("a directory");
    let storage = SqliteStorage::open(data.path())
        .expect("opened")
        .deciding_with(faults::panics_on_second);
    faults::a_mutation_that_makes_the_server_panic_is_set_aside_after_three_attempts(&storage);
}

#[test]
fn a_mutation_that_fails_in_sql_holds_up_only_itself_and_not_for_ever() {
    let data = tempfile::tempdir().expect("a directory");
    let storage = SqliteStorage::open(data.path()).expect("opened");
    let fault = "CREATE TRIGGER fault BEFORE INSERT ON row WHEN new.kind = 'visit' AND new.day = '2026-11-18'
                 BEGIN SELECT RAISE(ABORT, 'a fault'); END";
    faults::a_mutation_that_fails_in_sql_holds_up_only_itself_and_not_for_ever(&storage, || {
        behind(data.path(), fault);
    });
}

#[test]
fn a_mutation_whose_rows_cannot_be_read_holds_up_only_itself_and_not_for_ever() {
    let data = tempfile::tempdir().expect("a directory");
    let storage = SqliteStorage::open(data.path()).expect("opened");
    let fault = format!(
        "UPDATE row SET body = '{{' WHERE kind = 'enterprise' AND id = '{}'",
        crate::district::uscc(2)
    );
    let damage = || behind(data.path(), &fault);
    faults::a_mutation_whose_rows_cannot_be_read_holds_up_only_itself_and_not_for_ever(
        &storage, damage,
    );
}

#[test]
fn what_waits_and_can_not_be_read_holds_nobody_up() {
    let data = tempfile::tempdir().expect("a directory");
    let storage = SqliteStorage::open(data.path()).expect("opened");
    crate::contract::recovery::what_waits_and_can_not_be_read_holds_nobody_up(&storage, || {
        behind(
            data.path(),
            "UPDATE row SET body = '{' WHERE kind = 'outcome'",
        );
    });
}

#[test]
fn what_the_server_failed_on_is_released_when_it_can() {
    let data = tempfile::tempdir().expect("a directory");
    let open = || SqliteStorage::open(data.path()).expect("opened");
    let broken = open().deciding_with(faults::panics_on_second);
    crate::contract::centre::what_the_server_failed_on_is_released_when_it_can(&broken, &open());
}

/// A district as version 1 left it, with one row.
fn of_the_first_version(folder: &Path) {
    let file = Connection::open(folder.join(FILE)).expect("opened");
    let begin = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN;";
    let first = include_str!("../../src/storage/sqlite/migrations/0001_district.sql");
    let row = "INSERT INTO district VALUES ('d1', '00000000-0000-0000-0000-000000000001', '2026-11-20');
               INSERT INTO feed_head VALUES ('d1', 1);
               INSERT INTO row VALUES ('d1', 'district', 'd1', 1, NULL, NULL, '{\"id\":\"d1\",\"name\":\"示范区\"}');
               PRAGMA user_version = 1; COMMIT;";
    for sql in [begin, first, row] {
        file.execute_batch(sql).expect("written");
    }
}

#[test]
fn a_migration_is_done_or_not_wherever_the_power_goes() {
    qilian_powercut::install();
    for writes in (1..24).chain((24..2_000).step_by(9)) {
        let data = tempfile::tempdir().expect("a directory");
        of_the_first_version(data.path());
        qilian_powercut::watch(data.path()).expect("watched");
        qilian_powercut::cut_after(data.path(), Some(writes));
        let opened = SqliteStorage::open(data.path());
        if opened.is_ok() && !qilian_powercut::is_cut(data.path()) {
            assert!(writes > 10, "{writes} writes are no migration");
            return;
        }
        for kept in [false, true] {
            let after = tempfile::tempdir().expect("a directory");
            qilian_powercut::survivors(data.path(), after.path(), &mut || kept).expect("copied");
            let storage = SqliteStorage::open(after.path()).expect("the next start goes on");
            let districts = storage.districts().expect("read");
            assert_eq!(districts.len(), 1, "after {writes} writes");
        }
    }
    panic!("the migration does not come to an end");
}
