//! Owns a made-up district with a running server, and the laptops in it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use chrono::NaiveDate;
use qilian_app::{Clock, Enrolment, Home, Laptop, OsKeyStore, Passphrase, Unlock, enrol};
use qilian_domain::ids::{AssignmentId, At, LibraryVersion, UserId};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{Assignment, PolicyFile, PolicyLibrary, Role, Service, User};
use qilian_domain::uscc::Uscc;
use qilian_server::clock::Clock as ServerClock;
use qilian_server::district::founding::{Fresh, founding};
use qilian_server::files::{Files, Folder};
use qilian_server::journal::Journal;
use qilian_server::routes::{BroughtIn, NotBroughtIn, Server, router};
use qilian_server::secret;
use qilian_server::storage::sqlite::{FILE, SqliteStorage};
use qilian_server::storage::{NewCode, Storage};
use qilian_sync::export::ExportSecret;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use tempfile::TempDir;
use uuid::Uuid;

use crate::enterprises::{code, enterprise};
use crate::link::Link;

/// Codes are good for so long.
const CODE_MS: i64 = 15 * 60 * 1000;

/// A district with a running server.
pub struct Town {
    /// The server's database.
    pub storage: Arc<dyn Storage>,
    /// The district's id.
    pub district: qilian_domain::ids::DistrictId,
    server: Arc<Server>,
    clock: ServerClock,
    address: SocketAddr,
    now: At,
    folder: TempDir,
    random: ChaCha20Rng,
}

/// A laptop, its home and its link.
pub struct Desk {
    /// The laptop.
    pub laptop: Laptop,
    /// Its link to the server.
    pub link: Link,
    home: TempDir,
    now: At,
}

impl Town {
    /// A district in which it is `now` (RFC 3339) everywhere.
    pub fn at(now: &str) -> Self {
        let now = At::new(chrono::DateTime::parse_from_rfc3339(now).expect("a moment"));
        let folder = TempDir::new().expect("a folder");
        let mut random = ChaCha20Rng::seed_from_u64(1);
        let storage: Arc<dyn Storage> =
            Arc::new(SqliteStorage::open(folder.path()).expect("a database"));
        let founding =
            founding("澜州市示范区", &mut Fresh::new(&mut random, now)).expect("a district");
        storage.found(&founding).expect("founded");
        let district = founding.district.id;
        let fresh = ExportSecret(secret::key(&mut random));
        storage
            .export_secret(&district, fresh, now)
            .expect("a secret");
        let blobs = Arc::new(Folder::of(folder.path(), &district));
        let clock = ServerClock::set_to(now);
        let server = Server::with_files(
            Arc::clone(&storage),
            district.clone(),
            clock,
            Journal::open(folder.path()).expect("a journal"),
            Files::open(folder.path(), blobs).expect("files"),
        );
        let address = serve(Arc::clone(&server));
        Self {
            storage,
            district,
            server,
            clock,
            address,
            now,
            folder,
            random,
        }
    }

    /// What the server's clock shows.
    pub fn server_now(&self) -> At {
        self.clock.now()
    }

    /// Brings in what a stopped laptop handed over, as the server's terminal does; `user` is whose it was, if it is said.
    ///
    /// # Errors
    /// As the server says.
    pub fn bring_in(&self, export: &str, user: Option<&UserId>) -> Result<BroughtIn, NotBroughtIn> {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(self.server.bring_in(export.into(), user.cloned()))
    }

    /// Writes rows as an import does.
    pub fn import(&self, rows: Vec<Row>) {
        let mut rows = Some(rows);
        self.storage
            .change(&self.district, &[Kind::District], self.now, &mut |_| {
                rows.take().unwrap_or_default()
            })
            .expect("imported");
    }

    /// Has a row stand there as another version of the server would have written it.
    pub fn written_otherwise(&self, kind: Kind, id: &str, body: &str) {
        let database = rusqlite::Connection::open(self.folder.path().join(FILE));
        let written = database.expect("a database").execute(
            "UPDATE row SET body = ?1 WHERE kind = ?2 AND id = ?3",
            (body, kind.as_str(), id),
        );
        assert_eq!(written.expect("written"), 1, "{id} is there");
    }

    /// A cadre.
    pub fn cadre(&self, id: &str) -> UserId {
        let user = User {
            id: UserId::new(id),
            name: format!("干部{id}"),
            unit: None,
            roles: [Role::Cadre].into(),
            level: None,
            area: None,
            service: Service::Serving,
        };
        let id = user.id.clone();
        self.import(vec![user.into()]);
        id
    }

    /// The `n`th made-up enterprise.
    pub fn enterprise(&self, n: u32) -> Uscc {
        let uscc = code(n);
        self.import(vec![enterprise(n).into()]);
        uscc
    }

    /// Gives an enterprise to a cadre for some days; the open interval of another ends the day before.
    pub fn assign(&self, uscc: &Uscc, cadre: &UserId, from: &str, id: u128) -> AssignmentId {
        let from: NaiveDate = from.parse().expect("a day");
        let id = AssignmentId::new(Uuid::from_u128(id));
        let assigned = self
            .storage
            .rows(&self.district, &[Kind::Assignment])
            .expect("rows");
        let mut rows: Vec<Row> = assigned
            .into_iter()
            .filter_map(|row| Assignment::try_from(row).ok())
            .filter(|a| &a.uscc == uscc && a.to.is_none())
            .map(|a| {
                Assignment {
                    to: from.pred_opt(),
                    ..a
                }
                .into()
            })
            .collect();
        let cadre = cadre.clone();
        rows.push(
            Assignment {
                id,
                uscc: uscc.clone(),
                cadre,
                from,
                to: None,
            }
            .into(),
        );
        self.import(rows);
        id
    }

    /// Imports a policy library as its next version.
    pub fn policies(&self, version: u64, text: &str) {
        let file = PolicyFile {
            name: "policies.yaml".to_owned(),
            text: text.to_owned(),
        };
        let library = PolicyLibrary {
            version: LibraryVersion(version),
            imported: self.now,
            files: vec![file],
        };
        self.import(vec![library.into()]);
    }

    /// A one-time code for a user.
    pub fn code_for(&mut self, user: &UserId) -> String {
        let code = secret::code(&mut self.random);
        let issued = self.now;
        self.storage
            .issue_code(
                &self.district,
                &NewCode {
                    hash: secret::hash(&secret::normal_code(&code)),
                    user: user.clone(),
                    issued,
                    expires: issued.plus_ms(CODE_MS),
                },
            )
            .expect("kept")
            .expect("a user");
        code
    }

    /// A laptop enrolled for a user, not yet synced.
    pub fn desk(&mut self, user: &UserId) -> Desk {
        let home = TempDir::new_in(self.folder.path()).expect("a home");
        self.desk_in(home, user)
    }

    /// The same, in a folder that there is.
    pub fn desk_in(&mut self, home: TempDir, user: &UserId) -> Desk {
        let code = self.code_for(user);
        let link = Link::to(self.address);
        let enrolment = Enrolment {
            server: link.url().parse().expect("an address"),
            code,
            device_name: Some(format!("{user} 的电脑")),
            unlock: unlock(),
        };
        enrol(
            &Home::new(home.path()).expect("a path"),
            &enrolment,
            Clock::starting_at(self.now),
        )
        .expect("enrolled");
        let laptop = open(&home, self.now);
        Desk {
            laptop,
            link,
            home,
            now: self.now,
        }
    }
}

impl Desk {
    /// Closes the laptop, has another program do one job on it, kills that when `enough` says so, and opens the
    /// laptop again.
    #[must_use]
    pub fn killed_while(
        self,
        program: &str,
        job: &[&str],
        enough: impl Fn(&Link, &Path) -> bool,
    ) -> Self {
        let Self {
            laptop,
            link,
            home,
            now,
        } = self;
        drop(laptop);
        let (name, rest) = job.split_first().expect("a job");
        let mut child = std::process::Command::new(program)
            .arg(name)
            .arg(home.path())
            .arg(now.to_string())
            .args(rest)
            .spawn()
            .expect("the program starts");
        // Whoever looks only at the link and the folder needs no open laptop.
        let folder = home.path().to_owned();
        while !enough(&link, &folder) {
            if let Some(status) = child.try_wait().expect("a child") {
                panic!("it ended before it was killed: {status}");
            }
            thread::yield_now();
        }
        child.kill().expect("killed");
        child.wait().expect("it ends");
        let laptop = open(&home, now);
        Self {
            laptop,
            link,
            home,
            now,
        }
    }

    /// Closes the laptop and opens it again, as after a crash.
    #[must_use]
    pub fn reopened(self) -> Self {
        drop(self.laptop);
        let laptop = open(&self.home, self.now);
        Self { laptop, ..self }
    }

    /// Closes the laptop and opens it again after so many days, or before as many.
    #[must_use]
    pub fn reopened_after(self, days: i64) -> Self {
        drop(self.laptop);
        let now = self.now.plus_ms(days * 24 * 3600 * 1000);
        let laptop = open(&self.home, now);
        Self { laptop, ..self }
    }

    /// Its folder.
    pub fn folder(&self) -> &std::path::Path {
        self.home.path()
    }

    /// Closes the laptop; what a start then finds.
    pub fn session(self) -> (qilian_app::Session, TempDir) {
        drop(self.laptop);
        let home = Home::new(self.home.path()).expect("a path");
        let session = Laptop::open(home, &unlock(), Clock::starting_at(self.now));
        (session.expect("a session"), self.home)
    }

    /// The same home on another disk, as after cloning a laptop.
    pub fn copied(&self) -> Self {
        let home = TempDir::new().expect("a home");
        copy_folder(self.home.path(), home.path());
        let laptop = open(&home, self.now);
        Self {
            laptop,
            link: self.link.clone(),
            home,
            now: self.now,
        }
    }

    /// Syncs, which must work.
    pub fn sync(&self) -> qilian_app::SyncResult {
        self.laptop.sync().expect("a sync")
    }
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let copy = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            std::fs::create_dir(&copy).expect("a folder");
            copy_folder(&entry.path(), &copy);
        } else {
            std::fs::copy(entry.path(), copy).expect("copied");
        }
    }
}

fn unlock() -> Unlock {
    let passphrase = Passphrase::new("试一试 口令").expect("a passphrase");
    Unlock {
        passphrase: Some(passphrase),
        key_store: OsKeyStore::Off,
    }
}

fn open(home: &TempDir, now: At) -> Laptop {
    open_home(home.path(), now)
}

/// Opens the laptop of a town that lies in a folder.
pub fn open_home(folder: &Path, now: At) -> Laptop {
    let home = Home::new(folder).expect("a path");
    Laptop::open(home, &unlock(), Clock::starting_at(now))
        .and_then(qilian_app::Session::laptop)
        .expect("an open laptop")
}

/// Serves on a free loopback port until the process ends.
fn serve(server: Arc<Server>) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("not blocking");
    let address = listener.local_addr().expect("its address");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    thread::spawn(move || {
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            let service = router(server)
                .0
                .into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(listener, service).await.expect("serving");
        });
    });
    address
}
