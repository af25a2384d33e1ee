//! Owns the feed: its numbers (`feed_head`) and the memberships of rows in buckets (`bucket_row`).
//!
//! Elsewhere: who holds a bucket (`grants`), reading the feed (`pull`).

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{DistrictId, Seq};
use qilian_domain::row::RowKey;
use rusqlite::{OptionalExtension as _, Transaction, named_params, params};

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

/// A membership of a row, at the number of the row's last change: there it is found again when the row
/// changes once more.
struct Membership<'a> {
    bucket: Bucket,
    key: &'a RowKey,
    seq: Seq,
    live: bool,
}

/// Moves the memberships of changed rows to the numbers of the changes, and ends those that they have no
/// more. What left a bucket stays told at the number at which it left, even if it returns.
pub(super) fn stamp(
    tx: &Transaction<'_>,
    district: &DistrictId,
    changes: &[Change<'_>],
) -> Result<(), StorageError> {
    unstamp(tx, district, changes)?;
    let mut memberships: Vec<_> = changes.iter().flat_map(memberships).collect();
    memberships.sort_unstable_by(|a, b| (&a.bucket, a.seq).cmp(&(&b.bucket, b.seq)));
    let mut put = tx
        .prepare_cached(
            "INSERT INTO bucket_row (district_id, bucket, seq, kind, id, live)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .map_err(fault)?;
    for membership in memberships {
        put.execute(params![
            district.as_str(),
            membership.bucket.to_string(),
            number(membership.seq),
            membership.key.kind.as_str(),
            membership.key.id,
            membership.live,
        ])
        .map_err(fault)?;
    }
    Ok(())
}

/// Takes the memberships from where the rows' changes before left them.
fn unstamp(
    tx: &Transaction<'_>,
    district: &DistrictId,
    changes: &[Change<'_>],
) -> Result<(), StorageError> {
    let mut take = tx
        .prepare_cached(
            "DELETE FROM bucket_row WHERE district_id = ?1 AND bucket = ?2 AND seq = ?3",
        )
        .map_err(fault)?;
    for before in changes.iter().filter_map(|change| change.before.as_deref()) {
        for bucket in before.row.buckets() {
            take.execute(params![
                district.as_str(),
                bucket.to_string(),
                number(before.ver)
            ])
            .map_err(fault)?;
        }
    }
    Ok(())
}

/// Those that a row has now, and those that it had.
fn memberships<'a>(change: &'a Change<'_>) -> impl Iterator<Item = Membership<'a>> {
    let now = change.row.buckets();
    let before = change.before.as_deref().map(|before| before.row.buckets());
    let mut left = before.unwrap_or_default();
    left.retain(|bucket| !now.contains(bucket));
    let now = now.into_iter().map(|bucket| (bucket, true));
    let left = left.into_iter().map(|bucket| (bucket, false));
    now.chain(left).map(|(bucket, live)| Membership {
        bucket,
        key: &change.key,
        seq: change.seq,
        live,
    })
}
