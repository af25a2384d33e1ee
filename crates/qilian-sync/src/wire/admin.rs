//! What an administrator asks of the district, and what is answered: laptops and how they sync, whether one may
//! sync, cuts that are to be pulled anew, mutations that the server put aside.
//!
//! Asked with the token of a laptop whose user has the administrator's role; everybody else gets `role_missing`.

use qilian_domain::ids::{At, DeviceId, MutId, UserId};
use qilian_domain::refusal::RefusalDocument;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::DeviceState;

/// A user by name, for people to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedUser {
    /// Id.
    pub id: UserId,
    /// Name; the id where the district has no such user any more.
    pub name: String,
    /// The name of their unit.
    #[serde(default)]
    pub unit: Option<String>,
}

/// A laptop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaptopView {
    /// Its id.
    pub device_id: DeviceId,
    /// Whose it is.
    pub user: NamedUser,
    /// What the user calls it.
    pub name: String,
    /// The laptop that it was copied from, disk or home folder.
    pub copy_of: Option<DeviceId>,
    /// Whether it may sync.
    pub state: DeviceState,
    /// Since when it is enrolled.
    pub enrolled: At,
    /// When a pull of it last came to a complete cut.
    pub last_sync: Option<At>,
    /// When it last asked for anything to pull.
    pub last_seen: Option<At>,
    /// Mutations that waited on it then.
    pub pending: u32,
    /// Since when the oldest of them waited.
    pub oldest_pending: Option<At>,
    /// The program's version.
    pub version: String,
    /// Why the sync before its last one failed, as a code, if it did for another reason than the network.
    pub last_error: Option<String>,
    /// It is to pull its cut anew and has not yet.
    pub resync_due: bool,
    /// Its receipt, if it was told to destroy its store and has.
    #[serde(default)]
    pub wiped: Option<WipedView>,
}

/// A laptop's receipt for the order to destroy its store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WipedView {
    /// When it came, by the server's clock.
    pub at: At,
    /// Mutations that had not been sent and are gone.
    pub unsent: u32,
}

/// `GET /api/v1/admin/devices`: all laptops, by user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevicesReply {
    /// All of them.
    pub devices: Vec<LaptopView>,
    /// The server's clock.
    pub server_time: At,
}

/// Why a laptop needs somebody to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// No sync was complete for as many days as were asked about.
    NotSynced,
    /// What waits on it waited that long when it last asked.
    WaitingLong,
    /// It may not sync.
    Stopped,
    /// A sync of it failed for another reason than the network.
    Failed,
    /// It is to pull its cut anew and has not yet.
    ResyncDue,
}

/// A laptop that needs somebody to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedyLaptop {
    /// Which.
    #[serde(flatten)]
    pub laptop: LaptopView,
    /// Why; at least one reason.
    pub needs: Vec<Need>,
}

/// A mutation that the server put aside and that nobody has seen to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuarantinedView {
    /// Which.
    pub mutation: MutId,
    /// Its author.
    pub user: NamedUser,
    /// The laptop that it came from.
    pub device: DeviceId,
    /// `quarantined`, `sent_while_suspended`, `too_late`, `waiting` or `mutation_unreadable`.
    pub code: String,
    /// The facts that belong to the code.
    pub params: Value,
    /// The command; empty where what was sent can't be read.
    pub name: String,
    /// What was sent.
    pub args: Value,
    /// When the server put it aside.
    pub at: At,
}

/// `GET /api/v1/admin/sync-health?days=7`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SyncHealthReply {
    /// After so many days without a complete sync a laptop is listed.
    pub days: u32,
    /// How many laptops there are.
    pub laptops: u32,
    /// Those that need somebody to look, the longest without a complete sync first.
    pub needy: Vec<NeedyLaptop>,
    /// Put aside and not seen to, the oldest first.
    pub quarantined: Vec<QuarantinedView>,
    /// The server's clock.
    pub server_time: At,
}

/// `GET /api/v1/admin/programme`, and the answer to `POST`: the rules of the district that an administrator sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeReply {
    /// How many natural days after its last complete sync a laptop still shows what it holds.
    pub lease_days: u32,
    /// The server's clock.
    pub server_time: At,
}

/// `POST /api/v1/admin/programme`: sets them. Laptops hear of it as of any row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeRequest {
    /// Natural days, 1 to 30.
    pub lease_days: u32,
}

/// `POST /api/v1/devices/{id}/state`: says whether a laptop may sync; answered with the laptop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateRequest {
    /// Whether it may.
    pub state: DeviceState,
}

/// `POST /api/v1/admin/invalidate-cursors`: these laptops pull their cut from the beginning. What they have not
/// sent stays; screens show the cut from before until the new one is whole. Names may be mixed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvalidateRequest {
    /// Every laptop.
    #[serde(default)]
    pub all: bool,
    /// The laptops of these users.
    #[serde(default)]
    pub users: Vec<UserId>,
    /// The laptops of the users of these units, by id or name.
    #[serde(default)]
    pub units: Vec<String>,
    /// These laptops.
    #[serde(default)]
    pub devices: Vec<DeviceId>,
}

/// Which laptops will pull anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvalidateReply {
    /// They.
    pub devices: Vec<LaptopView>,
}

/// `POST /api/v1/admin/quarantine/{mutation}/release`: the district decides once more, as for its author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseReply {
    /// Which mutation.
    pub mutation: MutId,
    /// Why it was refused after all; its author sees it as rejected then. `None`: it took effect.
    pub refused: Option<RefusalDocument>,
}
