//! Owns the identities of the domain: every id, number and instant is a type of its own.
//!
//! Elsewhere: where ids come from. Randomness and clocks are parameters; nothing here makes an id or reads a clock.

use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the id as it was issued.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Takes a UUID made by the caller; new rows use version 7.
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID itself.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

macro_rules! number_id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl $name {
            /// The number after this one.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0 + 1)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

text_id! {
    /// A district (区): every row belongs to one.
    DistrictId;
    /// A unit (单位): department, street office, service centre.
    UnitId;
    /// A person's account, as the office numbers it (`BA0001`).
    UserId;
}

uuid_id! {
    /// One assignment interval (挂点) of an enterprise to a cadre.
    AssignmentId;
    /// One visit (走访).
    VisitId;
    /// One known value of an enterprise (企业情况).
    FactId;
    /// One thing a cadre undertook on a visit (答应的事).
    PromiseId;
    /// One demand or suggestion (诉求、建议).
    DemandId;
    /// One file that belongs to a visit (附件).
    AttachmentId;
    /// One laptop as the server enrolled it.
    DeviceId;
    /// One note (备注) on an enterprise.
    NoteId;
    /// One mutation, kept for ever: it is what makes sending twice harmless.
    MutId;
    /// One timeline of the server: new on init and on restore.
    Epoch;
}

number_id! {
    /// The server's commit order: one number per changed row.
    Seq;
    /// A device's own count of its mutations, contiguous from 1 per incarnation.
    MutSeq;
    /// How often a device was enrolled anew, restored or cloned.
    Incarnation;
    /// The version of a policy library in a district, counted from 1.
    LibraryVersion;
}

/// A moment, written as RFC 3339 in China Standard Time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At(DateTime<Utc>);

impl At {
    /// The first moment of 2 January of the year 1, UTC.
    const EARLIEST: i64 = -62_135_510_400_000;
    /// The last millisecond of 30 December 9999, UTC.
    const LATEST: i64 = 253_402_214_399_999;

    /// Takes a moment of any offset. One that could not be written with a year of four digits, wherever it is read,
    /// becomes the nearest that can.
    pub fn new(moment: impl Into<DateTime<Utc>>) -> Self {
        let moment = moment.into();
        let ms = moment.timestamp_millis();
        if (Self::EARLIEST..=Self::LATEST).contains(&ms) {
            return Self(moment);
        }
        let nearest = ms.clamp(Self::EARLIEST, Self::LATEST);
        Self(DateTime::from_timestamp_millis(nearest).unwrap_or(DateTime::UNIX_EPOCH))
    }

    /// From milliseconds since 1970-01-01T00:00:00Z; `None` outside the years that can be written.
    pub fn from_unix_ms(ms: i64) -> Option<Self> {
        let writable = (Self::EARLIEST..=Self::LATEST).contains(&ms);
        DateTime::from_timestamp_millis(ms)
            .filter(|_| writable)
            .map(Self)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn unix_ms(self) -> i64 {
        self.0.timestamp_millis()
    }

    /// The moment in China Standard Time (UTC+8), which days, weeks and quarters are cut by.
    pub fn cst(self) -> DateTime<FixedOffset> {
        self.0.with_timezone(&cst())
    }

    /// The calendar day in China Standard Time.
    pub fn day(self) -> NaiveDate {
        self.cst().date_naive()
    }

    /// Milliseconds from `earlier` to `self`; negative if `self` comes first.
    pub fn ms_since(self, earlier: Self) -> i64 {
        self.unix_ms() - earlier.unix_ms()
    }

    /// The moment `ms` later, or the nearest that can be written: what a laptop says of its clock may be anything.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        let later =
            chrono::TimeDelta::try_milliseconds(ms).and_then(|by| self.0.checked_add_signed(by));
        let end = if ms < 0 {
            DateTime::<Utc>::MIN_UTC
        } else {
            DateTime::<Utc>::MAX_UTC
        };
        Self::new(later.unwrap_or(end))
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            &self
                .cst()
                .to_rfc3339_opts(chrono::SecondsFormat::Millis, false),
        )
    }
}

impl Serialize for At {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for At {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text)
            .map(Self::new)
            .map_err(serde::de::Error::custom)
    }
}

/// China Standard Time, UTC+8 all year.
pub fn cst() -> FixedOffset {
    const EIGHT_HOURS_S: i32 = 8 * 3600;
    FixedOffset::east_opt(EIGHT_HOURS_S).unwrap_or_else(|| chrono::Offset::fix(&Utc))
}
