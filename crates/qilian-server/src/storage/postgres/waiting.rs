//! Owns the table `waiting`: mutations sent again after a restore, which stand on something that is not there yet.
//!
//! Elsewhere: when they are tried again and until when (`storage::recovery`).

use qilian_domain::ids::{MutId, Seq};

use super::session::{Tx, get};
use crate::storage::StorageError;
use crate::storage::stored::{bad_row, number};

/// All of a district, in the order in which they had their effect before.
pub(super) fn all(tx: &Tx<'_>) -> Result<Vec<MutId>, StorageError> {
    let sql = "SELECT mut_id FROM waiting WHERE district_id = $1 ORDER BY had_effect_at, mut_id";
    let found = tx.query(sql, &[])?;
    (found.iter())
        .map(|row| {
            let id: String = get(row, "mut_id")?;
            id.parse().map_err(|e| bad_row("waiting", &id, e))
        })
        .collect()
}

/// Has a mutation wait.
pub(super) fn put(tx: &Tx<'_>, mutation: MutId, had_effect_at: Seq) -> Result<(), StorageError> {
    let sql = "INSERT INTO waiting (district_id, mut_id, had_effect_at) VALUES ($1, $2, $3)
               ON CONFLICT DO NOTHING";
    tx.execute(sql, &[&mutation.to_string(), &number(had_effect_at.0)])
        .map(drop)
}

/// It waits no more.
pub(super) fn remove(tx: &Tx<'_>, mutation: MutId) -> Result<(), StorageError> {
    let sql = "DELETE FROM waiting WHERE district_id = $1 AND mut_id = $2";
    tx.execute(sql, &[&mutation.to_string()]).map(drop)
}
