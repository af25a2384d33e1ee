//! Owns the feed: its numbers (`feed_head`) and the memberships of rows in buckets (`bucket_row`).
//!
//! Elsewhere: who holds a bucket (`grants`), reading the feed (`pull`).

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{DistrictId, Seq};
use qilian_domain::row::Row;
use rusqlite::{OptionalExtension as _, Transaction, named_params};

use super::StorageError;
use super::fault::{bad_row, fault};

/// A number as SQLite keeps it: signed, which a feed of one change a nanosecond outlives by centuries.
pub(super) fn number(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

/// A number as it was stored.
pub(super) fn seq(number: i64) -> Result<Seq, StorageError> {
    u64::try_from(number)
        .map(Seq)
        .map_err(|e| bad_row("feed", number, e))
}

/// The last number.
pub(super) fn head(tx: &Transaction<'_>, district: &DistrictId) -> Result<Seq, StorageError> {
    tx.prepare_cached("SELECT seq FROM feed_head WHERE district_id = :district")
        .and_then(|mut s| {
            s.query_row(named_params! { ":district": district.as_str() }, |row| {
                row.get("seq")
            })
            .optional()
        })
        .map_err(fault)?
        .ok_or(StorageError::DistrictMissing)
        .and_then(seq)
}

/// Takes the next `count` numbers and returns the last of them. Whoever holds them commits next.
pub(super) fn take_numbers(
    tx: &Transaction<'_>,
    district: &DistrictId,
    count: u64,
) -> Result<Seq, StorageError> {
    tx.prepare_cached(
        "UPDATE feed_head SET seq = seq + :count WHERE district_id = :district RETURNING seq",
    )
    .and_then(|mut s| {
        let of = named_params! { ":district": district.as_str(), ":count": number(Seq(count)) };
        s.query_row(of, |row| row.get("seq")).optional()
    })
    .map_err(fault)?
    .ok_or(StorageError::DistrictMissing)
    .and_then(seq)
}

/// Stamps a changed row's memberships, and ends those that it has no more.
pub(super) fn stamp(
    tx: &Transaction<'_>,
    district: &DistrictId,
    row: &Row,
    before: Option<&Row>,
    seq: Seq,
) -> Result<(), StorageError> {
    let now = row.buckets();
    for bucket in &now {
        put(tx, district, bucket, row, seq, true)?;
    }
    for bucket in before.map(Row::buckets).unwrap_or_default() {
        if !now.contains(&bucket) {
            put(tx, district, &bucket, row, seq, false)?;
        }
    }
    Ok(())
}

fn put(
    tx: &Transaction<'_>,
    district: &DistrictId,
    bucket: &Bucket,
    row: &Row,
    seq: Seq,
    live: bool,
) -> Result<(), StorageError> {
    tx.prepare_cached(
        "INSERT INTO bucket_row (district_id, bucket, kind, id, seq, live)
         VALUES (:district, :bucket, :kind, :id, :seq, :live)
         ON CONFLICT (district_id, bucket, kind, id) DO UPDATE
         SET seq = excluded.seq, live = excluded.live",
    )
    .and_then(|mut s| {
        s.execute(named_params! {
            ":district": district.as_str(),
            ":bucket": bucket.to_string(),
            ":kind": row.kind().as_str(),
            ":id": row.id(),
            ":seq": number(seq),
            ":live": live,
        })
    })
    .map_err(fault)?;
    Ok(())
}
