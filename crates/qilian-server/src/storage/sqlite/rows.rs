//! Owns the table `row`: reading rows, and the one function that writes them. A write stamps the feed and
//! derives the grants in the same transaction.
//!
//! Elsewhere: memberships (`feed`), grants (`grants`).

use chrono::NaiveDate;
use qilian_domain::ids::{At, DistrictId, Seq};
use qilian_domain::row::{Kind, Row, RowKey};
use rusqlite::{CachedStatement, OptionalExtension as _, Transaction, named_params, params};

use super::fault::{bad_row, fault};
use super::{StorageError, Written, feed, grants};

/// One row.
pub(super) fn one(
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
pub(super) fn all(
    tx: &Transaction<'_>,
    district: &DistrictId,
    kind: Kind,
) -> Result<Vec<Row>, StorageError> {
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
pub(super) fn children(
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

/// Writes rows in full. A row that is stored just so is no change and takes no number; each that differs
/// takes one, in the order given.
///
/// An import writes a hundred thousand rows at once, more than the cache holds: each table is written by
/// itself, in the order of its key, so that a page is filled once and left behind. Statements that run
/// for every row have numbered parameters: a name is looked up each time.
pub(super) fn write(
    tx: &Transaction<'_>,
    district: &DistrictId,
    rows: &[Row],
    at: At,
) -> Result<Written, StorageError> {
    let mut changes = changes(tx, district, rows)?;
    if changes.is_empty() {
        let head = feed::head(tx, district)?;
        return Ok(Written { rows: 0, head });
    }
    let count = changes.len() as u64;
    let head = feed::take_numbers(tx, district, count)?;
    number(&mut changes, Seq(head.0 - count));
    upsert(tx, district, &changes)?;
    feed::stamp(tx, district, &changes)?;
    grants::follow(tx, district, changes.iter().map(|c| c.row), head, at)?;
    Ok(Written { rows: count, head })
}

/// A row that differs from what is stored.
pub(super) struct Change<'a> {
    pub(super) key: RowKey,
    pub(super) row: &'a Row,
    /// Boxed: hardly a row of an import was there before.
    pub(super) before: Option<Box<Before>>,
    pub(super) seq: Seq,
    body: String,
    /// Where it stands among the rows given.
    place: usize,
}

/// A row as it is stored.
pub(super) struct Before {
    pub(super) row: Row,
    pub(super) ver: Seq,
}

/// What of it is a change, by key; of two rows of one key the later counts.
fn changes<'a>(
    tx: &Transaction<'_>,
    district: &DistrictId,
    rows: &'a [Row],
) -> Result<Vec<Change<'a>>, StorageError> {
    let mut given: Vec<_> = rows.iter().map(Row::key).zip(rows).enumerate().collect();
    given.sort_unstable_by(|(place, (key, _)), (other, (other_key, _))| {
        key.cmp(other_key).then(other.cmp(place))
    });
    given.dedup_by(|(_, (key, _)), (_, (later, _))| key == later);
    let mut stored = Stored::prepare(tx)?;
    let mut changes = Vec::with_capacity(given.len());
    for (place, (key, row)) in given {
        let body = row
            .to_json()
            .map_err(|e| StorageError::Internal(e.into()))?;
        let before = match stored.row(district, &key)? {
            Some((_, stored)) if stored == body => continue,
            Some((ver, stored)) => {
                let row = parse(key.kind, &key.id, &stored)?;
                Some(Box::new(Before { row, ver }))
            }
            None => None,
        };
        changes.push(Change {
            key,
            row,
            before,
            seq: Seq(0),
            body,
            place,
        });
    }
    Ok(changes)
}

/// Gives the numbers behind `taken` in the order in which the rows were given.
fn number(changes: &mut [Change<'_>], taken: Seq) {
    let mut in_order: Vec<&mut Change<'_>> = changes.iter_mut().collect();
    in_order.sort_unstable_by_key(|change| change.place);
    for (n, change) in (1..).zip(in_order) {
        change.seq = Seq(taken.0 + n);
    }
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
                feed::number(change.seq),
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
        found
            .map(|(ver, body)| Ok((feed::seq(ver)?, body)))
            .transpose()
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

fn parse(kind: Kind, id: &str, body: &str) -> Result<Row, StorageError> {
    Row::from_json(kind, body).map_err(|e| bad_row("row", format!("{} {id}", kind.as_str()), e))
}
