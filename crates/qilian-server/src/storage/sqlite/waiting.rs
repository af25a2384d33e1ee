//! Owns the table `waiting`: mutations sent again after a restore, which stand on something that is not there yet.
//!
//! Elsewhere: when they are tried again and until when (`storage::recovery`).

use qilian_domain::ids::{DistrictId, MutId, Seq};
use rusqlite::{Transaction, named_params};

use super::StorageError;
use super::fault::fault;
use crate::storage::stored::{bad_row, number};

/// All of a district, in the order in which they had their effect before.
pub(super) fn all(tx: &Transaction<'_>, district: &DistrictId) -> Result<Vec<MutId>, StorageError> {
    let ids: Vec<String> = tx
        .prepare_cached(
            "SELECT mut_id FROM waiting WHERE district_id = :district
             ORDER BY had_effect_at, mut_id",
        )
        .and_then(|mut s| {
            s.query_map(named_params! { ":district": district.as_str() }, |row| {
                row.get("mut_id")
            })?
            .collect()
        })
        .map_err(fault)?;
    ids.iter()
        .map(|id| id.parse().map_err(|e| bad_row("waiting", id, e)))
        .collect()
}

/// Has a mutation wait.
pub(super) fn put(
    tx: &Transaction<'_>,
    district: &DistrictId,
    mutation: MutId,
    had_effect_at: Seq,
) -> Result<(), StorageError> {
    tx.prepare_cached(
        "INSERT INTO waiting (district_id, mut_id, had_effect_at)
         VALUES (:district, :mutation, :had_effect_at)
         ON CONFLICT DO NOTHING",
    )
    .and_then(|mut s| {
        s.execute(named_params! {
            ":district": district.as_str(),
            ":mutation": mutation.to_string(),
            ":had_effect_at": number(had_effect_at.0),
        })
    })
    .map_err(fault)?;
    Ok(())
}

/// It waits no more.
pub(super) fn remove(
    tx: &Transaction<'_>,
    district: &DistrictId,
    mutation: MutId,
) -> Result<(), StorageError> {
    tx.prepare_cached("DELETE FROM waiting WHERE district_id = :district AND mut_id = :mutation")
        .and_then(|mut s| {
            s.execute(named_params! {
                ":district": district.as_str(), ":mutation": mutation.to_string()
            })
        })
        .map_err(fault)?;
    Ok(())
}
