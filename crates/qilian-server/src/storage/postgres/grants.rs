//! Owns the table `grant_interval`.
//!
//! Elsewhere: which intervals there shall be (`storage::grants`).

use std::collections::{BTreeMap, BTreeSet};

use qilian_domain::bucket::Bucket;
use qilian_domain::command::Scope;
use qilian_domain::ids::{At, Seq, UserId};
use qilian_domain::uscc::Uscc;

use super::many;
use super::session::{Tx, get};
use crate::storage::StorageError;
use crate::storage::stored::{number, seq, standing};

/// How a user stands to a bucket: now, and at `base`.
pub(super) fn scope(
    tx: &Tx<'_>,
    user: &UserId,
    bucket: &Bucket,
    base: Option<Seq>,
) -> Result<Scope, StorageError> {
    let sql = "SELECT coalesce(bool_or(to_seq IS NULL), false) AS held,
                      max(closed_at) FILTER (WHERE from_seq <= $4 AND $4 < to_seq) AS until
               FROM grant_interval
               WHERE district_id = $1 AND subject = $2 AND bucket = $3";
    let base = base.map(|base| number(base.0));
    let bucket = bucket.to_string();
    match tx.one(sql, &[&user.as_str(), &bucket, &base])? {
        Some(row) => standing(get(&row, "held")?, get(&row, "until")?),
        None => Ok(Scope::Outside),
    }
}

/// The same for several buckets, in the order of these.
pub(super) fn scopes(
    tx: &Tx<'_>,
    user: &UserId,
    buckets: &[(Bucket, Option<Seq>)],
) -> Result<Vec<Scope>, StorageError> {
    let sql = "SELECT asked.place AS place, coalesce(bool_or(g.to_seq IS NULL), false) AS held,
                      max(g.closed_at) FILTER (WHERE g.from_seq <= asked.base AND asked.base < g.to_seq) AS until
               FROM grant_interval AS g,
                   unnest($3::text[], $4::bigint[]) WITH ORDINALITY AS asked (bucket, base, place)
               WHERE g.district_id = $1 AND g.subject = $2 AND g.bucket = asked.bucket
               GROUP BY asked.place";
    let names: Vec<String> = buckets.iter().map(|(b, _)| b.to_string()).collect();
    let bases: Vec<Option<i64>> = (buckets.iter())
        .map(|(_, base)| base.map(|base| number(base.0)))
        .collect();
    let mut scopes = vec![Scope::Outside; buckets.len()];
    for row in tx.query(sql, &[&user.as_str(), &names, &bases])? {
        let place: i64 = get(&row, "place")?;
        let place = usize::try_from(place - 1).ok();
        if let Some(scope) = place.and_then(|place| scopes.get_mut(place)) {
            *scope = standing(get(&row, "held")?, get(&row, "until")?)?;
        }
    }
    Ok(scopes)
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
