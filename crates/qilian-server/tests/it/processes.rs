//! The program as a process that serves, and what laptops at its door hear of what others do to the district.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use qilian_domain::ids::DistrictId;
use qilian_server::secret;
use qilian_server::storage::sqlite::SqliteStorage;
use qilian_server::storage::{NewCode, Storage};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::district::{NOON, TestDistrict, at, cadre};
use crate::door::{Door, PATIENCE};

/// Where the district is: in a file of the data directory, or in a database.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    File,
    Database(&'a str),
}

/// A command of the program.
fn program(data: &Path, place: Place<'_>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qilian-server"));
    command.arg("--json").arg("--data").arg(data);
    command.env("QILIAN_NOW", NOON);
    match place {
        Place::File => command.env_remove("QILIAN_DATABASE"),
        Place::Database(address) => command.env("QILIAN_DATABASE", address),
    };
    command
}

/// Runs a command that must work; its document.
pub(crate) fn done(data: &Path, place: Place<'_>, arguments: &[&str]) -> Value {
    let output: Output = program(data, place)
        .args(arguments)
        .output()
        .expect("started");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("a document")
}

/// A process that serves; it is ended with the value.
pub(crate) struct Serving {
    process: Child,
    pub(crate) door: Door,
}

impl Serving {
    pub(crate) fn start(data: &Path, place: Place<'_>, arguments: &[&str]) -> Self {
        let mut process = program(data, place)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let told: Value = serde_json::from_str(&line).expect("a document");
        let door = Door::at(told["listening"].as_str().expect("an address"));
        Self { process, door }
    }

    /// Has it killed: nothing is ended in order.
    pub(crate) fn kill(mut self) {
        self.process.kill().expect("killed");
        self.process.wait().expect("ended");
    }

    /// Tells it to end; its exit status.
    fn end(&mut self) -> Option<i32> {
        let pid = i32::try_from(self.process.id())
            .ok()
            .and_then(Pid::from_raw);
        kill_process(pid.expect("a process"), Signal::TERM).expect("told");
        self.process.wait().expect("ended").code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Runs what is async of a test that begins without it: a cluster lives as long as the thread that started it.
pub(crate) fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(work)
}

/// Does what blocks beside a test that does not: a plain client of a database may not run inside another runtime.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("done")
}

/// Issues the code `code` to a cadre of the test's district.
pub(crate) fn issue(storage: &dyn Storage, code: &str, whose: u32) {
    let new = NewCode {
        hash: secret::hash(&secret::normal_code(code)),
        user: cadre(whose),
        issued: at(NOON),
        expires: at(NOON).plus_ms(15 * 60_000),
    };
    let issued = storage.issue_code(&DistrictId::new("d1"), &new);
    issued.expect("works").expect("issued");
}

/// A data directory with the test's district, and codes `AAAA-AAA1` and `AAAA-AAA2` for its cadres.
fn file() -> TempDir {
    let data = tempfile::tempdir().expect("a directory");
    let storage = SqliteStorage::open(data.path()).expect("opened");
    TestDistrict::found(&storage);
    issue(&storage, "AAAA-AAA1", 1);
    issue(&storage, "AAAA-AAA2", 2);
    data
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_from_the_terminal_pokes_everybody_whom_it_concerns() {
    let data = file();
    let serving = Serving::start(data.path(), Place::File, &[]);
    let (mut laptop, token) = serving.door.laptop("AAAA-AAA1").await;
    serving.door.pull(&mut laptop, &token).await;
    let mut pokes = serving.door.pokes(&laptop, &token).await;
    let calendar = data.path().join("2027.yaml");
    std::fs::write(
        &calendar,
        "{year: 2027, off: [2027-01-01], work: [], source: 通知}",
    )
    .expect("written");
    let calendar = calendar.to_str().expect("text");
    done(data.path(), Place::File, &["import", "calendar", calendar]);
    pokes.poked().await;
    serving.door.pull(&mut laptop, &token).await;
    assert_eq!(laptop.ids("pub", "calendar").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_laptop_that_is_revoked_on_the_terminal_loses_its_stream() {
    let data = file();
    let serving = Serving::start(data.path(), Place::File, &[]);
    let (mut laptop, token) = serving.door.laptop("AAAA-AAA1").await;
    serving.door.pull(&mut laptop, &token).await;
    let pokes = serving.door.pokes(&laptop, &token).await;
    let id = laptop.device.to_string();
    done(data.path(), Place::File, &["device", "revoke", &id]);
    assert!(pokes.rest().await.is_empty(), "it ends without a word");
}

#[tokio::test(flavor = "multi_thread")]
async fn open_streams_do_not_keep_the_server_from_ending() {
    let data = file();
    let mut serving = Serving::start(data.path(), Place::File, &[]);
    let mut streams = Vec::new();
    for code in ["AAAA-AAA1", "AAAA-AAA2"] {
        let (laptop, token) = serving.door.laptop(code).await;
        // Not up to date: it is poked, which ends nothing.
        streams.push(serving.door.pokes(&laptop, &token).await);
    }
    let ended = tokio::task::spawn_blocking(move || {
        let begun = std::time::Instant::now();
        (serving.end(), begun.elapsed())
    });
    for stream in streams {
        stream.rest().await;
    }
    let (status, took) = ended.await.expect("ended");
    assert_eq!(status, Some(0));
    let grace = std::time::Duration::from_secs(10);
    assert!(took < grace, "it waited for its streams: {took:?}");
    assert!(took < PATIENCE);
}
