//! Owns the table `history` and the floor of the feed: which changes the feed has seen, and up to where it
//! forgot what left a bucket.
//!
//! Elsewhere: the mark (`qilian_sync::sum`), when something is forgotten (`storage::sweep`).

use qilian_domain::ids::{At, Seq};
use qilian_sync::sum::Mark;

use super::session::{Tx, get};
use crate::storage::StorageError;
use crate::storage::stored::{number, seq};
use crate::storage::transaction::SweepTx;

impl SweepTx for Tx<'_> {
    fn floor(&self) -> Result<Seq, StorageError> {
        let sql = "SELECT floor FROM feed_head WHERE district_id = $1";
        let found = self.one(sql, &[])?.ok_or(StorageError::DistrictMissing)?;
        seq(get(&found, "floor")?)
    }

    fn head_before(&self, moment: At) -> Result<Option<Seq>, StorageError> {
        // From the oldest on: of the numbers before the moment there are few.
        let sql = "SELECT max(seq) AS seq FROM history
                   WHERE district_id = $1 AND seq < coalesce(
                       (SELECT seq FROM history WHERE district_id = $1 AND at >= $2 ORDER BY seq LIMIT 1),
                       9223372036854775807
                   )";
        let found = self.one(sql, &[&moment.unix_ms()])?;
        let last: Option<i64> = found.map(|row| get(&row, "seq")).transpose()?.flatten();
        last.map(seq).transpose()
    }

    fn forget(&self, through: Seq) -> Result<(), StorageError> {
        for sql in [
            "DELETE FROM bucket_row WHERE district_id = $1 AND seq <= $2 AND NOT live",
            "DELETE FROM grant_interval WHERE district_id = $1 AND to_seq <= $2",
            "DELETE FROM history WHERE district_id = $1 AND seq < $2",
            "UPDATE feed_head SET floor = $2 WHERE district_id = $1",
        ] {
            self.execute(sql, &[&number(through.0)])?;
        }
        Ok(())
    }
}

/// The mark at a number at which a transaction ended.
pub(super) fn mark_at(tx: &Tx<'_>, seq: Seq) -> Result<Option<Mark>, StorageError> {
    let sql = "SELECT mark FROM history WHERE district_id = $1 AND seq = $2";
    let found = tx.one(sql, &[&number(seq.0)])?;
    found
        .map(|row| get(&row, "mark").map(Mark::from_signed))
        .transpose()
}

/// The last mark; the beginning's, if there is none.
pub(super) fn last_mark(tx: &Tx<'_>) -> Result<Mark, StorageError> {
    let sql = "SELECT mark FROM history WHERE district_id = $1 ORDER BY seq DESC LIMIT 1";
    match tx.one(sql, &[])? {
        Some(row) => get(&row, "mark").map(Mark::from_signed),
        None => Ok(Mark::default()),
    }
}

/// Keeps the mark at a number.
pub(super) fn put_mark(tx: &Tx<'_>, seq: Seq, mark: Mark, at: At) -> Result<(), StorageError> {
    let sql = "INSERT INTO history (district_id, seq, mark, at) VALUES ($1, $2, $3, $4)";
    tx.execute(sql, &[&number(seq.0), &mark.signed(), &at.unix_ms()])
        .map(drop)
}
