//! Owns grants: who held which bucket, from which number of the feed to which. They follow from rows: a
//! user holds `pub` and their own bucket from creation, a cadre an enterprise's while it is assigned.
//! A reassignment touches two rows here, however many rows the enterprise has.
//!
//! An interval is open at a cursor `c` if `from_seq <= c` and `to_seq` is none or greater than `c`.

use std::collections::{BTreeMap, BTreeSet};

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{At, DistrictId, Seq, UserId};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::Assignment;
use qilian_domain::uscc::Uscc;
use rusqlite::{OptionalExtension as _, Transaction, named_params};

use super::fault::fault;
use super::{StorageError, feed, rows};
use crate::storage::SCOPE_LOST_AFTER_MS;

/// Opens and closes what follows from changed rows.
pub(super) fn follow<'a>(
    tx: &Transaction<'_>,
    district: &DistrictId,
    changed: impl Iterator<Item = &'a Row>,
    seq: Seq,
    at: At,
) -> Result<(), StorageError> {
    let mut assigned: BTreeMap<(&UserId, &Uscc), bool> = BTreeMap::new();
    for row in changed {
        match row {
            Row::User(user) => {
                open(tx, district, &user.id, &Bucket::Public, seq)?;
                open(tx, district, &user.id, &Bucket::Me(user.id.clone()), seq)?;
            }
            Row::Assignment(assignment) => {
                let pair = (&assignment.cadre, &assignment.uscc);
                *assigned.entry(pair).or_default() |= assignment.covers(at.day());
            }
            _ => {}
        }
    }
    for ((cadre, uscc), covered) in assigned {
        let bucket = Bucket::Enterprise(uscc.clone());
        // Where no changed interval covers the day, one that did not change may.
        if covered || is_assigned(tx, district, cadre, uscc, at)? {
            open(tx, district, cadre, &bucket, seq)?;
        } else {
            close(tx, district, cadre, &bucket, seq, at)?;
        }
    }
    Ok(())
}

/// Whether an enterprise is a cadre's today.
fn is_assigned(
    tx: &Transaction<'_>,
    district: &DistrictId,
    cadre: &UserId,
    uscc: &Uscc,
    at: At,
) -> Result<bool, StorageError> {
    let of_enterprise = rows::children(tx, district, Kind::Assignment, uscc.as_str(), None)?;
    Ok(of_enterprise
        .iter()
        .any(|row| matches!(row, Row::Assignment(a) if a.cadre == *cadre && a.covers(at.day()))))
}

/// Whether grants are those of the day.
pub(super) fn is_settled(
    tx: &Transaction<'_>,
    district: &DistrictId,
    at: At,
) -> Result<bool, StorageError> {
    let settled_on: Option<String> = tx
        .prepare_cached("SELECT settled_on FROM district WHERE district_id = :district")
        .and_then(|mut s| {
            s.query_row(named_params! { ":district": district.as_str() }, |row| {
                row.get("settled_on")
            })
            .optional()
        })
        .map_err(fault)?;
    let settled_on = settled_on.ok_or(StorageError::DistrictMissing)?;
    Ok(settled_on == at.day().to_string())
}

/// Brings grants in line with the assignments of the day, where days have passed since they were: an
/// assignment may begin or end on a day on which nobody writes anything.
pub(super) fn settle(
    tx: &Transaction<'_>,
    district: &DistrictId,
    at: At,
) -> Result<(), StorageError> {
    if is_settled(tx, district, at)? {
        return Ok(());
    }
    let held = open_enterprises(tx, district)?;
    let due: BTreeSet<(UserId, Uscc)> = rows::all(tx, district, Kind::Assignment)?
        .into_iter()
        .filter_map(|row| Assignment::try_from(row).ok())
        .filter(|assignment| assignment.covers(at.day()))
        .map(|assignment| (assignment.cadre, assignment.uscc))
        .collect();
    if held != due {
        let seq = feed::take_numbers(tx, district, 1)?;
        for (cadre, uscc) in due.difference(&held) {
            open(tx, district, cadre, &Bucket::Enterprise(uscc.clone()), seq)?;
        }
        for (cadre, uscc) in held.difference(&due) {
            close(
                tx,
                district,
                cadre,
                &Bucket::Enterprise(uscc.clone()),
                seq,
                at,
            )?;
        }
    }
    tx.prepare_cached("UPDATE district SET settled_on = :today WHERE district_id = :district")
        .and_then(|mut s| {
            s.execute(named_params! {
                ":district": district.as_str(), ":today": at.day().to_string()
            })
        })
        .map_err(fault)?;
    Ok(())
}

/// Whether a user holds a bucket, or held it at `base` and lost it not long ago.
pub(super) fn in_scope(
    tx: &Transaction<'_>,
    district: &DistrictId,
    user: &UserId,
    bucket: &Bucket,
    base: Option<Seq>,
    at: At,
) -> Result<bool, StorageError> {
    tx.prepare_cached(
        "SELECT EXISTS (
             SELECT 1 FROM grant_interval
             WHERE district_id = :district AND subject = :subject AND bucket = :bucket
             AND (to_seq IS NULL
                  OR (from_seq <= :base AND :base < to_seq AND closed_at >= :earliest))
         ) AS held",
    )
    .and_then(|mut s| {
        let of = named_params! {
            ":district": district.as_str(),
            ":subject": user.as_str(),
            ":bucket": bucket.to_string(),
            ":base": base.map(feed::number),
            ":earliest": at.unix_ms() - SCOPE_LOST_AFTER_MS,
        };
        s.query_row(of, |row| row.get("held"))
    })
    .map_err(fault)
}

fn open_enterprises(
    tx: &Transaction<'_>,
    district: &DistrictId,
) -> Result<BTreeSet<(UserId, Uscc)>, StorageError> {
    let mut statement = tx
        .prepare_cached(
            "SELECT subject, bucket FROM grant_interval
             WHERE district_id = :district AND to_seq IS NULL",
        )
        .map_err(fault)?;
    let mut found = statement
        .query(named_params! { ":district": district.as_str() })
        .map_err(fault)?;
    let mut held = BTreeSet::new();
    while let Some(row) = found.next().map_err(fault)? {
        let subject: String = row.get("subject").map_err(fault)?;
        let bucket: String = row.get("bucket").map_err(fault)?;
        if let Ok(Bucket::Enterprise(uscc)) = Bucket::try_from(bucket) {
            held.insert((UserId::new(subject), uscc));
        }
    }
    Ok(held)
}

/// Opens an interval, unless one is open.
fn open(
    tx: &Transaction<'_>,
    district: &DistrictId,
    subject: &UserId,
    bucket: &Bucket,
    seq: Seq,
) -> Result<(), StorageError> {
    tx.prepare_cached(
        "INSERT INTO grant_interval (district_id, subject, bucket, from_seq)
         VALUES (:district, :subject, :bucket, :seq)
         ON CONFLICT (district_id, subject, bucket) WHERE to_seq IS NULL DO NOTHING",
    )
    .and_then(|mut s| {
        s.execute(named_params! {
            ":district": district.as_str(),
            ":subject": subject.as_str(),
            ":bucket": bucket.to_string(),
            ":seq": feed::number(seq),
        })
    })
    .map_err(fault)?;
    Ok(())
}

fn close(
    tx: &Transaction<'_>,
    district: &DistrictId,
    subject: &UserId,
    bucket: &Bucket,
    seq: Seq,
    at: At,
) -> Result<(), StorageError> {
    tx.prepare_cached(
        "UPDATE grant_interval SET to_seq = :seq, closed_at = :at
         WHERE district_id = :district AND subject = :subject AND bucket = :bucket
         AND to_seq IS NULL",
    )
    .and_then(|mut s| {
        s.execute(named_params! {
            ":district": district.as_str(),
            ":subject": subject.as_str(),
            ":bucket": bucket.to_string(),
            ":seq": feed::number(seq),
            ":at": at.unix_ms(),
        })
    })
    .map_err(fault)?;
    Ok(())
}
