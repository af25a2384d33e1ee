//! Owns the shape that every stored thing has: a row is (kind, id, version, body).
//!
//! A new kind is one line in `kinds!` below and one type in `rows/`; sync and both storages carry it
//! without knowing it. Elsewhere: the bodies (`rows/`), versions and memberships in storage.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::bucket::Bucket;
use crate::rows;

/// What a body must say of itself so that storage can index it and sync can scope it.
///
/// All of it must follow from the body alone: a row whose buckets depended on another row would have
/// to be re-stamped whenever that one changed.
pub trait Body: Serialize + for<'de> Deserialize<'de> {
    /// Its id, unique within the kind and the district.
    fn row_id(&self) -> String;
    /// What it hangs on, if anything: an enterprise's code or a user's id. Rows are listed by it.
    fn parent(&self) -> Option<String> {
        None
    }
    /// Its business day, if it has one: rows of one parent are cut by it.
    fn day(&self) -> Option<NaiveDate> {
        None
    }
    /// Who holds it.
    fn buckets(&self) -> Vec<Bucket>;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal,)+) => {
        /// The kinds of rows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Kind {$(
            $(#[$doc])*
            #[serde(rename = $name)]
            $kind,
        )+}

        impl Kind {
            /// Every kind, in a fixed order.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// The name in storage and on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $name),+ }
            }

            /// The kind of that name, if this version knows it.
            pub fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$kind),)+ _ => None }
            }
        }

        /// A row's body, typed.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Row {$(
            $(#[$doc])*
            $kind(rows::$kind),
        )+}

        impl Row {
            /// Which kind it is.
            pub const fn kind(&self) -> Kind {
                match self { $(Self::$kind(_) => Kind::$kind),+ }
            }

            /// Its id within the kind.
            pub fn id(&self) -> String {
                match self { $(Self::$kind(body) => body.row_id()),+ }
            }

            /// Kind and id.
            pub fn key(&self) -> RowKey {
                RowKey { kind: self.kind(), id: self.id() }
            }

            /// What it hangs on.
            pub fn parent(&self) -> Option<String> {
                match self { $(Self::$kind(body) => body.parent()),+ }
            }

            /// Its business day.
            pub fn day(&self) -> Option<NaiveDate> {
                match self { $(Self::$kind(body) => body.day()),+ }
            }

            /// Who holds it.
            pub fn buckets(&self) -> Vec<Bucket> {
                match self { $(Self::$kind(body) => body.buckets()),+ }
            }

            /// The body as JSON text, the form in which it is stored and sent.
            ///
            /// # Errors
            /// If the body can't be written as JSON (a map with keys that are no strings, say).
            pub fn to_json(&self) -> serde_json::Result<String> {
                match self { $(Self::$kind(body) => serde_json::to_string(body)),+ }
            }

            /// Reads a body of a known kind.
            ///
            /// # Errors
            /// If the text is not a body of that kind.
            pub fn from_json(kind: Kind, body: &str) -> serde_json::Result<Self> {
                match kind { $(Kind::$kind => serde_json::from_str(body).map(Self::$kind)),+ }
            }
        }

        $(impl From<rows::$kind> for Row {
            fn from(body: rows::$kind) -> Self {
                Self::$kind(body)
            }
        }

        impl TryFrom<Row> for rows::$kind {
            type Error = Row;

            fn try_from(row: Row) -> Result<Self, Row> {
                match row {
                    Row::$kind(body) => Ok(body),
                    other => Err(other),
                }
            }
        }

        impl Known for rows::$kind {
            const KIND: Kind = Kind::$kind;

            fn of(row: &Row) -> Option<&Self> {
                match row {
                    Row::$kind(body) => Some(body),
                    _ => None,
                }
            }
        })+
    };
}

kinds! {
    /// The district itself.
    District = "district",
    /// The programme's rules as data.
    Programme = "programme",
    /// A unit.
    Unit = "unit",
    /// A user: name, unit, roles.
    User = "user",
    /// A user's telephone, seen by that user only.
    UserContact = "user_contact",
    /// One year's official arrangement of holidays.
    Calendar = "calendar",
    /// One version of the policy library.
    PolicyLibrary = "policy_library",
    /// An enterprise as registered, and its people.
    Enterprise = "enterprise",
    /// An enterprise's assignment to a cadre, from a day to a day.
    Assignment = "assignment",
    /// A visit.
    Visit = "visit",
    /// A visit as it counts for one cadre.
    VisitTally = "visit_tally",
    /// A known value of an enterprise.
    Fact = "fact",
    /// What a cadre undertook on a visit.
    Promise = "promise",
    /// A demand or suggestion.
    Demand = "demand",
    /// A cadre's sealed week.
    WeekSubmission = "week_submission",
    /// What became of a mutation that was not simply applied.
    Outcome = "outcome",
    /// A note on an enterprise, of what had no other place.
    Note = "note",
    /// A file that belongs to a visit: what is known of it, without its bytes.
    Attachment = "attachment",
    /// A small picture of an attachment.
    Thumbnail = "thumbnail",
    /// The bytes of an attachment are in the district's keeping.
    StoredFile = "stored_file",
}

/// A body type that belongs to exactly one kind.
pub trait Known: Body + Sized {
    /// Its kind.
    const KIND: Kind;

    /// The body in a row, if the row is of this kind.
    fn of(row: &Row) -> Option<&Self>;
}

/// A row's identity within a district.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RowKey {
    /// The kind.
    pub kind: Kind,
    /// The id within the kind.
    pub id: String,
}

impl RowKey {
    /// The key of a body type's row.
    pub fn of<B: Known>(id: impl ToString) -> Self {
        Self {
            kind: B::KIND,
            id: id.to_string(),
        }
    }
}
