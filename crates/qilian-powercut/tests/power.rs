//! What a database has when its power has gone, by how it was told to sync.

#![expect(
    clippy::unwrap_used,
    reason = "a test that can't be set up has to fail"
)]

use std::path::Path;

use qilian_powercut::{cut_after, install, is_cut, survivors, watch};
use rusqlite::Connection;
use tempfile::TempDir;

fn open(folder: &Path, synchronous: &str) -> Connection {
    let connection = Connection::open(folder.join("rows.db")).unwrap();
    let settings = format!("PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous};");
    connection.execute_batch(&settings).unwrap();
    let table = "CREATE TABLE IF NOT EXISTS row (n INTEGER PRIMARY KEY, text TEXT) STRICT";
    connection.execute_batch(table).unwrap();
    connection
}

fn put(connection: &Connection, n: i64) -> rusqlite::Result<usize> {
    connection.execute("INSERT INTO row VALUES (?1, printf('%2000d', ?1))", [n])
}

fn count(connection: &Connection) -> i64 {
    connection
        .query_row("SELECT count(*) FROM row", [], |row| row.get(0))
        .unwrap()
}

/// Rows that are there after the power went, having been written, with nothing kept that was not synced.
fn left(synchronous: &str) -> i64 {
    install();
    let folder = TempDir::new().unwrap();
    watch(folder.path()).unwrap();
    let connection = open(folder.path(), synchronous);
    for n in 0..10 {
        put(&connection, n).unwrap();
    }
    let after = TempDir::new().unwrap();
    survivors(folder.path(), after.path(), &mut || false).unwrap();
    count(&open(after.path(), "FULL"))
}

#[test]
fn what_was_synced_is_there_and_what_was_not_is_gone() {
    assert_eq!(left("FULL"), 10);
    assert_eq!(left("NORMAL"), 0);
}

#[test]
fn power_that_goes_in_the_midst_of_a_write_takes_that_write_only() {
    install();
    for writes in 1..12 {
        let folder = TempDir::new().unwrap();
        watch(folder.path()).unwrap();
        let connection = open(folder.path(), "FULL");
        put(&connection, 0).unwrap();
        cut_after(folder.path(), Some(writes));
        let mut done = 1;
        while put(&connection, done).is_ok() {
            done += 1;
        }
        assert!(is_cut(folder.path()));
        for kept in [false, true] {
            let after = TempDir::new().unwrap();
            survivors(folder.path(), after.path(), &mut || kept).unwrap();
            let there = count(&open(after.path(), "FULL"));
            assert!(there == done || there == done + 1, "{there} after {done}");
        }
    }
}
