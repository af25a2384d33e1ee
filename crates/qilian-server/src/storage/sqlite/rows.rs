//! Owns the table `row`, and with it what SQLite offers to whoever writes rows.
//!
//! Statements that run for every row of an import have numbered parameters: a name is looked up each time.
//! Elsewhere: what a write is (`storage::write`), memberships (`feed`), grants (`grants`).

use chrono::NaiveDate;
use qilian_domain::bucket::Bucket;
use qilian_domain::command::Scope;
use qilian_domain::ids::{At, DistrictId, Epoch, MutId, Seq, UserId};
use qilian_domain::row::{Kind, Row, RowKey};
use qilian_domain::rows::District;
use qilian_domain::uscc::Uscc;
use qilian_sync::sum::Mark;
use rusqlite::{CachedStatement, OptionalExtension as _, Transaction, named_params, params};

use super::fault::fault;
use super::{StorageError, Tx, districts, feed, grants, history, waiting};
use crate::storage::staged::RowReader;
use crate::storage::stored::{bad_row, number, parse, seq};
use crate::storage::transaction::WriteTx;
use crate::storage::write::{Change, Membership};

impl RowReader for Tx<'_> {
    fn row(&self, key: &RowKey) -> Result<Option<Row>, StorageError> {
        one(self.tx, self.district, key)
    }

    fn children(
        &self,
        kind: Kind,
        parent: &str,
        days: Option<(NaiveDate, NaiveDate)>,
    ) -> Result<Vec<Row>, StorageError> {
        children(self.tx, self.district, kind, parent, days)
    }

    fn all(&self, kind: Kind) -> Result<Vec<Row>, StorageError> {
        all(self.tx, self.district, kind)
    }

    fn scope(
        &self,
        user: &UserId,
        bucket: &Bucket,
        base: Option<Seq>,
    ) -> Result<Scope, StorageError> {
        grants::scope(self.tx, self.district, user, bucket, base)
    }
}

impl WriteTx for Tx<'_> {
    fn add_district(
        &self,
        district: &District,
        epoch: Epoch,
        settled_on: NaiveDate,
    ) -> Result<bool, StorageError> {
        districts::insert(self.tx, &district.id, epoch, settled_on)
    }

    fn begin_epoch(&self, epoch: Epoch, recovers_until: At) -> Result<(), StorageError> {
        districts::begin_epoch(self.tx, self.district, epoch, recovers_until)
    }

    fn recovers_until(&self) -> Result<Option<At>, StorageError> {
        districts::recovers_until(self.tx, self.district)
    }

    fn waiting(&self) -> Result<Vec<MutId>, StorageError> {
        waiting::all(self.tx, self.district)
    }

    fn put_waiting(&self, mutation: MutId, had_effect_at: Seq) -> Result<(), StorageError> {
        waiting::put(self.tx, self.district, mutation, had_effect_at)
    }

    fn drop_waiting(&self, mutation: MutId) -> Result<(), StorageError> {
        waiting::remove(self.tx, self.district, mutation)
    }

    fn settled_on(&self) -> Result<String, StorageError> {
        districts::settled_on(self.tx, self.district)
    }

    fn set_settled_on(&self, day: NaiveDate) -> Result<(), StorageError> {
        districts::set_settled_on(self.tx, self.district, day)
    }

    fn take_numbers(&self, count: u64) -> Result<Seq, StorageError> {
        feed::take_numbers(self.tx, self.district, count)
    }

    fn last_mark(&self) -> Result<Mark, StorageError> {
        history::last_mark(self.tx, self.district)
    }

    fn put_mark(&self, seq: Seq, mark: Mark, at: At) -> Result<(), StorageError> {
        history::put_mark(self.tx, self.district, seq, mark, at)
    }

    fn stored(&self, keys: &[&RowKey]) -> Result<Vec<Option<(Seq, String)>>, StorageError> {
        let mut stored = Stored::prepare(self.tx)?;
        (keys.iter())
            .map(|key| stored.row(self.district, key))
            .collect()
    }

    fn put_rows(&self, changes: &[Change<'_>]) -> Result<(), StorageError> {
        upsert(self.tx, self.district, changes)
    }

    fn take_memberships(&self, places: &[(Bucket, Seq)]) -> Result<(), StorageError> {
        feed::unstamp(self.tx, self.district, places)
    }

    fn put_memberships(&self, memberships: &[Membership<'_>]) -> Result<(), StorageError> {
        feed::stamp(self.tx, self.district, memberships)
    }

    fn open_enterprises(&self) -> Result<std::collections::BTreeSet<(UserId, Uscc)>, StorageError> {
        grants::open_enterprises(self.tx, self.district)
    }

    fn open(&self, grants: &[(UserId, Bucket)], seq: Seq) -> Result<(), StorageError> {
        (grants.iter()).try_for_each(|(subject, bucket)| {
            grants::open(self.tx, self.district, subject, bucket, seq)
        })
    }

    fn close(&self, grants: &[(UserId, Bucket)], seq: Seq, at: At) -> Result<(), StorageError> {
        (grants.iter()).try_for_each(|(subject, bucket)| {
            grants::close(self.tx, self.district, subject, bucket, seq, at)
        })
    }
}

/// One row.
fn one(
    tx: &Transaction<'_>,
    district: &DistrictId,
    key: &RowKey,
) -> Result<Option<Row>, StorageError> {
    Stored::prepare(tx)?
        .row(district, key)?
        .map(|(_, body)| parse(key.kind, &key.id, &body))
        .transpose()
}

/// All rows of a kind, by id.
fn all(tx: &Transaction<'_>, district: &DistrictId, kind: Kind) -> Result<Vec<Row>, StorageError> {
    let mut statement = tx
        .prepare_cached(
            "SELECT id, body FROM row WHERE district_id = :district AND kind = :kind ORDER BY id",
        )
        .map_err(fault)?;
    let found = statement
        .query(named_params! { ":district": district.as_str(), ":kind": kind.as_str() })
        .map_err(fault)?;
    collect(kind, found)
}

/// The rows of a kind under a parent, with a day in the range, if one is given.
fn children(
    tx: &Transaction<'_>,
    district: &DistrictId,
    kind: Kind,
    parent: &str,
    days: Option<(NaiveDate, NaiveDate)>,
) -> Result<Vec<Row>, StorageError> {
    let (first, last) = days.map_or((None, None), |(first, last)| {
        (Some(first.to_string()), Some(last.to_string()))
    });
    let sql = if days.is_some() {
        "SELECT id, body FROM row WHERE district_id = :district AND kind = :kind AND parent = :parent
         AND day BETWEEN :first AND :last ORDER BY day, id"
    } else {
        "SELECT id, body FROM row WHERE district_id = :district AND kind = :kind AND parent = :parent
         AND :first IS NULL AND :last IS NULL ORDER BY day, id"
    };
    let mut statement = tx.prepare_cached(sql).map_err(fault)?;
    let found = statement
        .query(named_params! {
            ":district": district.as_str(),
            ":kind": kind.as_str(),
            ":parent": parent,
            ":first": first,
            ":last": last,
        })
        .map_err(fault)?;
    collect(kind, found)
}

fn upsert(
    tx: &Transaction<'_>,
    district: &DistrictId,
    changes: &[Change<'_>],
) -> Result<(), StorageError> {
    let mut statement = tx
        .prepare_cached(
            "INSERT INTO row (district_id, kind, id, ver, parent, day, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (district_id, kind, id) DO UPDATE
             SET ver = excluded.ver, parent = excluded.parent, day = excluded.day, body = excluded.body",
        )
        .map_err(fault)?;
    for change in changes {
        statement
            .execute(params![
                district.as_str(),
                change.key.kind.as_str(),
                change.key.id,
                number(change.seq.0),
                change.row.parent(),
                change.row.day().map(|day| day.to_string()),
                change.body,
            ])
            .map_err(fault)?;
    }
    Ok(())
}

/// Looks for stored rows.
struct Stored<'t> {
    statement: CachedStatement<'t>,
}

impl<'t> Stored<'t> {
    fn prepare(tx: &'t Transaction<'_>) -> Result<Self, StorageError> {
        let sql = "SELECT ver, body FROM row WHERE district_id = ?1 AND kind = ?2 AND id = ?3";
        let statement = tx.prepare_cached(sql).map_err(fault)?;
        Ok(Self { statement })
    }

    /// The version of a row, and its body.
    fn row(
        &mut self,
        district: &DistrictId,
        key: &RowKey,
    ) -> Result<Option<(Seq, String)>, StorageError> {
        let of = params![district.as_str(), key.kind.as_str(), key.id];
        let found = self
            .statement
            .query_row(of, |row| Ok((row.get("ver")?, row.get("body")?)))
            .optional()
            .map_err(fault)?;
        found.map(|(ver, body)| Ok((seq(ver)?, body))).transpose()
    }
}

fn collect(kind: Kind, mut found: rusqlite::Rows<'_>) -> Result<Vec<Row>, StorageError> {
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(fault)? {
        let id = row.get_ref("id").map_err(fault)?;
        let body = row.get_ref("body").map_err(fault)?;
        let text = |v: rusqlite::types::ValueRef<'_>| v.as_str().map(str::to_owned);
        let id = text(id).map_err(|e| bad_row("row", kind.as_str(), e))?;
        let body = body.as_str().map_err(|e| bad_row("row", &id, e))?;
        rows.push(parse(kind, &id, body)?);
    }
    Ok(rows)
}
