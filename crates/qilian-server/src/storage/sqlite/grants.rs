//! Owns the table `grant_interval`.
//!
//! Elsewhere: which intervals there shall be (`storage::grants`).

use std::collections::{BTreeMap, BTreeSet};

use qilian_domain::bucket::Bucket;
use qilian_domain::command::Scope;
use qilian_domain::ids::{At, DistrictId, Seq, UserId};
use qilian_domain::uscc::Uscc;
use rusqlite::{Transaction, named_params};

use super::StorageError;
use super::fault::fault;
use crate::storage::stored::{number, seq, standing};

/// How a user stands to a bucket: now, and at `base`.
pub(super) fn scope(
    tx: &Transaction<'_>,
    district: &DistrictId,
    user: &UserId,
    bucket: &Bucket,
    base: Option<Seq>,
) -> Result<Scope, StorageError> {
    let (held, until) = tx
        .prepare_cached(
            "SELECT coalesce(max(to_seq IS NULL), 0) AS held,
                    max(CASE WHEN from_seq <= :base AND :base < to_seq THEN closed_at END) AS until
             FROM grant_interval
             WHERE district_id = :district AND subject = :subject AND bucket = :bucket",
        )
        .and_then(|mut s| {
            let of = named_params! {
                ":district": district.as_str(),
                ":subject": user.as_str(),
                ":bucket": bucket.to_string(),
                ":base": base.map(|base| number(base.0)),
            };
            s.query_row(of, |row| Ok((row.get("held")?, row.get("until")?)))
        })
        .map_err(fault)?;
    standing(held, until)
}

/// The enterprises' buckets that are held.
pub(super) fn open_enterprises(
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
pub(super) fn open(
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
            ":seq": number(seq.0),
        })
    })
    .map_err(fault)?;
    Ok(())
}

/// Closes the interval that is open, if one is.
pub(super) fn close(
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
            ":seq": number(seq.0),
            ":at": at.unix_ms(),
        })
    })
    .map_err(fault)?;
    Ok(())
}

/// Users with something new since a number, each with the last number at which something of theirs changed.
pub(super) fn concerned(
    tx: &Transaction<'_>,
    district: &DistrictId,
    since: Seq,
) -> Result<BTreeMap<UserId, Seq>, StorageError> {
    let mut statement = tx
        .prepare_cached(include_str!("concerned.sql"))
        .map_err(fault)?;
    let mut found = statement
        .query(named_params! { ":district": district.as_str(), ":since": number(since.0) })
        .map_err(fault)?;
    let mut concerned = BTreeMap::new();
    while let Some(row) = found.next().map_err(fault)? {
        let user: String = row.get("subject").map_err(fault)?;
        let last = seq(row.get("seq").map_err(fault)?)?;
        concerned.insert(UserId::new(user), last);
    }
    Ok(concerned)
}
