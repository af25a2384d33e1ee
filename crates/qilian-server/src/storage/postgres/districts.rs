//! Owns the table `district`: which districts there are, their timelines, and the lock of whoever writes.

use chrono::NaiveDate;
use qilian_domain::ids::{At, DistrictId, Epoch};

use super::session::{Session, Tx, get};
use crate::storage::StorageError;
use crate::storage::stored::bad_row;

/// Waits until nobody else writes in the district, and keeps others waiting until the transaction ends. A
/// district that is not there is held by nobody.
pub(super) fn lock(tx: &Tx<'_>) -> Result<(), StorageError> {
    tx.query(
        "SELECT 1 FROM district WHERE district_id = $1 FOR UPDATE",
        &[],
    )
    .map(drop)
}

/// Makes a district; `false` if there is one of this id.
pub(super) fn insert(
    tx: &Tx<'_>,
    epoch: Epoch,
    settled_on: NaiveDate,
) -> Result<bool, StorageError> {
    let sql = "INSERT INTO district (district_id, epoch, settled_on) VALUES ($1, $2, $3)
               ON CONFLICT DO NOTHING";
    if tx.execute(sql, &[&epoch.to_string(), &settled_on.to_string()])? == 0 {
        return Ok(false);
    }
    tx.execute(
        "INSERT INTO feed_head (district_id, seq, floor) VALUES ($1, 0, 0)",
        &[],
    )?;
    Ok(true)
}

/// The ids of all districts: the one question that is not about one of them.
pub(super) fn all(session: &mut Session) -> Result<Vec<DistrictId>, StorageError> {
    let sql = "SELECT district_id FROM district ORDER BY district_id";
    let found = session.query(sql, &[])?;
    found
        .iter()
        .map(|row| get::<String>(row, "district_id").map(DistrictId::new))
        .collect()
}

/// Begins a timeline.
pub(super) fn begin_epoch(
    tx: &Tx<'_>,
    epoch: Epoch,
    recovers_until: At,
) -> Result<(), StorageError> {
    let sql = "UPDATE district SET epoch = $2, recovers_until = $3 WHERE district_id = $1";
    if tx.execute(sql, &[&epoch.to_string(), &recovers_until.unix_ms()])? == 0 {
        return Err(StorageError::DistrictMissing);
    }
    Ok(())
}

/// A district's timeline.
pub(super) fn epoch(tx: &Tx<'_>) -> Result<Epoch, StorageError> {
    let sql = "SELECT epoch AS said FROM district WHERE district_id = $1";
    let said = column(tx, sql)?;
    said.parse()
        .map_err(|e| bad_row("district", tx.district, e))
}

/// Until when what stands on something missing may wait, on this timeline.
pub(super) fn recovers_until(tx: &Tx<'_>) -> Result<Option<At>, StorageError> {
    let sql = "SELECT recovers_until FROM district WHERE district_id = $1";
    let Some(row) = tx.one(sql, &[])? else {
        return Ok(None);
    };
    let until: Option<i64> = get(&row, "recovers_until")?;
    Ok(until.and_then(At::from_unix_ms))
}

/// The day that its grants are those of.
pub(super) fn settled_on(tx: &Tx<'_>) -> Result<String, StorageError> {
    column(
        tx,
        "SELECT settled_on AS said FROM district WHERE district_id = $1",
    )
}

/// Says that its grants are those of a day.
pub(super) fn set_settled_on(tx: &Tx<'_>, day: NaiveDate) -> Result<(), StorageError> {
    let sql = "UPDATE district SET settled_on = $2 WHERE district_id = $1";
    tx.execute(sql, &[&day.to_string()]).map(drop)
}

fn column(tx: &Tx<'_>, sql: &str) -> Result<String, StorageError> {
    let found = tx.one(sql, &[])?.ok_or(StorageError::DistrictMissing)?;
    get(&found, "said")
}
