//! Owns the hand-over between storage and a decision: what to load, and what was loaded.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::row::{Kind, Known, Row, RowKey};

/// Rows that a command reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// One row, which may not exist.
    Row(RowKey),
    /// All rows of a kind that hang on one parent, with a day in the range (both ends included).
    Children {
        /// The kind.
        kind: Kind,
        /// An enterprise's code or a user's id.
        parent: String,
        /// The range of days; `None` for all rows, also those without a day.
        days: Option<(NaiveDate, NaiveDate)>,
        /// Loaded only if this row exists: what hangs on an exception costs nothing otherwise.
        only_if: Option<RowKey>,
    },
}

impl Read {
    /// One row of a body type.
    pub fn row<B: Known>(id: impl ToString) -> Self {
        Self::Row(RowKey::of::<B>(id))
    }

    /// All rows of a body type under `parent`.
    pub fn children<B: Known>(parent: impl ToString) -> Self {
        Self::Children {
            kind: B::KIND,
            parent: parent.to_string(),
            days: None,
            only_if: None,
        }
    }

    /// The rows of a body type under `parent` with a day from `first` to `last`.
    pub fn children_on<B: Known>(parent: impl ToString, first: NaiveDate, last: NaiveDate) -> Self {
        Self::Children {
            kind: B::KIND,
            parent: parent.to_string(),
            days: Some((first, last)),
            only_if: None,
        }
    }

    /// The same read, done only if the row of `key` exists.
    #[must_use]
    pub fn only_if(self, key: RowKey) -> Self {
        match self {
            Self::Children {
                kind, parent, days, ..
            } => Self::Children {
                kind,
                parent,
                days,
                only_if: Some(key),
            },
            one => one,
        }
    }
}

/// The rows that storage found.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    rows: BTreeMap<RowKey, Row>,
}

impl Loaded {
    /// Adds a row, replacing an earlier one of the same key.
    pub fn insert(&mut self, row: Row) {
        self.rows.insert(row.key(), row);
    }

    /// The row itself, as storage compares it with what a decision returns.
    pub fn row(&self, key: &RowKey) -> Option<&Row> {
        self.rows.get(key)
    }

    /// The body of one row, if it exists.
    pub fn get<B: Known>(&self, id: impl ToString) -> Option<&B> {
        self.rows.get(&RowKey::of::<B>(id)).and_then(B::of)
    }

    /// The bodies of all loaded rows of a kind, by id.
    pub fn all<'a, B: Known + 'a>(&'a self) -> impl Iterator<Item = &'a B> {
        self.rows.values().filter_map(B::of)
    }
}

impl FromIterator<Row> for Loaded {
    fn from_iter<I: IntoIterator<Item = Row>>(rows: I) -> Self {
        let mut loaded = Self::default();
        rows.into_iter().for_each(|row| loaded.insert(row));
        loaded
    }
}
