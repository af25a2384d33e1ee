//! Owns the feed: its numbers (`feed_head`) and the memberships of rows in buckets (`bucket_row`).
//!
//! Elsewhere: who holds a bucket (`grants`), reading the feed (`pull`).

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{DistrictId, Seq};
use qilian_domain::row::{Row, RowKey};
use rusqlite::{OptionalExtension as _, Transaction, named_params};

use super::StorageError;
use super::fault::{bad_row, fault};
use super::rows::Change;

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

/// A membership as a change leaves it.
struct Membership<'a> {
    bucket: Bucket,
    key: &'a RowKey,
    seq: Seq,
    live: bool,
}

/// Stamps the memberships of changed rows, and ends those that they have no more.
pub(super) fn stamp(
    tx: &Transaction<'_>,
    district: &DistrictId,
    changes: &[Change<'_>],
) -> Result<(), StorageError> {
    let mut memberships: Vec<_> = changes.iter().flat_map(memberships).collect();
    memberships.sort_unstable_by(|a, b| (&a.bucket, a.key).cmp(&(&b.bucket, b.key)));
    let mut put = tx
        .prepare_cached(
            "INSERT INTO bucket_row (district_id, bucket, kind, id, seq, live)
             VALUES (:district, :bucket, :kind, :id, :seq, :live)
             ON CONFLICT (district_id, bucket, kind, id) DO UPDATE
             SET seq = excluded.seq, live = excluded.live",
        )
        .map_err(fault)?;
    for membership in memberships {
        put.execute(named_params! {
            ":district": district.as_str(),
            ":bucket": membership.bucket.to_string(),
            ":kind": membership.key.kind.as_str(),
            ":id": membership.key.id,
            ":seq": number(membership.seq),
            ":live": membership.live,
        })
        .map_err(fault)?;
    }
    Ok(())
}

/// Those that a row has now, and those that it had.
fn memberships<'a>(change: &'a Change<'_>) -> impl Iterator<Item = Membership<'a>> {
    let now = change.row.buckets();
    let mut before = change
        .before
        .as_deref()
        .map(Row::buckets)
        .unwrap_or_default();
    before.retain(|bucket| !now.contains(bucket));
    let now = now.into_iter().map(|bucket| (bucket, true));
    let before = before.into_iter().map(|bucket| (bucket, false));
    now.chain(before).map(|(bucket, live)| Membership {
        bucket,
        key: &change.key,
        seq: change.seq,
        live,
    })
}
