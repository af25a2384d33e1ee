//! Owns the feed: its numbers (`feed_head`) and the memberships of rows in buckets (`bucket_row`).
//!
//! A number is taken from one counter row, by whoever holds the district: transactions commit in the order
//! of their numbers, so that a reader who has seen one has seen all below it. A sequence would give a number
//! to a transaction that commits after a later one, and a cursor would pass it over for ever.
//! Elsewhere: where memberships stand (`storage::write`), who holds a bucket (`grants`), reading the feed
//! (`pull`).

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::Seq;

use super::many;
use super::session::{Tx, get};
use crate::storage::StorageError;
use crate::storage::stored::{number, seq};
use crate::storage::write::Membership;

/// The last number.
pub(super) fn head(tx: &Tx<'_>) -> Result<Seq, StorageError> {
    let sql = "SELECT seq FROM feed_head WHERE district_id = $1";
    let found = tx.one(sql, &[])?.ok_or(StorageError::DistrictMissing)?;
    seq(get(&found, "seq")?)
}

/// Takes the next `count` numbers and returns the last of them. Whoever holds them commits next.
pub(super) fn take_numbers(tx: &Tx<'_>, count: u64) -> Result<Seq, StorageError> {
    let sql = "UPDATE feed_head SET seq = seq + $2 WHERE district_id = $1 RETURNING seq";
    let found = tx.one(sql, &[&number(count)])?;
    let found = found.ok_or(StorageError::DistrictMissing)?;
    seq(get(&found, "seq")?)
}

/// Writes memberships.
pub(super) fn stamp(tx: &Tx<'_>, memberships: &[Membership<'_>]) -> Result<(), StorageError> {
    let sql = (
        "INSERT INTO bucket_row (district_id, bucket, seq, kind, id, live) VALUES",
        "",
    );
    many::insert(tx, sql, 5, memberships, |membership| {
        vec![
            Box::new(membership.bucket.to_string()),
            Box::new(number(membership.seq.0)),
            Box::new(membership.key.kind.as_str()),
            Box::new(&membership.key.id),
            Box::new(membership.live),
        ]
    })
}

/// Takes memberships from where they stand.
pub(super) fn unstamp(tx: &Tx<'_>, places: &[(Bucket, Seq)]) -> Result<(), StorageError> {
    let sql = (
        "DELETE FROM bucket_row WHERE district_id = $1 AND (bucket, seq) IN (",
        ")",
    );
    many::about(tx, sql, 2, places, |(bucket, seq)| {
        vec![Box::new(bucket.to_string()), Box::new(number(seq.0))]
    })
}
