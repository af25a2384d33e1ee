//! Owns what everybody in a district may see: the district, its rules, calendars and policies.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::bucket::Bucket;
use crate::calendar::YearCalendar;
use crate::ids::{At, DistrictId, LibraryVersion};
use crate::quota::QuotaRule;
use crate::row::Body;

/// The district itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct District {
    /// Its id, which leads every key on the server.
    pub id: DistrictId,
    /// Its name, such as 澜州市示范区.
    pub name: String,
    /// What a laptop that may not send any more seals its work with, so that only the district opens it
    /// (`sync.md` A.0 18). A district of an earlier version has none until its server starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export_key: Option<ExportKey>,
}

/// The public half of a district's key for exports (X25519), written in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExportKey(#[serde(with = "hex")] pub [u8; 32]);

impl Body for District {
    fn row_id(&self) -> String {
        self.id.to_string()
    }

    fn buckets(&self) -> Vec<Bucket> {
        vec![Bucket::Public]
    }
}

/// The programme's rules, which differ from place to place and so are data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Programme {
    /// How often a cadre visits.
    pub quota: QuotaRule,
    /// How many natural days after its last complete sync a laptop still shows what it holds: an order to
    /// wipe it does not reach a laptop without a network (`sync.md` A.12).
    #[serde(default = "Programme::default_lease_days")]
    pub lease_days: u32,
}

impl Programme {
    /// There is one programme a district for now.
    pub const ID: &'static str = "default";

    /// The leases that a district may choose, in natural days: a laptop without a network is of use for a day at
    /// least, and what it writes meanwhile comes within the days in which a late fact is taken ([`crate::command::LATE_FACT_DAYS`]).
    pub const LEASES_DAYS: RangeInclusive<u32> = 1..=30;

    /// Two weeks, unless the district says otherwise (`sync.md` A.12).
    pub const fn default_lease_days() -> u32 {
        14
    }
}

impl Body for Programme {
    fn row_id(&self) -> String {
        Self::ID.to_owned()
    }

    fn buckets(&self) -> Vec<Bucket> {
        vec![Bucket::Public]
    }
}

/// One year's official arrangement of holidays, imported by the district.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Calendar(pub YearCalendar);

impl Body for Calendar {
    fn row_id(&self) -> String {
        self.0.year.to_string()
    }

    fn buckets(&self) -> Vec<Bucket> {
        vec![Bucket::Public]
    }
}

/// One file of a policy library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyFile {
    /// The file's name, for messages.
    pub name: String,
    /// The YAML text.
    pub text: String,
}

/// One version of the policy library. Versions are kept: a form keeps the one it opened with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyLibrary {
    /// Counted from 1 in each district; the greatest is in force.
    pub version: LibraryVersion,
    /// When the district imported it.
    pub imported: At,
    /// The files, which were checked before they were stored.
    pub files: Vec<PolicyFile>,
}

impl Body for PolicyLibrary {
    fn row_id(&self) -> String {
        self.version.to_string()
    }

    fn buckets(&self) -> Vec<Bucket> {
        vec![Bucket::Public]
    }
}
