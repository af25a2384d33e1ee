//! Owns the table `grant_interval`.
//!
//! Elsewhere: which intervals there shall be (`storage::grants`).

use std::collections::{BTreeMap, BTreeSet};

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{At, Seq, UserId};
use qilian_domain::uscc::Uscc;

use super::many;
use super::session::{Tx, get};
use crate::storage::stored::{number, seq};
use crate::storage::{SCOPE_LOST_AFTER_MS, StorageError};

/// Whether a user holds a bucket, or held it at `base` and lost it not long ago.
pub(super) fn in_scope(
    tx: &Tx<'_>,
    user: &UserId,
    bucket: &Bucket,
    base: Option<Seq>,
    at: At,
) -> Result<bool, StorageError> {
    let sql = "SELECT EXISTS (
                   SELECT 1 FROM grant_interval
                   WHERE district_id = $1 AND subject = $2 AND bucket = $3
                   AND (to_seq IS NULL
                        OR (from_seq <= $4 AND $4 < to_seq AND closed_at >= $5))
               ) AS held";
    let base = base.map(|base| number(base.0));
    let earliest = at.unix_ms() - SCOPE_LOST_AFTER_MS;
    let bucket = bucket.to_string();
    let found = tx.one(sql, &[&user.as_str(), &bucket, &base, &earliest])?;
    found.map_or(Ok(false), |row| get(&row, "held"))
}

/// The enterprises' buckets that are held.
pub(super) fn open_enterprises(tx: &Tx<'_>) -> Result<BTreeSet<(UserId, Uscc)>, StorageError> {
    let sql = "SELECT subject, bucket FROM grant_interval
               WHERE district_id = $1 AND to_seq IS NULL";
    let mut held = BTreeSet::new();
    for row in tx.query(sql, &[])? {
        let subject: String = get(&row, "subject")?;
        let bucket: String = get(&row, "bucket")?;
        if let Ok(Bucket::Enterprise(uscc)) = Bucket::try_from(bucket) {
            held.insert((UserId::new(subject), uscc));
        }
    }
    Ok(held)
}

/// Opens intervals, except where one is open.
pub(super) fn open(tx: &Tx<'_>, grants: &[(UserId, Bucket)], seq: Seq) -> Result<(), StorageError> {
    let sql = (
        "INSERT INTO grant_interval (district_id, subject, bucket, from_seq) VALUES",
        "ON CONFLICT (district_id, subject, bucket) WHERE to_seq IS NULL DO NOTHING",
    );
    many::insert(tx, sql, 3, grants, |(subject, bucket)| {
        vec![
            Box::new(subject.as_str()),
            Box::new(bucket.to_string()),
            Box::new(number(seq.0)),
        ]
    })
}

/// Closes those that are open. Hardly ever are there many: a reassignment closes one.
pub(super) fn close(
    tx: &Tx<'_>,
    grants: &[(UserId, Bucket)],
    seq: Seq,
    at: At,
) -> Result<(), StorageError> {
    let sql = "UPDATE grant_interval SET to_seq = $4, closed_at = $5
               WHERE district_id = $1 AND subject = $2 AND bucket = $3 AND to_seq IS NULL";
    for (subject, bucket) in grants {
        let bucket = bucket.to_string();
        let (seq, at) = (number(seq.0), at.unix_ms());
        tx.execute(sql, &[&subject.as_str(), &bucket, &seq, &at])?;
    }
    Ok(())
}

/// Users with something new since a number, each with the last number at which something of theirs changed.
pub(super) fn concerned(tx: &Tx<'_>, since: Seq) -> Result<BTreeMap<UserId, Seq>, StorageError> {
    let found = tx.query(include_str!("concerned.sql"), &[&number(since.0)])?;
    found
        .iter()
        .map(|row| {
            let user = UserId::new(get::<String>(row, "subject")?);
            Ok((user, seq(get(row, "seq")?)?))
        })
        .collect()
}
