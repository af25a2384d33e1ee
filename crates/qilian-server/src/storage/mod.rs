//! Owns what the district asks of a database: one method is one transaction, so that a second engine
//! can't cut them differently. What each of them means is written once, over the few reads and writes that
//! an engine offers inside a transaction ([`transaction`]).
//!
//! Elsewhere: SQL (`sqlite/`, `postgres/`), HTTP (`routes/`), what an import changes (`district/`). Times, ids and
//! hashes are parameters: no clock and no randomness here.

mod ahead;
mod aside;
mod decide;
mod device;
mod enrol;
mod enrolment;
mod error;
mod export_secret;
pub mod files;
mod grants;
mod leaving;
#[cfg(test)]
mod model;
mod news;
mod office;
mod pass;
pub mod postgres;
mod pull;
mod push;
mod pushing;
mod recovery;
mod release;
pub mod sqlite;
mod staged;
mod stored;
mod sweep;
mod telling;
mod transaction;
mod write;

use qilian_domain::command::{Command, Loaded};
use qilian_domain::ids::{At, DeviceId, DistrictId, Epoch, Incarnation, MutId, Seq, UserId};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{District, User};
use qilian_sync::push::ChainEnd;
use qilian_sync::wire::{
    AuditReply, AuditRequest, DeviceState, PullReply, PullRequest, PushReply, PushRequest,
};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

pub use decide::Decider;
pub use device::Wiped;
pub use enrolment::{CodeRefusal, Enlisted, Enrolled, NewCode, NewCopy, NewDevice};
pub use error::{StorageError, SyncError, SyncRefusal};
pub use export_secret::SecretStorage;
pub use leaving::{Served, ServiceStorage};
pub use news::{Concerned, News};
pub use recovery::RECOVERY_MS;

/// How often the server may fail on a mutation before it is put aside.
pub const ATTEMPTS: u32 = 3;

/// SHA-256 of a secret: of a device's token, or of an enrolment code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretHash(pub [u8; 32]);

/// The database of one or several districts. Calls block: async callers use `spawn_blocking`.
pub trait Storage: files::FileStorage + SecretStorage + ServiceStorage + Send + Sync {
    /// Makes a district with its first rows.
    ///
    /// # Errors
    /// [`StorageError::DistrictExists`], and what goes wrong in the database.
    fn found(&self, founding: &Founding) -> Result<(), StorageError>;

    /// The districts in this database.
    ///
    /// # Errors
    /// What goes wrong in the database.
    fn districts(&self) -> Result<Vec<District>, StorageError>;

    /// All rows of some kinds.
    ///
    /// # Errors
    /// What goes wrong in the database.
    fn rows(&self, district: &DistrictId, kinds: &[Kind]) -> Result<Vec<Row>, StorageError>;

    /// Loads all rows of some kinds, has `decide` say what they become, and writes that: an import.
    /// `decide` may be called again if the database asks for the transaction to be repeated.
    ///
    /// # Errors
    /// What goes wrong in the database; then nothing was written.
    fn change(
        &self,
        district: &DistrictId,
        kinds: &[Kind],
        at: At,
        decide: &mut dyn FnMut(&Loaded) -> Vec<Row>,
    ) -> Result<Written, StorageError>;

    /// Does commands on the server itself, in order; a refused one does not hold up the others.
    ///
    /// # Errors
    /// What goes wrong in the database; then nothing was written.
    fn act(
        &self,
        district: &DistrictId,
        acts: &[Act],
    ) -> Result<Vec<Result<(), Refusal>>, StorageError>;

    /// Brings grants in line with the assignments of a day that has begun.
    ///
    /// # Errors
    /// What goes wrong in the database.
    fn settle(&self, district: &DistrictId, at: At) -> Result<(), StorageError>;

    /// Keeps a one-time code for a user; `None` if there is no such user.
    ///
    /// # Errors
    /// What goes wrong in the database.
    fn issue_code(
        &self,
        district: &DistrictId,
        code: &NewCode,
    ) -> Result<Option<User>, StorageError>;

    /// Turns a code into a device.
    ///
    /// # Errors
    /// What goes wrong in the database.
    fn enrol(
        &self,
        district: &DistrictId,
        device: &NewDevice,
    ) -> Result<Result<Enrolled, CodeRefusal>, StorageError>;

    /// Makes a device of its own out of a copy of a laptop (`sync.md` A.0 2). Both chains go on side by
    /// side. Asked twice for the same copy, it makes one.
    ///
    /// # Errors
    /// A [`SyncRefusal`]: the device may not sync, or the id is taken; or what goes wrong in the database.
    fn fork(
        &self,
        district: &DistrictId,
        device: DeviceId,
        copy: &NewCopy,
    ) -> Result<Incarnation, SyncError>;

    /// Adds a device that the journal has and the database, come back from a backup, has not; its chain is
    /// empty then. Tells whether it was missing.
    ///
    /// # Errors
    /// What goes wrong in the database.
    fn enlist(&self, district: &DistrictId, device: &Enlisted) -> Result<bool, StorageError>;

    /// Says whether a device may sync; its user keeps all that they wrote. What a suspended one sends is kept
    /// and not decided; a revoked one may not even send. `None` if there is no such device.
    ///
    /// # Errors
    /// What goes wrong in the database.
    fn set_state(
        &self,
        district: &DistrictId,
        device: DeviceId,
        state: DeviceState,
    ) -> Result<Option<Device>, StorageError>;

    /// Notes that a device destroyed its store, as it was told to; the first time counts.
    ///
    /// # Errors
    /// A [`SyncRefusal`]: nobody told it to; or what goes wrong in the database.
    fn note_wiped(
        &self,
        district: &DistrictId,
        device: DeviceId,
        wiped: Wiped,
    ) -> Result<(), SyncError>;

    /// No longer believes the cuts that these devices have: at their next pull they begin from nothing. What
    /// they have not sent stays with them. A device that is not there is left out.
    ///
    /// # Errors
    /// What goes wrong in the database; then nothing was written.
    fn invalidate_cuts(
        &self,
        district: &DistrictId,
        devices: &[DeviceId],
        at: At,
    ) -> Result<Vec<Device>, StorageError>;

    /// Decides a mutation that was put aside once more, as for its author and as of when it came.
    ///
    /// # Errors
    /// What goes wrong in the database; then nothing was written.
    fn release(
        &self,
        district: &DistrictId,
        mutation: MutId,
        at: At,
    ) -> Result<Released, StorageError>;

    /// Begins a timeline: after a backup was brought back, numbers of the feed mean other changes than
    /// before. For [`RECOVERY_MS`] what laptops send again may wait for what it stands on.
    ///
    /// # Errors
    /// What goes wrong in the database.
    fn begin_epoch(&self, district: &DistrictId, epoch: Epoch, at: At) -> Result<(), StorageError>;

    /// Forgets what left buckets longer ago than laptops are given to hear of it. Tells whether there was any.
    ///
    /// # Errors
    /// What goes wrong in the database.
    fn sweep(&self, district: &DistrictId, at: At) -> Result<bool, StorageError>;

    /// The device that a token belongs to.
    ///
    /// # Errors
    /// What goes wrong in the database.
    fn device(
        &self,
        district: &DistrictId,
        token: &SecretHash,
    ) -> Result<Option<Device>, StorageError>;

    /// All devices, by user and time of enrolment.
    ///
    /// # Errors
    /// What goes wrong in the database.
    fn devices(&self, district: &DistrictId) -> Result<Vec<Device>, StorageError>;

    /// The timeline and the last number of its feed.
    ///
    /// # Errors
    /// What goes wrong in the database.
    fn head(&self, district: &DistrictId) -> Result<(Epoch, Seq), StorageError>;

    /// Who has something new since a number of the feed. It looks at every bucket that somebody holds: it is
    /// for once in a while, not for every request.
    ///
    /// # Errors
    /// What goes wrong in the database.
    fn concerned(&self, district: &DistrictId, since: Seq) -> Result<Concerned, StorageError>;

    /// Hears that something may have been committed, for as long as the storage is open. Nothing said is no
    /// promise that nothing was committed.
    fn news(&self, district: &DistrictId) -> watch::Receiver<News>;

    /// Takes a run of mutations: exactly once, in order (`sync.md` A.4).
    ///
    /// # Errors
    /// A [`SyncRefusal`]: then nothing of the run was taken; or what goes wrong in the database: then some of it may
    /// have been, and the same run again is answered with those outcomes.
    fn push(
        &self,
        district: &DistrictId,
        device: DeviceId,
        request: &PushRequest,
        at: At,
    ) -> Result<PushReply, SyncError>;

    /// One page of what the device's user may see (`sync.md` A.6).
    ///
    /// # Errors
    /// A [`SyncRefusal`], or what goes wrong in the database.
    fn pull(
        &self,
        district: &DistrictId,
        device: DeviceId,
        request: &PullRequest,
        at: At,
    ) -> Result<PullReply, SyncError>;

    /// What the buckets of the device's user hold (`sync.md` A.6).
    ///
    /// # Errors
    /// A [`SyncRefusal`], or what goes wrong in the database.
    fn audit(
        &self,
        district: &DistrictId,
        device: DeviceId,
        request: &AuditRequest,
        at: At,
    ) -> Result<AuditReply, SyncError>;
}

/// A district to be made.
#[derive(Debug, Clone)]
pub struct Founding {
    /// The district.
    pub district: District,
    /// Its timeline.
    pub epoch: Epoch,
    /// Its first rows: rules, calendars, the administrator.
    pub rows: Vec<Row>,
    /// Now.
    pub at: At,
}

/// What a write came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Rows that are new or different.
    pub rows: u64,
    /// The last number of the feed after it.
    pub head: Seq,
}

/// A command done on the server itself.
#[derive(Debug, Clone)]
pub struct Act {
    /// Who.
    pub actor: UserId,
    /// What.
    pub command: Command,
    /// When.
    pub at: At,
}

/// What came of releasing a mutation that was put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Released {
    /// It took effect.
    Done,
    /// It was refused; its author sees it as rejected.
    Refused(Refusal),
    /// The server failed on it once more; it stays aside.
    Failed,
    /// Nothing of this id is aside.
    Unknown,
}

/// A device as the administrator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// Whose it is.
    pub user: UserId,
    /// What the user calls it.
    pub name: String,
    /// The device that it was copied from, disk or home folder.
    pub copy_of: Option<DeviceId>,
    /// Which copy of the device.
    pub incarnation: Incarnation,
    /// Whether it may sync.
    pub state: DeviceState,
    /// Where its chain ends.
    pub chain: ChainEnd,
    /// When a pull of it last came to a complete cut.
    pub last_sync: Option<At>,
    /// How many mutations waited on it then.
    pub pending: u32,
    /// Since when the oldest of them waited.
    pub oldest_pending: Option<At>,
    /// The program's version.
    pub version: String,
    /// The receipt, if it was told to destroy its store and has.
    pub wiped: Option<Wiped>,
    /// Since when it is enrolled.
    pub enrolled: At,
    /// When it last asked for anything to pull.
    pub last_seen: Option<At>,
    /// Why the sync before its last one failed, as a code, if it did for another reason than the network.
    pub last_error: Option<String>,
    /// The last complete cut that it was given.
    pub synced_to: Seq,
    /// A cut below this number is not believed; see [`Storage::invalidate_cuts`].
    pub believed_from: Seq,
}
