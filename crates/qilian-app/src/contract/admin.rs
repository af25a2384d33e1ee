//! 管理: how laptops sync, which of them may, and what the server put aside. Asked of the district, never of the
//! laptop's own store.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::{Person, WaitingKind};

/// Whether a laptop may sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LaptopState {
    /// 正常.
    Active,
    /// 已暂停.
    Suspended,
    /// 已撤销.
    Revoked,
    /// 等待清除, or cleared.
    Wipe,
}

/// A laptop of the district.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LaptopRow {
    /// Its id.
    pub device_id: String,
    /// Whose it is.
    pub user: Person,
    /// What the user calls it.
    pub name: String,
    /// The laptop that it is a copy of.
    pub copy_of: Option<String>,
    /// Whether it may sync.
    pub state: LaptopState,
    /// Since when it is enrolled.
    pub enrolled: String,
    /// When a pull of it last came to a complete cut.
    pub last_sync: Option<String>,
    /// When it last asked for anything.
    pub last_seen: Option<String>,
    /// What waited on it then.
    pub pending: u32,
    /// Since when the oldest of it waited.
    pub oldest_pending: Option<String>,
    /// The program's version.
    pub version: String,
    /// Why a sync of it failed, as a code, if one did lately for another reason than the network.
    pub last_error: Option<String>,
    /// It is to fetch everything anew and has not yet.
    pub resync_due: bool,
    /// It destroyed its store, as it was told to.
    pub wiped: Option<WipedRow>,
    /// It is the one that asks.
    pub is_this: bool,
}

/// A laptop's receipt for the order to destroy its store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct WipedRow {
    /// When the district had it.
    pub at: String,
    /// How many records had not been sent and are gone.
    pub unsent: u32,
}

/// Why a laptop needs somebody to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LaptopNeed {
    /// Too long without a complete sync.
    NotSynced,
    /// What waits on it waits too long.
    WaitingLong,
    /// It may not sync.
    Stopped,
    /// A sync of it failed.
    Failed,
    /// It is to fetch everything anew and has not yet.
    ResyncDue,
}

/// A laptop that needs somebody to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct NeedyRow {
    /// Which.
    pub laptop: LaptopRow,
    /// Why.
    pub needs: Vec<LaptopNeed>,
}

/// Something that the server put aside.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct QuarantinedItem {
    /// Its id.
    pub id: String,
    /// Its author.
    pub user: Person,
    /// The laptop that it came from.
    pub device_id: String,
    /// What it is.
    pub kind: WaitingKind,
    /// Which enterprise.
    pub uscc: Option<String>,
    /// Its name, where this laptop knows it.
    pub name: Option<String>,
    /// `quarantined`, `sent_while_suspended`, `too_late`, `waiting` or `mutation_unreadable`.
    pub code: String,
    /// What was written.
    pub text: String,
    /// When the server put it aside.
    pub at: String,
    /// Whether the district can be asked to decide it once more.
    pub can_release: bool,
}

/// How the district's laptops sync.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SyncHealth {
    /// After so many days without a complete sync a laptop is listed.
    pub days: u32,
    /// How many laptops there are.
    pub laptops: u32,
    /// Those that need somebody to look, the longest without a complete sync first.
    pub needy: Vec<NeedyRow>,
    /// Put aside and not seen to, the oldest first.
    pub quarantined: Vec<QuarantinedItem>,
    /// The server's clock.
    pub now: String,
}

/// All laptops of the district.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Laptops {
    /// By user.
    pub laptops: Vec<LaptopRow>,
    /// The server's clock.
    pub now: String,
}

/// Asks for the laptops that need somebody to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
pub struct HealthArgs {
    /// Days without a complete sync.
    pub days: u32,
}

/// Says whether a laptop may sync.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct LaptopStateArgs {
    /// Which.
    pub id: String,
    /// Whether it may.
    pub state: LaptopState,
}

/// Has laptops fetch everything anew.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct ResyncArgs {
    /// Every laptop.
    pub all: bool,
    /// The laptops of these units, by name.
    pub units: Vec<String>,
    /// These laptops.
    pub devices: Vec<String>,
}

/// How many laptops a request reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct ResyncView {
    /// So many.
    pub laptops: u32,
}

/// What came of deciding something once more.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ReleasedView {
    /// Why it was refused after all, as a code; `None`: it took effect.
    pub refused: Option<String>,
    /// The facts that belong to the code.
    #[ts(type = "Record<string, unknown>")]
    pub details: Value,
}

/// The rules of the district that an administrator sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct ProgrammeView {
    /// How many natural days after its last complete sync a laptop still shows what it holds.
    pub lease_days: u32,
    /// The fewest that may be chosen.
    pub least_days: u32,
    /// The most.
    pub most_days: u32,
}

/// Sets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
pub struct ProgrammeArgs {
    /// Natural days, 1 to 30.
    pub lease_days: u32,
}
