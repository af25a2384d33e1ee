//! Owns what the district asks of a database: one method is one transaction, so that a second engine
//! can't cut them differently. What each of them means is written once, over the few reads and writes that
//! an engine offers inside a transaction ([`transaction`]).
//!
//! Elsewhere: SQL (`sqlite/`, `postgres/`), HTTP (`routes/`), what an import changes (`district/`). Times, ids and
//! hashes are parameters: no clock and no randomness here.

mod decide;
mod enrol;
mod error;
mod grants;
#[cfg(test)]
mod model;
mod office;
mod pass;
pub mod postgres;
mod pull;
mod push;
mod pushing;
pub mod sqlite;
mod staged;
mod stored;
mod transaction;
mod write;

use qilian_domain::command::{Command, Loaded};
use qilian_domain::ids::{At, DeviceId, DistrictId, Epoch, Incarnation, Seq, UserId};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{District, User};
use qilian_sync::push::ChainEnd;
use qilian_sync::wire::{
    DeviceState, HelloReply, Limits, PROTOCOL, PullReply, PullRequest, PushReply, PushRequest,
    SCHEMA,
};
use serde::{Deserialize, Serialize};

pub use decide::Decider;
pub use error::{StorageError, SyncError, SyncRefusal};

/// A late fact is taken from an author whose scope closed at most this long ago (`sync.md` A.0 6): the
/// lease of a laptop and the time it keeps what it sent.
pub const SCOPE_LOST_AFTER_MS: i64 = 35 * 24 * 3600 * 1000;

/// How often the server may fail on a mutation before it is put aside.
pub const ATTEMPTS: u32 = 3;

/// SHA-256 of a secret: of a device's token, or of an enrolment code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretHash(pub [u8; 32]);

/// The database of one or several districts. Calls block: async callers use `spawn_blocking`.
pub trait Storage: Send + Sync {
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

    /// Says whether a device may sync; its user keeps all that they wrote. `None` if there is no such device.
    ///
    /// # Errors
    /// What goes wrong in the database.
    fn set_state(
        &self,
        district: &DistrictId,
        device: DeviceId,
        state: DeviceState,
    ) -> Result<Option<Device>, StorageError>;

    /// Begins a timeline: after a backup was brought back, numbers of the feed mean other changes than
    /// before.
    ///
    /// # Errors
    /// What goes wrong in the database.
    fn begin_epoch(&self, district: &DistrictId, epoch: Epoch) -> Result<(), StorageError>;

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

    /// Takes a run of mutations: exactly once, in order (`sync.md` A.4).
    ///
    /// # Errors
    /// A [`SyncRefusal`], or what goes wrong in the database; then nothing of the run was taken.
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

/// A one-time enrolment code.
#[derive(Debug, Clone)]
pub struct NewCode {
    /// Of the code in normal form.
    pub hash: SecretHash,
    /// Whom it enrols.
    pub user: UserId,
    /// Now.
    pub issued: At,
    /// From then on it is of no use.
    pub expires: At,
}

/// A device to be enrolled.
#[derive(Debug, Clone)]
pub struct NewDevice {
    /// Of the code that was typed.
    pub code: SecretHash,
    /// Its id.
    pub id: DeviceId,
    /// Of the token it will show.
    pub token: SecretHash,
    /// What the user calls it.
    pub name: String,
    /// The program's version.
    pub version: String,
    /// Now.
    pub at: At,
}

/// A copy of a laptop that is to be a device of its own.
#[derive(Debug, Clone)]
pub struct NewCopy {
    /// Its id, made by the copy.
    pub id: DeviceId,
    /// Of the token it will show.
    pub token: SecretHash,
    /// The program's version.
    pub version: String,
    /// Now.
    pub at: At,
}

/// A device as it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enlisted {
    /// Its id.
    pub id: DeviceId,
    /// Its user.
    pub user: UserId,
    /// What the user calls it.
    pub name: String,
    /// The device that it was copied from.
    pub copy_of: Option<DeviceId>,
    /// Of the token that it shows.
    pub token: SecretHash,
    /// The program's version.
    pub version: String,
    /// When.
    pub at: At,
}

/// A device just enrolled.
#[derive(Debug, Clone)]
pub struct Enrolled {
    /// The server's timeline.
    pub epoch: Epoch,
    /// Which copy of the device.
    pub incarnation: Incarnation,
    /// Whose it is.
    pub user: User,
    /// Where.
    pub district: District,
}

/// Why a code enrols nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeRefusal {
    /// Nobody was given it.
    Unknown,
    /// Its time is over.
    Expired,
    /// It was used.
    Used,
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
}

impl Device {
    /// Where the server stands, as it tells this device.
    pub fn hello(&self, epoch: Epoch, head: Seq, at: At) -> HelloReply {
        HelloReply {
            epoch,
            protocol: (PROTOCOL, PROTOCOL),
            schema: SCHEMA,
            device_state: self.state,
            incarnation: self.incarnation,
            last_mut_seq: self.chain.last,
            last_hash: self.chain.hash,
            head,
            server_time: at,
            limits: Limits::default(),
        }
    }
}
