//! A real server and two real laptops of one cadre, each a process of its own, killed (SIGKILL) again and again at
//! random moments while visits are written, sent and fetched, and files with them; then what was lost or doubled. And
//! processes that are killed while they bring what an earlier version left to this one's schema (`upgrade`).
//!
//! The seed chooses who is killed and when; where that hits a program is up to the machine, so a seed is no replay.
//! Owns the killing and the verdict. Elsewhere: what the processes do (`roles`), the same with every fault and exactly
//! repeatable, in one process ([`crate::sim`]).

mod district;
mod roles;
mod upgrade;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rand::RngExt as _;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use tempfile::TempDir;

pub use roles::play;
use roles::{ENROL, FINISH, NOW, ROLE, SERVE, WORK};
pub use upgrade::{Upgrades, upgrades_killed};

/// Between two kills passes at most this long.
const AT_MOST_MS: u64 = 400;
/// The server is killed as often as both laptops together.
const VICTIMS: [Victim; 4] = [
    Victim::Server,
    Victim::Laptop(0),
    Victim::Server,
    Victim::Laptop(1),
];

#[derive(Debug, Clone, Copy)]
enum Victim {
    Server,
    Laptop(usize),
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Times that the server was killed.
    pub server_kills: u32,
    /// Times that a laptop was killed.
    pub laptop_kills: u32,
    /// Visits of which a laptop had said that they are recorded.
    pub recorded: usize,
    /// Of all visits, those that the server had taken in the end.
    pub stored: usize,
    /// Files of which a laptop had said that it has them.
    pub files: usize,
    /// What was lost, doubled or invented, in words.
    pub wrong: Vec<String>,
}

/// A process in a role; it does not outlive the value.
struct Playing {
    child: Child,
    reader: Option<JoinHandle<()>>,
}

impl Playing {
    /// SIGKILL, and the end of it.
    fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
        if let Some(reader) = self.reader.take() {
            reader.join().expect("all was read");
        }
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

type Said = Arc<Mutex<Vec<String>>>;

/// The place where it happens.
struct Place {
    program: PathBuf,
    folder: TempDir,
    address: SocketAddr,
    /// What each laptop said, over all its lives.
    said: [Said; 2],
}

/// Kills `kills` times and looks what is left. `program` is one that calls [`play`] first.
#[expect(
    clippy::disallowed_methods,
    reason = "between two kills passes a random while: there is no condition to wait for"
)]
pub fn killed(program: PathBuf, seed: u64, kills: u32) -> Verdict {
    let place = Place::founded(program);
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let mut server = place.serve();
    for n in 0..2 {
        place.run_to_end(ENROL, n);
    }
    let mut laptops = [0, 1].map(|n| place.work(n));
    let mut verdict = Verdict::default();
    for _ in 0..kills {
        // A moment that nothing chose: that is the point here.
        thread::sleep(Duration::from_millis(random.random_range(1..=AT_MOST_MS)));
        match VICTIMS[random.random_range(0..VICTIMS.len())] {
            Victim::Server => {
                verdict.server_kills += 1;
                server.kill();
                server = place.serve();
            }
            Victim::Laptop(n) => {
                verdict.laptop_kills += 1;
                laptops[n].kill();
                laptops[n] = place.work(n);
            }
        }
    }
    laptops.iter_mut().for_each(Playing::kill);
    // The first fetches at last what the second sent last.
    let has = [0, 1, 0].map(|n| place.run_to_end(FINISH, n));
    server.kill();
    place.check_files(&mut verdict);
    place.judge(&mut verdict, &[&has[2], &has[1]]);
    verdict
}

impl Place {
    fn founded(program: PathBuf) -> Self {
        let folder = TempDir::new().expect("a folder");
        district::found(&folder.path().join("data"), NOW);
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        Self {
            program,
            folder,
            address: free.local_addr().expect("its address"),
            said: Default::default(),
        }
    }

    fn path(&self, name: &str) -> String {
        self.folder
            .path()
            .join(name)
            .to_str()
            .expect("text")
            .to_owned()
    }

    fn command(&self, role: &str) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env(ROLE, role)
            .env("QILIAN_NOW", NOW)
            .env("RUST_LOG", "off")
            .env_remove("QILIAN_DATABASE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        command
    }

    /// Starts the server and waits until it listens.
    fn serve(&self) -> Playing {
        let listen = self.address.to_string();
        let data = self.path("data");
        let mut child = self
            .command(SERVE)
            .args(["--json", "--data", &data, "serve", "--listen", &listen])
            .spawn()
            .expect("started");
        let stdout = child.stdout.take().expect("piped");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        assert!(
            line.contains("listening"),
            "the server did not start: {line}"
        );
        Playing {
            child,
            reader: None,
        }
    }

    fn laptop(&self, role: &str, n: usize) -> Command {
        let mut command = self.command(role);
        let url = format!("http://{}", self.address);
        command.args([self.path(&format!("home-{n}")), url, district::code(n)]);
        command
    }

    /// Starts a laptop that writes and syncs until it is killed.
    fn work(&self, n: usize) -> Playing {
        let mut child = self.laptop(WORK, n).spawn().expect("started");
        let stdout = child.stdout.take().expect("piped");
        let said = Arc::clone(&self.said[n]);
        let reader = thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                said.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(line);
            }
        });
        Playing {
            child,
            reader: Some(reader),
        }
    }

    /// Has a laptop do something to its end; what it said, line by line.
    fn run_to_end(&self, role: &str, n: usize) -> BTreeSet<String> {
        let output = self.laptop(role, n).output().expect("started");
        assert!(
            output.status.success(),
            "laptop {n} did not {role}: {output:?}"
        );
        let said = String::from_utf8(output.stdout).expect("text");
        said.lines().map(str::to_owned).collect()
    }

    /// The server's own look at the bytes of all files.
    fn check_files(&self, verdict: &mut Verdict) {
        let mut check = self.command(SERVE);
        check.args(["--json", "--data", &self.path("data"), "files", "check"]);
        let output = check.output().expect("started");
        if !output.status.success() {
            let told = String::from_utf8_lossy(&output.stdout);
            verdict.wrong.push(format!("files check: {told}"));
        }
    }

    fn said(&self, what: &str) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        for said in &self.said {
            let lines = said.lock().unwrap_or_else(PoisonError::into_inner);
            let told = lines.iter().filter_map(|line| line.strip_prefix(what));
            ids.extend(told.map(str::to_owned));
        }
        ids
    }

    fn judge(&self, verdict: &mut Verdict, has: &[&BTreeSet<String>; 2]) {
        let (begun, recorded) = (self.said("begins "), self.said("recorded "));
        let attached = self.said("attached ");
        let held = district::held(&self.folder.path().join("data"));
        verdict.recorded = recorded.len();
        verdict.stored = held.visits.len();
        verdict.files = attached.len();
        let wrong = &mut verdict.wrong;
        let mut tell = |what: &str, ids: Vec<&String>| {
            wrong.extend(ids.into_iter().map(|id| format!("{what}: {id}")));
        };
        tell("lost", recorded.difference(&held.visits).collect());
        tell("file lost", attached.difference(&held.files).collect());
        tell(
            "bytes lost",
            held.files.difference(&held.stored_files).collect(),
        );
        tell(
            "written by nobody",
            held.visits.difference(&begun).collect(),
        );
        for (n, laptop) in has.iter().enumerate() {
            tell(
                &format!("not on laptop {n}"),
                held.visits.difference(laptop).collect(),
            );
            tell(
                &format!("on laptop {n} only"),
                laptop.difference(&held.visits).collect(),
            );
        }
        tell("refused", held.refused.iter().collect());
        tell(
            "tallied otherwise than once",
            held.not_once.iter().collect(),
        );
        let effects = held.visits.len() + held.files.len();
        if held.mutations != effects as u64 {
            wrong.push(format!(
                "{} mutations made {} visits and {} files",
                held.mutations,
                held.visits.len(),
                held.files.len()
            ));
        }
        if held.devices != 2 {
            wrong.push(format!("two laptops became {}", held.devices));
        }
    }
}
