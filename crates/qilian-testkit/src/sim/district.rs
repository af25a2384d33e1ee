//! Owns the simulated district's server: a real database, without a network in front of it.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Once;

use qilian_domain::command::{Command, Context, Loaded};
use qilian_domain::ids::{At, DeviceId, DistrictId, Epoch, Seq, UserId};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{Assignment, Enterprise, Role, Service, User};
use qilian_domain::uscc::Uscc;
use qilian_server::district::founding::{Fresh, founding};
use qilian_server::journal::{Entry, Journal};
use qilian_server::restore::restore;
use qilian_server::secret;
use qilian_server::storage::sqlite::SqliteStorage;
use qilian_server::storage::{Device, Enlisted, NewCode, NewCopy, NewDevice, Storage, SyncError};
use qilian_store::Identity;
use qilian_sync::wire::{DeviceState, EnrolledDistrict, EnrolledUser, ForkReply, ForkRequest};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use tempfile::TempDir;
use uuid::Uuid;

use super::bytes::Bytes;
use super::disk::{disk, set_up_long_ago, without_power};
use crate::enterprises;

/// Codes are good for so long.
const CODE_MS: i64 = 15 * 60 * 1000;
/// What a decision says when it was told to fail.
const FAILED: &str = "a simulated failure of the server";

thread_local! {
    /// Decisions that are to fail.
    static FAILURES: Cell<u32> = const { Cell::new(0) };
}

/// The server.
pub(super) struct District {
    folder: TempDir,
    /// Servers that had no power, and their disks, closed when the run is over.
    dead: Vec<(SqliteStorage, TempDir)>,
    /// None while a backup is brought back.
    storage: Option<SqliteStorage>,
    journal: Journal,
    backups: u128,
    pub(super) id: DistrictId,
    random: ChaCha20Rng,
    assignments: u128,
    pub(super) bytes: Bytes,
}

impl District {
    /// A district with its cadres and enterprises, each assigned to a cadre in turn.
    pub(super) fn founded(now: At, cadres: u8, enterprises: u8) -> Self {
        quiet_about_failures();
        FAILURES.set(0);
        let folder = disk();
        let mut random = ChaCha20Rng::seed_from_u64(1);
        let storage = open(&folder);
        let journal = Journal::open(folder.path()).expect("a journal");
        let founding =
            founding("澜州市示范区", &mut Fresh::new(&mut random, now)).expect("a district");
        storage.found(&founding).expect("founded");
        let mut district = Self {
            folder,
            dead: Vec::new(),
            storage: Some(storage),
            journal,
            backups: 0,
            id: founding.district.id,
            random,
            assignments: 0,
            bytes: Bytes::default(),
        };
        let mut rows: Vec<Row> = (0..cadres).map(|n| user(&cadre(n)).into()).collect();
        let year_start = now.day() - chrono::Days::new(200);
        for n in 0..enterprises {
            rows.push(enterprises::enterprise(u32::from(n)).into());
            let assignment = Assignment {
                id: district.next_assignment(),
                uscc: enterprises::code(u32::from(n)),
                cadre: cadre(n % cadres),
                from: year_start,
                to: None,
            };
            rows.push(assignment.into());
        }
        district.write(rows, now);
        district
    }

    /// All that there is by now is on its disk for good.
    pub(super) fn is_set_up(&self) {
        set_up_long_ago(&self.folder);
    }

    pub(super) fn storage(&self) -> &SqliteStorage {
        self.storage.as_ref().expect("it runs")
    }

    /// Its timeline.
    pub(super) fn epoch(&self) -> Epoch {
        self.head().0
    }

    /// Its timeline and the last number of its feed.
    pub(super) fn head(&self) -> (Epoch, Seq) {
        self.storage().head(&self.id).expect("a head")
    }

    /// Stops and starts.
    pub(super) fn restart(&mut self) {
        self.storage = Some(open(&self.folder));
    }

    /// Backs the database up.
    pub(super) fn back_up(&mut self) {
        self.backups += 1;
        self.storage().back_up(&self.backup()).expect("backed up");
    }

    /// Brings the last backup back; tells whether there is one.
    pub(super) fn restore(&mut self, epoch: Uuid, now: At) -> bool {
        if self.backups == 0 {
            return false;
        }
        self.storage = None;
        let data = self.folder.path();
        let listed = self.bytes.listed(now);
        let mut there = |_: &DistrictId| Ok(listed.clone());
        restore(data, &self.backup(), Epoch::new(epoch), now, &mut there).expect("restored");
        qilian_powercut::watch(data).expect("a folder");
        self.storage = Some(open(&self.folder));
        true
    }

    /// The power goes in the midst of so many writes from now on, or does not.
    pub(super) fn cut_after(&self, writes: Option<u32>) {
        qilian_powercut::cut_after(self.folder.path(), writes);
    }

    /// Whether the power has gone.
    pub(super) fn is_dark(&self) -> bool {
        qilian_powercut::is_cut(self.folder.path())
    }

    /// The power goes, and comes back: the server starts with what its disk has.
    pub(super) fn lose_power(&mut self, kept: u8) {
        let folder = without_power(&self.folder, kept);
        let storage = self.storage.replace(open(&folder)).expect("it ran");
        self.journal = Journal::open(folder.path()).expect("a journal");
        let disk = std::mem::replace(&mut self.folder, folder);
        self.dead.push((storage, disk));
    }

    /// Forgets what left buckets long ago.
    pub(super) fn sweep(&self, now: At) {
        self.storage().sweep(&self.id, now).expect("swept");
    }

    /// Stops the laptop of a token, or lets it sync again if it is stopped.
    pub(super) fn stop_or_release(&self, token: &str, for_good: bool) {
        let device = self.storage().device(&self.id, &secret::hash(token));
        if let Some(device) = device.expect("read") {
            let state = match device.state {
                DeviceState::Active if for_good => DeviceState::Revoked,
                DeviceState::Active => DeviceState::Suspended,
                _ => DeviceState::Active,
            };
            self.set_state(device.id, state);
        }
    }

    /// Lets every laptop sync.
    pub(super) fn release_all(&self) {
        for device in self.storage().devices(&self.id).expect("read") {
            if device.state != DeviceState::Active {
                self.set_state(device.id, DeviceState::Active);
            }
        }
    }

    fn set_state(&self, device: DeviceId, state: DeviceState) {
        let set = self.storage().set_state(&self.id, device, state);
        set.expect("written").expect("a device");
    }

    fn backup(&self) -> PathBuf {
        self.folder.path().join(format!("backup-{}", self.backups))
    }

    /// Notes a laptop in the journal, as the routes do.
    fn note(&self, device: Enlisted) {
        let district = self.id.clone();
        self.write_down(&Entry::Device { district, device });
    }

    pub(super) fn write_down(&self, entry: &Entry) {
        self.journal.append(entry).expect("noted");
    }

    /// Makes the next decisions fail.
    pub(super) fn fail(&self, times: u32) {
        FAILURES.set(times);
    }

    /// Writes rows as an import does.
    pub(super) fn write(&self, rows: Vec<Row>, now: At) {
        self.storage()
            .change(&self.id, &[Kind::District], now, &mut |_| rows.clone())
            .expect("imported");
    }

    /// Gives an enterprise to a cadre from a day on; whoever has it then has it until the day before.
    pub(super) fn assign(&mut self, uscc: &Uscc, cadre: &UserId, from: chrono::NaiveDate, now: At) {
        let before = self
            .rows(Kind::Assignment)
            .into_iter()
            .filter_map(|row| Assignment::try_from(row).ok())
            .filter(|a| &a.uscc == uscc && a.to.is_none_or(|to| from <= to));
        let mut rows: Vec<Row> = before
            .map(|a| {
                let to = from.pred_opt().filter(|to| *to >= a.from).unwrap_or(a.from);
                Assignment { to: Some(to), ..a }.into()
            })
            .collect();
        let assignment = Assignment {
            id: self.next_assignment(),
            uscc: uscc.clone(),
            cadre: cadre.clone(),
            from,
            to: None,
        };
        rows.push(assignment.into());
        self.write(rows, now);
    }

    /// Gives an enterprise another name.
    pub(super) fn rename(&self, uscc: &Uscc, name: &str, now: At) {
        let rows = self.rows(Kind::Enterprise).into_iter();
        let renamed = rows
            .filter_map(|row| Enterprise::try_from(row).ok())
            .filter(|e| &e.uscc == uscc)
            .map(|e| {
                let name = name.to_owned();
                Enterprise { name, ..e }.into()
            });
        self.write(renamed.collect(), now);
    }

    pub(super) fn rows(&self, kind: Kind) -> Vec<Row> {
        self.storage().rows(&self.id, &[kind]).expect("rows")
    }

    /// Enrols a laptop for a cadre.
    pub(super) fn enrol(&mut self, user: &UserId, now: At) -> Identity {
        let code = secret::hash(&secret::code(&mut self.random));
        let token = secret::token(&mut self.random);
        let issued = NewCode {
            hash: code,
            user: user.clone(),
            issued: now,
            expires: now.plus_ms(CODE_MS),
        };
        self.storage()
            .issue_code(&self.id, &issued)
            .expect("kept")
            .expect("a user");
        let device = NewDevice {
            code,
            id: DeviceId::new(secret::fresh_id(&mut self.random, now)),
            token: secret::hash(&token),
            name: format!("{user} 的电脑"),
            version: "simulated".to_owned(),
            at: now,
        };
        let enrolled = self
            .storage()
            .enrol(&self.id, &device)
            .expect("written")
            .expect("a good code");
        self.note(Enlisted {
            id: device.id,
            user: user.clone(),
            name: device.name,
            copy_of: None,
            token: device.token,
            version: device.version,
            at: now,
        });
        Identity {
            device: device.id,
            incarnation: enrolled.incarnation,
            epoch: enrolled.epoch,
            server: "http://127.0.0.1:1".to_owned(),
            token,
            user: EnrolledUser {
                id: enrolled.user.id,
                name: enrolled.user.name,
            },
            district: EnrolledDistrict {
                id: enrolled.district.id,
                name: enrolled.district.name,
            },
        }
    }

    /// Makes a device of its own out of a copy of one, as the route does.
    pub(super) fn fork(
        &self,
        device: Device,
        request: &ForkRequest,
        now: At,
    ) -> Result<ForkReply, SyncError> {
        let copy = NewCopy {
            id: request.device_id,
            token: secret::hash(&request.token),
            version: request.version.clone(),
            at: now,
        };
        let incarnation = self.storage().fork(&self.id, device.id, &copy)?;
        self.note(Enlisted {
            id: copy.id,
            user: device.user,
            name: device.name,
            copy_of: Some(device.id),
            token: copy.token,
            version: copy.version,
            at: now,
        });
        Ok(ForkReply {
            incarnation,
            server_time: now,
        })
    }

    fn next_assignment(&mut self) -> qilian_domain::ids::AssignmentId {
        self.assignments += 1;
        qilian_domain::ids::AssignmentId::new(Uuid::from_u128(self.assignments))
    }
}

impl Drop for District {
    fn drop(&mut self) {
        qilian_powercut::forget(self.folder.path());
    }
}

/// The `n`th cadre.
pub(super) fn cadre(n: u8) -> UserId {
    UserId::new(format!("BA{:04}", u32::from(n) + 1))
}

fn user(id: &UserId) -> User {
    User {
        id: id.clone(),
        name: format!("干部{id}"),
        unit: None,
        roles: [Role::Cadre].into(),
        level: None,
        area: None,
        service: Service::Serving,
    }
}

fn open(folder: &TempDir) -> SqliteStorage {
    SqliteStorage::open(folder.path())
        .expect("a database")
        .deciding_with(decide)
}

/// The real decision, unless it was told to fail.
fn decide(command: &Command, context: &Context<'_>, loaded: &Loaded) -> Result<Vec<Row>, Refusal> {
    let left = FAILURES.get();
    FAILURES.set(left.saturating_sub(1));
    assert!(left == 0, "{FAILED}");
    command.decide(context, loaded)
}

/// Thousands of simulated failures say nothing; every other panic is reported as ever.
fn quiet_about_failures() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if panic.payload_as_str() != Some(FAILED) {
                report(panic);
            }
        }));
    });
}
