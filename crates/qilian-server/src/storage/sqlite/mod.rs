//! Owns the district in one SQLite file: WAL, `synchronous=FULL`, one writer, a few readers. Other
//! processes (the commands of the terminal) may write while the server runs; SQLite's lock orders them.
//!
//! Elsewhere: what each transaction means (`storage`). One file per concern below holds its SQL; every
//! statement names the district first.

mod codes;
mod connect;
mod devices;
mod districts;
mod export_secret;
mod fault;
mod feed;
mod file;
mod files;
mod grants;
mod history;
mod mutations;
mod pull;
mod readers;
mod rows;
mod waiting;

use std::fs::File;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use qilian_domain::command::{Command, Loaded};
use qilian_domain::ids::{At, DeviceId, DistrictId, Epoch, Incarnation, MutId, Seq};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{District, User};
use qilian_sync::wire::{
    AuditReply, AuditRequest, DeviceState, PullReply, PullRequest, PushReply, PushRequest,
};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::watch;

use super::decide::Decider;
use super::news::Teller;
use super::push::Taken;
use super::pushing::Pushes;
use super::transaction::{DistrictTx as _, Engine, EnrolTx as _};
use super::{
    Act, CodeRefusal, Concerned, Device, Enlisted, Enrolled, Founding, NewCode, NewCopy, NewDevice,
    News, Released, SecretHash, Storage, StorageError, SyncError, Wiped, Written, enrol,
    grants as granted, leaving, office, pull as pulled, push, recovery, release, sweep,
};
use fault::fault;
use readers::Readers;

/// The file's name in the data directory.
pub const FILE: &str = "district.sqlite";

/// A file beside it that every program which has the database open holds a share of.
pub const LOCK: &str = "lock";

/// Readers that may work at the same time; more wait.
const READERS: usize = 4;

/// A district's SQLite file.
pub struct SqliteStorage {
    writer: Mutex<Connection>,
    readers: Readers,
    decider: Decider,
    /// Of what other processes commit it tells nothing.
    teller: Teller,
    /// Held, so that no backup is put in the place of the file meanwhile.
    _share: File,
}

/// A transaction that is about one district.
pub(crate) struct Tx<'a> {
    tx: &'a Transaction<'a>,
    district: &'a DistrictId,
}

impl SqliteStorage {
    /// Opens the file in a data directory, making and migrating it as needed.
    ///
    /// # Errors
    /// [`StorageError::Newer`] for the file of a newer version, [`StorageError::Corrupt`] for one that
    /// is none.
    pub fn open(data: &Path) -> Result<Self, StorageError> {
        let share = connect::share(&data.join(LOCK))?;
        let path = data.join(FILE);
        let writer = connect::writer(&path)?;
        let readers = (0..READERS)
            .map(|_| connect::reader(&path))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            writer: Mutex::new(writer),
            readers: Readers::new(readers),
            decider: Command::decide,
            teller: Teller::new(),
            _share: share,
        })
    }

    /// Has commands decided by another function: for tests that want to see the server fail.
    #[must_use]
    pub fn deciding_with(self, decider: Decider) -> Self {
        Self { decider, ..self }
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        // A panic inside rolled its transaction back.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One transaction that may write. It commits only if `work` succeeds.
    fn write<T, E: From<StorageError>>(
        &self,
        district: &DistrictId,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut writer = self.writer();
        let tx = writer
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(fault)?;
        let done = work(&Tx { tx: &tx, district })?;
        tx.commit().map_err(fault)?;
        self.teller.tell();
        Ok(done)
    }

    /// One snapshot.
    fn read<T, E: From<StorageError>>(
        &self,
        district: &DistrictId,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut reader = self.readers.take()?;
        let tx = reader.transaction().map_err(fault)?;
        work(&Tx { tx: &tx, district })
    }
}

impl Engine for SqliteStorage {
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

impl Storage for SqliteStorage {
    fn found(&self, founding: &Founding) -> Result<(), StorageError> {
        self.write(&founding.district.id, |tx| office::found(tx, founding))
    }

    fn districts(&self) -> Result<Vec<District>, StorageError> {
        let mut reader = self.readers.take()?;
        let tx = reader.transaction().map_err(fault)?;
        let ids = districts::all(&tx)?;
        let own = |district| enrol::district(&Tx { tx: &tx, district });
        ids.iter().map(own).collect()
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
        self.write(district, |tx| {
            office::change(tx, self.decider, kinds, at, decide)
        })
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
        self.read(district, |tx| Ok((tx.epoch()?, tx.feed_head()?)))
    }

    fn concerned(&self, district: &DistrictId, since: Seq) -> Result<Concerned, StorageError> {
        self.read(district, |tx| {
            let (epoch, head) = (tx.epoch()?, tx.feed_head()?);
            let users = grants::concerned(tx.tx, district, since)?;
            Ok(Concerned { epoch, head, users })
        })
    }

    fn news(&self, _district: &DistrictId) -> watch::Receiver<News> {
        self.teller.hearer()
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
            self.write(district, |tx| {
                tx.note_sync(device, request, reply.complete, at)
            })?;
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

impl Pushes for SqliteStorage {
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
        self.write(district, |tx| mutations::count_attempt(tx, mutation))
    }
}
