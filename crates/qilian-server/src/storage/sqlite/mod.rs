//! Owns the district in one SQLite file: WAL, `synchronous=FULL`, one writer, a few readers. Other
//! processes (the commands of the terminal) may write while the server runs; SQLite's lock orders them.
//!
//! Elsewhere: what a push means (`storage::push`), the shape of a pull (`storage::pass`). One file per
//! concern below holds its SQL; every statement names the district first.

mod codes;
mod connect;
mod devices;
mod districts;
mod fault;
mod feed;
mod grants;
mod mutations;
mod pull;
mod pushing;
mod readers;
mod rows;

use std::fs::File;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use qilian_domain::command::{Command, Loaded};
use qilian_domain::ids::{At, DeviceId, DistrictId, Epoch, Incarnation, Seq};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{District, User};
use qilian_domain::stamp::Stamp;
use qilian_sync::wire::{DeviceState, PullReply, PullRequest, PushReply, PushRequest};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::decide::{self, Decided, Decider, Deed};
use super::staged::Staged;
use super::{
    Act, CodeRefusal, Device, Enlisted, Enrolled, Founding, NewCode, NewCopy, NewDevice,
    PushTx as _, SecretHash, Storage, StorageError, SyncError, Written,
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
    /// Held, so that no backup is put in the place of the file meanwhile.
    _share: File,
}

/// A transaction that is about one district.
struct Tx<'a> {
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
            _share: share,
        })
    }

    /// Copies the database as it is now into a file that is not there yet, while others read and write.
    /// It is whole and on the disk when this returns.
    ///
    /// # Errors
    /// What goes wrong in the database or the file; then a part of the copy may be left.
    pub fn back_up(&self, file: &Path) -> Result<(), StorageError> {
        let into = file.to_string_lossy();
        self.writer()
            .execute("VACUUM INTO ?1", [into.as_ref()])
            .map_err(fault)?;
        let copy = File::open(file).and_then(|copy| copy.sync_all());
        copy.map_err(|e| StorageError::Internal(Box::new(e)))
    }

    /// Leaves the database as one file, without a log beside it.
    ///
    /// # Errors
    /// What goes wrong in the database.
    pub fn into_one_file(self) -> Result<(), StorageError> {
        drop(self.readers);
        let writer = self
            .writer
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        writer
            .query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))
            .map_err(fault)
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
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut writer = self.writer();
        let tx = writer
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(fault)?;
        let done = work(&tx)?;
        tx.commit().map_err(fault)?;
        Ok(done)
    }

    /// One snapshot.
    fn read<T, E: From<StorageError>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut reader = self.readers.take()?;
        let tx = reader.transaction().map_err(fault)?;
        work(&tx)
    }
}

impl Storage for SqliteStorage {
    fn found(&self, founding: &Founding) -> Result<(), StorageError> {
        self.write(|tx| {
            districts::insert(tx, founding)?;
            rows::write(tx, &founding.district.id, &founding.rows, founding.at).map(drop)
        })
    }

    fn districts(&self) -> Result<Vec<District>, StorageError> {
        self.read(districts::all)
    }

    fn rows(&self, district: &DistrictId, kinds: &[Kind]) -> Result<Vec<Row>, StorageError> {
        self.read(|tx| {
            let mut found = Vec::new();
            for &kind in kinds {
                found.extend(rows::all(tx, district, kind)?);
            }
            Ok(found)
        })
    }

    fn change(
        &self,
        district: &DistrictId,
        kinds: &[Kind],
        at: At,
        decide: &mut dyn FnMut(&Loaded) -> Vec<Row>,
    ) -> Result<Written, StorageError> {
        self.write(|tx| {
            grants::settle(tx, district, at)?;
            let mut loaded = Loaded::default();
            for &kind in kinds {
                for row in rows::all(tx, district, kind)? {
                    loaded.insert(row);
                }
            }
            rows::write(tx, district, &decide(&loaded), at)
        })
    }

    fn act(
        &self,
        district: &DistrictId,
        acts: &[Act],
    ) -> Result<Vec<Result<(), Refusal>>, StorageError> {
        let Some(last) = acts.last() else {
            return Ok(Vec::new());
        };
        self.write(|tx| {
            grants::settle(tx, district, last.at)?;
            let tx = Tx { tx, district };
            let rules = decide::rules(&tx)?;
            let mut staged = Staged::default();
            let mut results = Vec::with_capacity(acts.len());
            for act in acts {
                let stamp = Stamp {
                    device: act.at,
                    offset_ms: Some(0),
                    received: Some(act.at),
                };
                let deed = Deed {
                    actor: &act.actor,
                    command: &act.command,
                    stamp,
                    base: None,
                };
                results.push(
                    match decide::decide(&tx, &staged, &rules, self.decider, &deed)? {
                        Decided::Done(rows) => {
                            staged.take(rows);
                            Ok(())
                        }
                        Decided::Refused(refusal) => Err(refusal),
                        Decided::Panicked => {
                            return Err(StorageError::Internal("a decision panicked".into()));
                        }
                    },
                );
            }
            rows::write(tx.tx, district, &staged.into_rows(), last.at)?;
            Ok(results)
        })
    }

    fn settle(&self, district: &DistrictId, at: At) -> Result<(), StorageError> {
        if self.read(|tx| grants::is_settled(tx, district, at))? {
            return Ok(());
        }
        self.write(|tx| grants::settle(tx, district, at))
    }

    fn issue_code(
        &self,
        district: &DistrictId,
        code: &NewCode,
    ) -> Result<Option<User>, StorageError> {
        self.write(|tx| codes::issue(tx, district, code))
    }

    fn enrol(
        &self,
        district: &DistrictId,
        device: &NewDevice,
    ) -> Result<Result<Enrolled, CodeRefusal>, StorageError> {
        self.write(|tx| codes::enrol(tx, district, device))
    }

    fn fork(
        &self,
        district: &DistrictId,
        device: DeviceId,
        copy: &NewCopy,
    ) -> Result<Incarnation, SyncError> {
        self.write(|tx| devices::fork(tx, district, device, copy))
    }

    fn enlist(&self, district: &DistrictId, device: &Enlisted) -> Result<bool, StorageError> {
        self.write(|tx| devices::enlist(tx, district, device))
    }

    fn set_state(
        &self,
        district: &DistrictId,
        device: DeviceId,
        state: DeviceState,
    ) -> Result<Option<Device>, StorageError> {
        self.write(|tx| {
            devices::set_state(tx, district, device, state)?;
            devices::by_id(tx, district, device)
        })
    }

    fn begin_epoch(&self, district: &DistrictId, epoch: Epoch) -> Result<(), StorageError> {
        self.write(|tx| districts::begin_epoch(tx, district, epoch))
    }

    fn device(
        &self,
        district: &DistrictId,
        token: &SecretHash,
    ) -> Result<Option<Device>, StorageError> {
        self.read(|tx| devices::by_token(tx, district, token))
    }

    fn devices(&self, district: &DistrictId) -> Result<Vec<Device>, StorageError> {
        self.read(|tx| devices::all(tx, district))
    }

    fn head(&self, district: &DistrictId) -> Result<(Epoch, Seq), StorageError> {
        self.read(|tx| Tx { tx, district }.head())
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
        let reply = self.read(|tx| pull::page(tx, district, device, request, at))?;
        if reply.complete.is_some() {
            self.write(|tx| devices::note_sync(tx, district, device, request, at))?;
        }
        Ok(reply)
    }
}
