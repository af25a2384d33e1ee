//! Owns what can go wrong between the server and its database, as far as a caller acts on it.

use qilian_domain::ids::MutSeq;
use qilian_sync::wire::DeviceState;

use super::Served;

/// What goes wrong in a database. The transaction it happened in has changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Another process holds the database, or it can't be written just now; the same may work later.
    #[error("busy: {0}")]
    Busy(String),
    /// No space is left.
    #[error("disk full: {0}")]
    DiskFull(String),
    /// A newer version of this program made it.
    #[error("the database is of a newer version")]
    Newer,
    /// It is damaged, or no database of ours.
    #[error("corrupt: {0}")]
    Corrupt(String),
    /// The database's server can't be reached; later it may be.
    #[error("unreachable: {0}")]
    Unreachable(String),
    /// The database's server does not let one in, or not do what must be done.
    #[error("forbidden: {0}")]
    Forbidden(String),
    /// The server has no such database.
    #[error("no such database: {0}")]
    DatabaseMissing(String),
    /// The address of a database can't be read. What it says is not told: it may hold a password.
    #[error("the address of the database can't be read")]
    AddressUnreadable,
    /// There is a district already.
    #[error("there is a district already")]
    DistrictExists,
    /// There is no such district.
    #[error("there is no district")]
    DistrictMissing,
    /// Anything else.
    #[error("internal: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StorageError {
    /// Whether the same may work later without anybody's doing.
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Busy(_) | Self::DiskFull(_) | Self::Unreachable(_)
        )
    }
}

/// Why a sync request can't be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyncRefusal {
    /// The client thinks of another timeline.
    #[error("another timeline")]
    EpochChanged,
    /// Two copies of one laptop.
    #[error("fork at mutation {at}")]
    Fork {
        /// Where they part.
        at: MutSeq,
    },
    /// Mutations are missing in between.
    #[error("mutation {expected} is missing")]
    Gap {
        /// The one that should have come.
        expected: MutSeq,
    },
    /// Not what the protocol says.
    #[error("unreadable: {0}")]
    Unreadable(String),
    /// The device may not sync.
    #[error("the device is {0:?}")]
    DeviceStopped(DeviceState),
    /// The user is leaving, or has left: nothing is given to a device of theirs.
    #[error("the user leaves")]
    UserLeaving,
    /// The same, and with this request the last came that was waited for: the user has left.
    #[error("the user has left")]
    UserLeft(Box<Served>),
    /// The device is not there any more.
    #[error("no such device")]
    DeviceUnknown,
}

/// Why a sync request has no reply.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The request can't be taken.
    #[error(transparent)]
    Refused(#[from] SyncRefusal),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
