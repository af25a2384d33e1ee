//! A laptop's store and a district's database of the first version, each opened by a process that is killed while it
//! brings them to this version's schema; then whether what they held is there when they are opened again.
//!
//! Elsewhere: the power going at each write of the same migrations, in one process (the tests of both storages).

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use qilian_server::storage::Storage as _;
use qilian_server::storage::sqlite::{FILE, SqliteStorage};
use qilian_store::{DataKey, Store};
use rand::RngExt as _;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rusqlite::Connection;
use tempfile::TempDir;

use super::roles::ROLE;

/// `FOLDER`: opens the store there, and says how many mutations wait in it.
pub(super) const STORE: &str = "open a store";
/// `FOLDER`: opens the database there, and says how many districts it has.
pub(super) const DISTRICT: &str = "open a district";

const KEY: [u8; 32] = [7; 32];
const STORE_FILE: &str = "store.db";

/// What came of it.
#[derive(Debug, Default)]
pub struct Upgrades {
    /// Processes that were killed before they had ended.
    pub kills: u32,
    /// What was lost, in words.
    pub wrong: Vec<String>,
}

/// Kills `kills` upgrades, of stores and districts in turn, each at a random moment of the time that one takes.
/// `program` is one that calls [`super::play`] first.
#[expect(
    clippy::disallowed_methods,
    reason = "a random while passes before the kill: there is no condition to wait for"
)]
pub fn upgrades_killed(program: &Path, seed: u64, kills: u32) -> Upgrades {
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let mut upgrades = Upgrades::default();
    let roles = [STORE, DISTRICT];
    let takes = roles.map(|role| {
        let folder = of_the_first_version(role);
        let begun = Instant::now();
        assert_eq!(opened(program, role, folder.path()), Ok("1".to_owned()));
        begun.elapsed()
    });
    for (role, takes) in roles.iter().zip(takes).cycle() {
        if upgrades.kills >= kills {
            break;
        }
        let folder = of_the_first_version(role);
        let mut child = command(program, role, folder.path())
            .spawn()
            .expect("started");
        let at = random.random_range(0..=takes.as_micros());
        thread::sleep(Duration::from_micros(at.try_into().expect("a moment")));
        if child.try_wait().expect("asked").is_none() {
            upgrades.kills += 1;
        }
        child.kill().expect("killed");
        child.wait().expect("ended");
        let there = opened(program, role, folder.path());
        if there != Ok("1".to_owned()) {
            let told = format!("{role}, killed after {at} µs: {there:?}");
            upgrades.wrong.push(told);
        }
    }
    upgrades
}

/// Plays one of these roles.
pub(super) fn play(role: &str, folder: &Path) {
    let there = if role == STORE {
        let store = Store::open(&folder.join(STORE_FILE), &DataKey::new(KEY)).expect("it opens");
        store.outbox().expect("read").len()
    } else {
        let storage = SqliteStorage::open(folder).expect("it opens");
        storage.districts().expect("read").len()
    };
    println!("{there}");
}

fn command(program: &Path, role: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env(ROLE, role)
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What a process says that is left alone; if it fails, why.
fn opened(program: &Path, role: &str, folder: &Path) -> Result<String, String> {
    let output = command(program, role, folder).output().expect("started");
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() {
        Ok(said)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// A store with one mutation that waits, or a database with one district, as version 1 left it.
fn of_the_first_version(role: &str) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let (file, begin, schema, rows): (PathBuf, _, _, _) = if role == STORE {
        let key: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
        (
            folder.path().join(STORE_FILE),
            format!("PRAGMA key = \"x'{key}'\";"),
            include_str!("../../../qilian-store/src/migrations/001_begin.sql"),
            "INSERT INTO identity VALUES (1, '00000000-0000-0000-0000-000000000007', 1,
                 '00000000-0000-0000-0000-000000000008', 'https://127.0.0.1:1', 'token', 'BA0001', '王敏', 'demo', '示范区');
             INSERT INTO outbox (mut_seq, mut_id, name, payload, hash, recorded_at)
                 VALUES (1, '00000000-0000-0000-0000-000000000009', 'visit.record@1', '{\"note\":\"走访\"}', zeroblob(32), 0);
             UPDATE sync_state SET last_mut_seq = 1;",
        )
    } else {
        (
            folder.path().join(FILE),
            String::new(),
            include_str!("../../../qilian-server/src/storage/sqlite/migrations/0001_district.sql"),
            "INSERT INTO district VALUES ('d1', '00000000-0000-0000-0000-000000000001', '2026-11-20');
             INSERT INTO feed_head VALUES ('d1', 1);
             INSERT INTO row VALUES ('d1', 'district', 'd1', 1, NULL, NULL, '{\"id\":\"d1\",\"name\":\"示范区\"}');",
        )
    };
    let raw = Connection::open(file).expect("opened");
    let begin = format!("{begin} PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN;");
    for sql in [
        begin.as_str(),
        schema,
        rows,
        "PRAGMA user_version = 1; COMMIT;",
    ] {
        raw.execute_batch(sql).expect("written");
    }
    folder
}
