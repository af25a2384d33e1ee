//! Owns the rows that a transaction has decided but not yet written: each decision sees those before it,
//! and all are written at the end, with one number of the feed each.
//!
//! Elsewhere: reading and writing rows (the engines).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use qilian_domain::bucket::Bucket;
use qilian_domain::command::{Loaded, Read, Scope};
use qilian_domain::ids::{Seq, UserId};
use qilian_domain::row::{Kind, Row, RowKey};

use super::StorageError;

/// What an engine reads for a decision, all of one district. An engine that is asked over a connection answers several
/// questions at once.
pub(crate) trait RowReader {
    /// One row.
    fn row(&self, key: &RowKey) -> Result<Option<Row>, StorageError>;
    /// The rows of a kind under a parent, with a day in the range.
    fn children(
        &self,
        kind: Kind,
        parent: &str,
        days: Option<(NaiveDate, NaiveDate)>,
    ) -> Result<Vec<Row>, StorageError>;
    /// All rows of a kind.
    fn all(&self, kind: Kind) -> Result<Vec<Row>, StorageError>;
    /// How the user stands to the bucket: now, and at `base`.
    fn scope(
        &self,
        user: &UserId,
        bucket: &Bucket,
        base: Option<Seq>,
    ) -> Result<Scope, StorageError>;

    /// Several rows, in the order of their keys.
    fn rows(&self, keys: &[&RowKey]) -> Result<Vec<Option<Row>>, StorageError> {
        keys.iter().map(|key| self.row(key)).collect()
    }
    /// The rows of a kind under several parents, in the order of these.
    fn children_of(&self, kind: Kind, parents: &[&str]) -> Result<Vec<Vec<Row>>, StorageError> {
        let under = |parent: &&str| self.children(kind, parent, None);
        parents.iter().map(under).collect()
    }
    /// How the user stands to several buckets, in the order of these.
    fn scopes(
        &self,
        user: &UserId,
        buckets: &[(Bucket, Option<Seq>)],
    ) -> Result<Vec<Scope>, StorageError> {
        let scope = |(bucket, base): &(Bucket, Option<Seq>)| self.scope(user, bucket, *base);
        buckets.iter().map(scope).collect()
    }
}

/// Rows decided and not yet written.
#[derive(Debug, Default)]
pub(super) struct Staged {
    rows: BTreeMap<RowKey, Row>,
    /// The ids of the rows of a kind that hang on a parent. A row that moved is under both.
    children: BTreeMap<(Kind, String), BTreeSet<String>>,
}

impl Staged {
    /// Takes what was decided.
    pub(super) fn take(&mut self, rows: Vec<Row>) {
        for row in rows {
            let key = row.key();
            if let Some(parent) = row.parent() {
                let under = self.children.entry((key.kind, parent)).or_default();
                under.insert(key.id.clone());
            }
            self.rows.insert(key, row);
        }
    }

    /// What a command reads, as it stands after the decisions before it.
    pub(super) fn load(
        &self,
        reader: &impl RowReader,
        reads: &[Read],
    ) -> Result<Loaded, StorageError> {
        let mut loaded = Loaded::default();
        for read in reads {
            match read {
                Read::Row(key) => {
                    let row = match self.rows.get(key) {
                        Some(row) => Some(row.clone()),
                        None => reader.row(key)?,
                    };
                    row.into_iter().for_each(|row| loaded.insert(row));
                }
                Read::Children {
                    kind,
                    parent,
                    days,
                    only_if,
                } => {
                    if let Some(key) = only_if
                        && !self.rows.contains_key(key)
                        && reader.row(key)?.is_none()
                    {
                        continue;
                    }
                    let stored = reader.children(*kind, parent, *days)?.into_iter();
                    let stored = stored.filter(|row| !self.rows.contains_key(&row.key()));
                    let here = |row: &&Row| {
                        row.parent().as_ref() == Some(parent) && in_days(row.day(), *days)
                    };
                    let staged = self.under(*kind, parent).filter(here).cloned();
                    stored.chain(staged).for_each(|row| loaded.insert(row));
                }
            }
        }
        Ok(loaded)
    }

    /// The rows of a kind that hang on a parent, or did at an earlier decision.
    fn under(&self, kind: Kind, parent: &str) -> impl Iterator<Item = &Row> {
        let ids = self.children.get(&(kind, parent.to_owned()));
        ids.into_iter().flatten().filter_map(move |id| {
            let id = id.clone();
            self.rows.get(&RowKey { kind, id })
        })
    }

    /// All that was decided, in the order of keys.
    pub(super) fn into_rows(self) -> Vec<Row> {
        self.rows.into_values().collect()
    }
}

fn in_days(day: Option<NaiveDate>, days: Option<(NaiveDate, NaiveDate)>) -> bool {
    days.is_none_or(|(first, last)| day.is_some_and(|day| first <= day && day <= last))
}
