//! Who is at this laptop, and whether its store is open.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// A user, as screens name them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Person {
    /// As the office numbers them.
    pub id: String,
    /// Name.
    pub name: String,
    /// Unit, if known.
    pub unit: Option<String>,
}

/// This laptop, as the server enrolled it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SessionDevice {
    /// Its id.
    pub id: String,
    /// What the user calls it.
    pub name: String,
}

/// Where the data key rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// In the system's key store.
    KeyStore,
    /// Under a passphrase.
    Passphrase,
}

/// What the window shows first.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum SessionView {
    /// Nobody is enrolled on this laptop.
    NotEnrolled {
        /// There is no key store here: a passphrase must be chosen.
        needs_passphrase: bool,
        /// The district had destroyed what was here.
        wiped: bool,
    },
    /// The laptop has not synced for too long: it shows nothing until it has. Writing goes on.
    LeaseOver {
        /// Since when.
        until: String,
        /// Natural days after a complete sync for which it shows what it holds.
        days: u32,
        /// Today in China Standard Time.
        today: String,
    },
    /// The store's key is under a passphrase.
    Locked,
    /// The store can't be opened.
    Broken {
        /// `store_newer`, `store_corrupt`, `disk_full`, …
        code: String,
        /// The facts that belong to the code.
        #[ts(type = "Record<string, unknown>")]
        details: Value,
    },
    /// All is well.
    Ready {
        /// Whose laptop it is.
        user: Person,
        /// Whether the district's rows give that user the administrator's role.
        administrator: bool,
        /// The district's name.
        district: String,
        /// This laptop.
        device: SessionDevice,
        /// The server's address.
        server: String,
        /// Where the data key rests.
        key: KeyPlace,
        /// Today in China Standard Time.
        today: String,
        /// The program's version.
        version: String,
    },
}

/// Binds this laptop to a user.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct EnrolArgs {
    /// The server's address.
    pub server: String,
    /// The one-time code.
    pub code: String,
    /// What to call this laptop.
    #[serde(default)]
    pub device: Option<String>,
    /// Where there is no key store, and where the user prefers it.
    #[serde(default)]
    pub passphrase: Option<String>,
}

/// Opens a locked store.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct UnlockArgs {
    /// As chosen at enrolment.
    pub passphrase: String,
}

/// Chooses another passphrase.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct PassphraseChangeArgs {
    /// The one in force.
    pub current: String,
    /// The one to come.
    pub next: String,
}
