//! Owns the table `history` and the floor of the feed: which changes the feed has seen, and up to where it
//! forgot what left a bucket.
//!
//! Elsewhere: the mark (`qilian_sync::sum`), when something is forgotten (`storage::sweep`).

use qilian_domain::ids::{At, DistrictId, Seq};
use qilian_sync::sum::Mark;
use rusqlite::{OptionalExtension as _, Transaction, params};

use super::fault::fault;
use super::{StorageError, Tx};
use crate::storage::stored::{number, seq};
use crate::storage::transaction::SweepTx;

impl SweepTx for Tx<'_> {
    fn floor(&self) -> Result<Seq, StorageError> {
        let sql = "SELECT floor FROM feed_head WHERE district_id = ?1";
        self.tx
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row([self.district.as_str()], |row| row.get("floor")))
            .map_err(fault)
            .and_then(seq)
    }

    fn head_before(&self, moment: At) -> Result<Option<Seq>, StorageError> {
        // From the oldest on: of the numbers before the moment there are few.
        let sql = "SELECT max(seq) AS seq FROM history
                   WHERE district_id = ?1 AND seq < coalesce(
                       (SELECT seq FROM history WHERE district_id = ?1 AND at >= ?2 ORDER BY seq LIMIT 1),
                       9223372036854775807
                   )";
        let found: Option<i64> = self
            .tx
            .prepare_cached(sql)
            .and_then(|mut s| {
                let of = params![self.district.as_str(), moment.unix_ms()];
                s.query_row(of, |row| row.get("seq"))
            })
            .map_err(fault)?;
        found.map(seq).transpose()
    }

    fn forget(&self, through: Seq) -> Result<(), StorageError> {
        for sql in [
            "DELETE FROM bucket_row WHERE district_id = ?1 AND seq <= ?2 AND NOT live",
            "DELETE FROM grant_interval WHERE district_id = ?1 AND to_seq <= ?2",
            "DELETE FROM history WHERE district_id = ?1 AND seq < ?2",
            "UPDATE feed_head SET floor = ?2 WHERE district_id = ?1",
        ] {
            self.tx
                .execute(sql, params![self.district.as_str(), number(through.0)])
                .map_err(fault)?;
        }
        Ok(())
    }
}

/// The mark at a number at which a transaction ended.
pub(super) fn mark_at(
    tx: &Transaction<'_>,
    district: &DistrictId,
    seq: Seq,
) -> Result<Option<Mark>, StorageError> {
    tx.prepare_cached("SELECT mark FROM history WHERE district_id = ?1 AND seq = ?2")
        .and_then(|mut s| {
            let of = params![district.as_str(), number(seq.0)];
            s.query_row(of, |row| row.get::<_, i64>("mark")).optional()
        })
        .map_err(fault)
        .map(|mark| mark.map(Mark::from_signed))
}

/// The last mark; the beginning's, if there is none.
pub(super) fn last_mark(tx: &Transaction<'_>, district: &DistrictId) -> Result<Mark, StorageError> {
    tx.prepare_cached("SELECT mark FROM history WHERE district_id = ?1 ORDER BY seq DESC LIMIT 1")
        .and_then(|mut s| {
            s.query_row([district.as_str()], |row| row.get::<_, i64>("mark"))
                .optional()
        })
        .map_err(fault)
        .map(|mark| mark.map_or_else(Mark::default, Mark::from_signed))
}

/// Keeps the mark at a number.
pub(super) fn put_mark(
    tx: &Transaction<'_>,
    district: &DistrictId,
    seq: Seq,
    mark: Mark,
    at: At,
) -> Result<(), StorageError> {
    tx.prepare_cached("INSERT INTO history (district_id, seq, mark, at) VALUES (?1, ?2, ?3, ?4)")
        .and_then(|mut s| {
            s.execute(params![
                district.as_str(),
                number(seq.0),
                mark.signed(),
                at.unix_ms()
            ])
        })
        .map_err(fault)?;
    Ok(())
}
