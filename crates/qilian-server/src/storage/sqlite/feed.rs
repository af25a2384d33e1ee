//! Owns the feed: its numbers (`feed_head`) and the memberships of rows in buckets (`bucket_row`).
//!
//! Elsewhere: where memberships stand (`storage::write`), who holds a bucket (`grants`), reading the feed
//! (`pull`).

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{DistrictId, Seq};
use rusqlite::{OptionalExtension as _, Transaction, named_params, params};

use super::StorageError;
use super::fault::fault;
use crate::storage::stored::{number, seq};
use crate::storage::write::Membership;

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
        let of = named_params! { ":district": district.as_str(), ":count": number(count) };
        s.query_row(of, |row| row.get("seq")).optional()
    })
    .map_err(fault)?
    .ok_or(StorageError::DistrictMissing)
    .and_then(seq)
}

/// Writes memberships.
pub(super) fn stamp(
    tx: &Transaction<'_>,
    district: &DistrictId,
    memberships: &[Membership<'_>],
) -> Result<(), StorageError> {
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
            number(membership.seq.0),
            membership.key.kind.as_str(),
            membership.key.id,
            membership.live,
        ])
        .map_err(fault)?;
    }
    Ok(())
}

/// Takes memberships from where they stand.
pub(super) fn unstamp(
    tx: &Transaction<'_>,
    district: &DistrictId,
    places: &[(Bucket, Seq)],
) -> Result<(), StorageError> {
    let mut take = tx
        .prepare_cached(
            "DELETE FROM bucket_row WHERE district_id = ?1 AND bucket = ?2 AND seq = ?3",
        )
        .map_err(fault)?;
    for (bucket, seq) in places {
        take.execute(params![
            district.as_str(),
            bucket.to_string(),
            number(seq.0)
        ])
        .map_err(fault)?;
    }
    Ok(())
}
