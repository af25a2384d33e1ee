//! Owns the table `row`: reading rows, and the one function that writes them. A write stamps the feed and
//! derives the grants in the same transaction.
//!
//! Elsewhere: memberships (`feed`), grants (`grants`).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use qilian_domain::ids::{At, DistrictId, Seq};
use qilian_domain::row::{Kind, Row, RowKey};
use rusqlite::{OptionalExtension as _, Transaction, named_params};

use super::fault::{bad_row, fault};
use super::{StorageError, Written, feed, grants};

/// One row.
pub(super) fn one(
    tx: &Transaction<'_>,
    district: &DistrictId,
    key: &RowKey,
) -> Result<Option<Row>, StorageError> {
    body(tx, district, key)?
        .map(|body| parse(key.kind, &key.id, &body))
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
pub(super) fn write(
    tx: &Transaction<'_>,
    district: &DistrictId,
    rows: &[Row],
    at: At,
) -> Result<Written, StorageError> {
    let changes = changes(tx, district, rows)?;
    if changes.is_empty() {
        let head = feed::head(tx, district)?;
        return Ok(Written { rows: 0, head });
    }
    let count = changes.len() as u64;
    let head = feed::take_numbers(tx, district, count)?;
    for (n, change) in (1..).zip(&changes) {
        let seq = Seq(head.0 - count + n);
        upsert(tx, district, change, seq)?;
        feed::stamp(tx, district, change.row, change.before.as_ref(), seq)?;
    }
    grants::follow(tx, district, changes.iter().map(|c| c.row), head, at)?;
    Ok(Written { rows: count, head })
}

/// A row that differs from what is stored.
struct Change<'a> {
    key: RowKey,
    row: &'a Row,
    body: String,
    before: Option<Row>,
}

/// What of it is a change; of two rows of one key the later counts.
fn changes<'a>(
    tx: &Transaction<'_>,
    district: &DistrictId,
    rows: &'a [Row],
) -> Result<Vec<Change<'a>>, StorageError> {
    let mut last = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        last.insert(row.key(), place);
    }
    let mut in_order: Vec<_> = last.into_iter().collect();
    in_order.sort_by_key(|&(_, place)| place);
    let mut changes = Vec::new();
    for (key, place) in in_order {
        let Some(row) = rows.get(place) else { continue };
        let written = row
            .to_json()
            .map_err(|e| StorageError::Internal(e.into()))?;
        let stored = body(tx, district, &key)?;
        if stored.as_ref() == Some(&written) {
            continue;
        }
        let before = stored
            .map(|body| parse(key.kind, &key.id, &body))
            .transpose()?;
        changes.push(Change {
            key,
            row,
            body: written,
            before,
        });
    }
    Ok(changes)
}

fn upsert(
    tx: &Transaction<'_>,
    district: &DistrictId,
    change: &Change<'_>,
    seq: Seq,
) -> Result<(), StorageError> {
    tx.prepare_cached(
        "INSERT INTO row (district_id, kind, id, ver, parent, day, body)
         VALUES (:district, :kind, :id, :ver, :parent, :day, :body)
         ON CONFLICT (district_id, kind, id) DO UPDATE
         SET ver = excluded.ver, parent = excluded.parent, day = excluded.day, body = excluded.body",
    )
    .and_then(|mut s| {
        s.execute(named_params! {
            ":district": district.as_str(),
            ":kind": change.key.kind.as_str(),
            ":id": change.key.id,
            ":ver": feed::number(seq),
            ":parent": change.row.parent(),
            ":day": change.row.day().map(|day| day.to_string()),
            ":body": change.body,
        })
    })
    .map_err(fault)?;
    Ok(())
}

fn body(
    tx: &Transaction<'_>,
    district: &DistrictId,
    key: &RowKey,
) -> Result<Option<String>, StorageError> {
    tx.prepare_cached(
        "SELECT body FROM row WHERE district_id = :district AND kind = :kind AND id = :id",
    )
    .and_then(|mut s| {
        let of = named_params! {
            ":district": district.as_str(), ":kind": key.kind.as_str(), ":id": key.id
        };
        s.query_row(of, |row| row.get("body")).optional()
    })
    .map_err(fault)
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
