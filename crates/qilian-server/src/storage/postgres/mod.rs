//! Owns districts in a PostgreSQL database, for several server processes at once.
//!
//! **What serialises writers.** A decision is made on rows that were read before; two of them at the same
//! time could both be right alone and wrong together, and a lock on the feed's counter at the end would not
//! see it. So every transaction that decides begins by locking the district's own row, and holds it to the
//! end: within a district writers take turns, as on SQLite, and READ COMMITTED shows each of them all that
//! those before it committed. Numbers of the feed are taken inside that turn: their order is the order of
//! commits, and the counter never waits for anybody. It costs parallelism within one district: a push,
//! with its dozens of round trips, holds the next one up, and so does an import. Districts do not wait for
//! each other.
//! Two writes take no turn, because nothing is decided on what they change: what a laptop said of itself
//! after a pull, and the count of failures on a mutation. Reads wait for nobody: a pull is one snapshot,
//! REPEATABLE READ READ ONLY, whose first question is the feed's last number.
//!
//! **What is repeated.** A transaction that met another (40001, 40P01) or lost its connection before COMMIT
//! changed nothing and is begun anew a few times. When the connection goes during COMMIT nobody knows; the
//! caller is told that the server can't be reached, and a laptop that sends its run again learns the
//! outcome.
//!
//! **What others hear.** After a commit the other processes on the database are told (`herald`).
//!
//! Elsewhere: what each transaction means (`storage`). One file per concern below holds its SQL.

mod address;
mod connect;
mod devices;
mod districts;
mod export_secret;
mod fault;
mod feed;
mod files;
mod grants;
mod herald;
mod history;
mod many;
mod mutations;
mod pool;
mod pull;
mod rows;
mod session;
mod turn;
mod waiting;

use std::sync::Arc;

use qilian_domain::command::{Command, Loaded};
use qilian_domain::ids::{At, DeviceId, DistrictId, Epoch, Incarnation, MutId, Seq};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{District, User};
use qilian_sync::wire::{
    AuditReply, AuditRequest, DeviceState, PullReply, PullRequest, PushReply, PushRequest,
};
use tokio::sync::watch;

use super::decide::Decider;
use super::push::Taken;
use super::pushing::Pushes;
use super::transaction::{DistrictTx as _, Engine, EnrolTx as _};
use super::{
    Act, CodeRefusal, Concerned, Device, Enlisted, Enrolled, Founding, NewCode, NewCopy, NewDevice,
    News, Released, SecretHash, Storage, StorageError, SyncError, Wiped, Written, enrol,
    grants as granted, leaving, office, pull as pulled, push, recovery, release, sweep,
};
pub use address::Address;
use herald::Herald;
use pool::Pool;
use session::Tx;
use turn::{Begin, IN_TURN, OUT_OF_TURN, SNAPSHOT};

/// Connections of writers. They wait for each other: more of them would only wait in the database.
const WRITERS: usize = 4;
/// Connections of those who take no turn: apart, so that no pull waits behind an import.
const READERS: usize = 6;

/// Districts in a PostgreSQL database.
pub struct PostgresStorage {
    writers: Pool,
    readers: Arc<Pool>,
    herald: Herald,
    decider: Decider,
}

impl PostgresStorage {
    /// Opens a database, making and migrating what is in it as needed.
    ///
    /// # Errors
    /// [`StorageError::Newer`] for the schema of a newer version; what keeps one from the database.
    pub fn open(address: &Address) -> Result<Self, StorageError> {
        let first = connect::migrated(address)?;
        Ok(Self {
            writers: Pool::new(address.clone(), WRITERS, None),
            readers: Arc::new(Pool::new(address.clone(), READERS, Some(first))),
            herald: Herald::new(address.clone()),
            decider: Command::decide,
        })
    }

    /// Opens a database that was opened before; another is left as it is.
    ///
    /// # Errors
    /// [`StorageError::DistrictMissing`] for a database that was never opened; as [`Self::open`].
    pub fn open_begun(address: &Address) -> Result<Self, StorageError> {
        if connect::is_begun(address)? {
            Self::open(address)
        } else {
            Err(StorageError::DistrictMissing)
        }
    }

    /// Has commands decided by another function: for tests that want to see the server fail.
    #[must_use]
    pub fn deciding_with(self, decider: Decider) -> Self {
        Self { decider, ..self }
    }

    /// One transaction, begun anew where that may help and `may_repeat` allows it.
    fn run<T, E: From<StorageError>>(
        &self,
        district: &DistrictId,
        begin: Begin,
        work: impl FnMut(&Tx<'_>) -> Result<T, E>,
        may_repeat: impl Fn() -> bool,
    ) -> Result<T, E> {
        let pool = if begin.in_turn {
            &self.writers
        } else {
            &self.readers
        };
        let done = turn::run(pool, district, begin, work, may_repeat)?;
        if begin.in_turn {
            self.herald.committed(district, &self.readers);
        }
        Ok(done)
    }

    fn write<T, E: From<StorageError>>(
        &self,
        district: &DistrictId,
        work: impl FnMut(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.run(district, IN_TURN, work, || true)
    }

    fn read<T, E: From<StorageError>>(
        &self,
        district: &DistrictId,
        work: impl FnMut(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.run(district, SNAPSHOT, work, || true)
    }
}

impl Engine for PostgresStorage {
    type Tx<'a> = Tx<'a>;

    fn in_snapshot<T, E: From<StorageError>>(
        &self,
        district: &DistrictId,
        work: impl FnMut(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.read(district, work)
    }

    fn in_turn<T, E: From<StorageError>>(
        &self,
        district: &DistrictId,
        work: impl FnMut(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write(district, work)
    }
}

impl Storage for PostgresStorage {
    fn found(&self, founding: &Founding) -> Result<(), StorageError> {
        self.write(&founding.district.id, |tx| office::found(tx, founding))
    }

    fn districts(&self) -> Result<Vec<District>, StorageError> {
        let mut lease = self.readers.take()?;
        let ids = districts::all(lease.session()?)?;
        lease.keep();
        ids.iter()
            .map(|id| self.read(id, |tx| enrol::district(tx)))
            .collect()
    }

    fn rows(&self, district: &DistrictId, kinds: &[Kind]) -> Result<Vec<Row>, StorageError> {
        self.read(district, |tx| office::rows(tx, kinds))
    }

    fn change(
        &self,
        district: &DistrictId,
        kinds: &[Kind],
        at: At,
        decide: &mut dyn FnMut(&Loaded) -> Vec<Row>,
    ) -> Result<Written, StorageError> {
        // An import hands over what it read only once.
        let decided = std::cell::Cell::new(false);
        let mut decide = |loaded: &Loaded| {
            decided.set(true);
            decide(loaded)
        };
        self.run(
            district,
            IN_TURN,
            |tx| office::change(tx, self.decider, kinds, at, &mut decide),
            || !decided.get(),
        )
    }

    fn act(
        &self,
        district: &DistrictId,
        acts: &[Act],
    ) -> Result<Vec<Result<(), Refusal>>, StorageError> {
        if acts.is_empty() {
            return Ok(Vec::new());
        }
        self.write(district, |tx| office::act(tx, self.decider, acts))
    }

    fn settle(&self, district: &DistrictId, at: At) -> Result<(), StorageError> {
        if self.read(district, |tx| granted::is_settled(tx, at))? {
            return Ok(());
        }
        self.write(district, |tx| granted::settle(tx, at))
    }

    fn issue_code(
        &self,
        district: &DistrictId,
        code: &NewCode,
    ) -> Result<Option<User>, StorageError> {
        self.write(district, |tx| enrol::issue(tx, code))
    }

    fn enrol(
        &self,
        district: &DistrictId,
        device: &NewDevice,
    ) -> Result<Result<Enrolled, CodeRefusal>, StorageError> {
        self.write(district, |tx| enrol::enrol(tx, device))
    }

    fn fork(
        &self,
        district: &DistrictId,
        device: DeviceId,
        copy: &NewCopy,
    ) -> Result<Incarnation, SyncError> {
        self.write(district, |tx| enrol::fork(tx, device, copy))
    }

    fn enlist(&self, district: &DistrictId, device: &Enlisted) -> Result<bool, StorageError> {
        self.write(district, |tx| enrol::enlist(tx, device))
    }

    fn set_state(
        &self,
        district: &DistrictId,
        device: DeviceId,
        state: DeviceState,
    ) -> Result<Option<Device>, StorageError> {
        self.write(district, |tx| enrol::set_state(tx, device, state))
    }

    fn note_wiped(
        &self,
        district: &DistrictId,
        device: DeviceId,
        wiped: Wiped,
    ) -> Result<(), SyncError> {
        self.write(district, |tx| enrol::note_wiped(tx, device, wiped))
    }

    fn invalidate_cuts(
        &self,
        district: &DistrictId,
        devices: &[DeviceId],
        at: At,
    ) -> Result<Vec<Device>, StorageError> {
        self.write(district, |tx| enrol::invalidate(tx, devices, at))
    }

    fn release(
        &self,
        district: &DistrictId,
        mutation: MutId,
        at: At,
    ) -> Result<Released, StorageError> {
        self.write(district, |tx| {
            release::release(tx, self.decider, mutation, at)
        })
    }

    fn begin_epoch(&self, district: &DistrictId, epoch: Epoch, at: At) -> Result<(), StorageError> {
        self.write(district, |tx| recovery::begin(tx, epoch, at))
    }

    fn sweep(&self, district: &DistrictId, at: At) -> Result<bool, StorageError> {
        if self.read(district, |tx| sweep::is_clean(tx, at))? {
            return Ok(false);
        }
        self.write(district, |tx| sweep::sweep(tx, at))
    }

    fn device(
        &self,
        district: &DistrictId,
        token: &SecretHash,
    ) -> Result<Option<Device>, StorageError> {
        self.read(district, |tx| tx.device_of_token(token))
    }

    fn devices(&self, district: &DistrictId) -> Result<Vec<Device>, StorageError> {
        self.read(district, devices::all)
    }

    fn head(&self, district: &DistrictId) -> Result<(Epoch, Seq), StorageError> {
        self.read(district, |tx| {
            let head = tx.feed_head()?;
            Ok((tx.epoch()?, head))
        })
    }

    fn concerned(&self, district: &DistrictId, since: Seq) -> Result<Concerned, StorageError> {
        self.read(district, |tx| {
            // First of all: what the snapshot holds is what this number says.
            let head = tx.feed_head()?;
            let users = grants::concerned(tx, since)?;
            let epoch = tx.epoch()?;
            Ok(Concerned { epoch, head, users })
        })
    }

    fn news(&self, district: &DistrictId) -> watch::Receiver<News> {
        self.herald.hearer(district)
    }

    fn push(
        &self,
        district: &DistrictId,
        device: DeviceId,
        request: &PushRequest,
        at: At,
    ) -> Result<PushReply, SyncError> {
        self.push_run(district, device, request, at)
    }

    fn pull(
        &self,
        district: &DistrictId,
        device: DeviceId,
        request: &PullRequest,
        at: At,
    ) -> Result<PullReply, SyncError> {
        self.settle(district, at)?;
        let reply = self
            .read(district, |tx| pulled::page(tx, device, request, at))
            .map_err(|refused| leaving::hear(self, district, device, request, at, refused))?;
        // What a laptop says of itself as it begins, also if it never comes to an end.
        if reply.complete.is_some() || request.position.is_none() {
            let complete = reply.complete;
            let note = |tx: &Tx<'_>| tx.note_sync(device, request, complete, at);
            self.run(district, OUT_OF_TURN, note, || true)?;
        }
        Ok(reply)
    }

    fn audit(
        &self,
        district: &DistrictId,
        device: DeviceId,
        request: &AuditRequest,
        at: At,
    ) -> Result<AuditReply, SyncError> {
        self.read(district, |tx| pulled::audit(tx, device, request, at))
    }
}

impl Pushes for PostgresStorage {
    fn push_once(
        &self,
        district: &DistrictId,
        device: DeviceId,
        request: &PushRequest,
        at: At,
    ) -> Result<Taken, SyncError> {
        self.write(district, |tx| {
            push::take(tx, self.decider, device, request, at)
        })
    }

    fn count_attempt(&self, district: &DistrictId, mutation: MutId) -> Result<u32, StorageError> {
        let count = |tx: &Tx<'_>| mutations::count_attempt(tx, mutation);
        self.run(district, OUT_OF_TURN, count, || true)
    }
}
