//! A PostgreSQL server for one test: its own directory, a socket in it, no port. It ends with the test,
//! also when the test fails, and with the process, also when that is killed.
//!
//! Making a cluster takes seconds, copying one does not: it is made once and kept beside the build.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use postgres::{Client, NoTls};
use rustix::process::{Pid, Signal, geteuid, kill_process};
use tempfile::TempDir;

/// Where Debian's package `postgresql-15` puts its programs.
const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";
/// The unprivileged user of that package: the server refuses to run as root.
const USER: &str = "postgres";

pub(crate) struct Cluster {
    server: Child,
    folder: TempDir,
    settings: &'static [&'static str],
    databases: AtomicU32,
}

/// What makes a server quick that is thrown away.
const QUICK: &[&str] = &["fsync=off", "full_page_writes=off", "shared_buffers=16MB"];

impl Cluster {
    pub(crate) fn start() -> Self {
        Self::with(QUICK)
    }

    /// One with settings beside the usual ones.
    pub(crate) fn with(settings: &'static [&'static str]) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("qilian-postgres-")
            .tempdir()
            .expect("a directory");
        let copied = Command::new("cp")
            .arg("-a")
            .arg(template())
            .arg(folder.path().join("data"))
            .status()
            .expect("cp");
        assert!(copied.success(), "the cluster could not be copied");
        let rules = folder.path().join("data/pg_hba.conf");
        let rules = fs::OpenOptions::new().append(true).open(rules);
        let follower = b"local replication all trust\n";
        (rules.expect("rules").write_all(follower)).expect("written");
        open_to_all(folder.path());
        let server = serve(&folder.path().join("data"), settings);
        Self {
            server,
            folder,
            settings,
            databases: AtomicU32::new(0),
        }
    }

    /// A server that follows this one, as fast as it can: this one does not wait for it.
    pub(crate) fn standby(&self) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("qilian-standby-")
            .tempdir()
            .expect("a directory");
        open_to_all(folder.path());
        let data = folder.path().join("data");
        make_for_user(&data);
        let copied = unprivileged(&[], "pg_basebackup")
            .arg("-h")
            .arg(self.folder.path().join("data"))
            .args([
                "-U",
                USER,
                "-R",
                "-X",
                "stream",
                "-c",
                "fast",
                "--no-sync",
                "-D",
            ])
            .arg(&data)
            .output()
            .expect("setpriv");
        assert!(copied.status.success(), "{copied:?}");
        // The copy has the marks of a running server.
        for mark in [".s.PGSQL.5432", ".s.PGSQL.5432.lock"] {
            fs::remove_file(data.join(mark)).ok();
        }
        Self {
            server: serve(&data, self.settings),
            folder,
            settings: self.settings,
            databases: AtomicU32::new(0),
        }
    }

    /// From now on every commit waits until the standby has it on its disk.
    pub(crate) fn wait_for_standby(&self) {
        let mut here = client(&self.address(USER, "postgres"));
        here.batch_execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            .and_then(|()| here.batch_execute("SELECT pg_reload_conf()"))
            .expect("set");
        let in_step = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'";
        while here.query(in_step, &[]).expect("read").is_empty() {
            std::thread::yield_now();
        }
    }

    /// Makes a standby the server that is written to.
    pub(crate) fn promote(&self) {
        let mut here = client(&self.address(USER, "postgres"));
        let promoted = here.query_one("SELECT pg_promote(true, 60)", &[]);
        assert!(promoted.expect("asked").get::<_, bool>(0), "not promoted");
    }

    /// Cuts the server off as a power failure does: nothing is ended in order.
    pub(crate) fn crash(&mut self) {
        self.signal(Signal::QUIT);
    }

    /// Where its socket is, as it stands in an address.
    pub(crate) fn host(&self) -> String {
        let socket = self.folder.path().join("data");
        socket.to_str().expect("UTF-8").replace('/', "%2F")
    }

    /// The address of a database as some user.
    pub(crate) fn address(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}@{}/{database}", self.host())
    }

    /// A new, empty database, and its address.
    pub(crate) fn database(&self) -> String {
        let name = format!("d{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut client = client(&self.address(USER, "postgres"));
        // Names in a collation of people: keys must not depend on it.
        let sql =
            format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'");
        client.batch_execute(&sql).expect("made");
        self.address(USER, &name)
    }

    /// Ends the server as an operator does who is in a hurry, and starts it again.
    pub(crate) fn restart(&mut self) {
        self.stop();
        self.start_again();
    }

    /// Starts a server that was ended.
    pub(crate) fn start_again(&mut self) {
        self.server = serve(&self.folder.path().join("data"), self.settings);
    }

    /// Interrupt: sessions are cut off, what was committed is kept.
    pub(crate) fn stop(&mut self) {
        self.signal(Signal::INT);
    }

    /// Ends the server, unless it has ended.
    fn signal(&mut self, signal: Signal) {
        let pid = i32::try_from(self.server.id()).ok().and_then(Pid::from_raw);
        let has_ended = self.server.try_wait().expect("asked").is_some();
        if let Some(pid) = pid.filter(|_| !has_ended) {
            kill_process(pid, signal).ok();
        }
        self.server.wait().expect("ended");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A plain connection.
pub(crate) fn client(address: &str) -> Client {
    Client::connect(address, NoTls).expect("connected")
}

/// Starts a server and waits until it says that it is ready.
fn serve(data: &Path, settings: &[&str]) -> Child {
    let always = [
        "listen_addresses=",
        "max_connections=40",
        "max_wal_size=64MB",
        "log_statement=none",
    ];
    let mut command = unprivileged(&["--pdeathsig", "INT"], "postgres");
    command.arg("-D").arg(data);
    command
        .arg("-c")
        .arg(format!("unix_socket_directories={}", data.display()));
    for setting in always.iter().chain(settings) {
        command.args(["-c", setting]);
    }
    let mut server = command
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("setpriv");
    let mut told = String::new();
    let mut lines = BufReader::new(server.stderr.take().expect("piped"));
    while !told.contains("ready to accept") {
        let before = told.len();
        lines.read_line(&mut told).expect("read");
        assert!(told.len() > before, "the server ended at once: {told}");
    }
    // What it says from now on is nobody's; unread it would stop for want of room.
    std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
    server
}

/// The cluster that all are copied from.
fn template() -> PathBuf {
    let program = Path::new(PROGRAMS).join("postgres");
    assert!(
        program.is_file(),
        "{} is missing: install the Debian package postgresql-15 (`scripts/setup test-tools` does)",
        program.display()
    );
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("postgres-15");
    let one_at_a_time = File::create(kept.with_extension("lock")).expect("a lock file");
    one_at_a_time.lock().expect("locked");
    if !kept.exists() {
        make(&kept);
    }
    kept
}

fn make(kept: &Path) {
    let folder = tempfile::tempdir().expect("a directory");
    open_to_all(folder.path());
    let data = folder.path().join("data");
    make_for_user(&data);
    let made = unprivileged(&[], "initdb")
        .arg("-D")
        .arg(&data)
        .args([
            "-U",
            USER,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ])
        .args(["--no-sync", "--wal-segsize=1"])
        .output()
        .expect("setpriv");
    assert!(made.status.success(), "{made:?}");
    // One user has to show a password.
    let rules = data.join("pg_hba.conf");
    fs::write(
        &rules,
        "local all guarded scram-sha-256\nlocal all all trust\n",
    )
    .expect("written");
    let half_way = kept.with_extension("new");
    fs::remove_dir_all(&half_way).ok();
    let copied = Command::new("cp")
        .arg("-a")
        .arg(&data)
        .arg(&half_way)
        .status();
    assert!(copied.expect("cp").success());
    fs::rename(&half_way, kept).expect("renamed");
}

/// A program of PostgreSQL, as its own user where the tests run as root.
fn unprivileged(with: &[&str], program: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(with);
    if geteuid().is_root() {
        command.args(["--reuid", USER, "--regid", USER, "--clear-groups"]);
    }
    command.arg(Path::new(PROGRAMS).join(program));
    command.current_dir("/");
    command
}

/// An empty directory of the server's user.
fn make_for_user(data: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::create_dir(data).expect("made");
    fs::set_permissions(data, fs::Permissions::from_mode(0o700)).expect("set");
    if geteuid().is_root() {
        let owned = Command::new("chown").arg(USER).arg(data).status();
        assert!(owned.expect("chown").success());
    }
}

/// The server's user has to pass through the directory.
fn open_to_all(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("set");
}
