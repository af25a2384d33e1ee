//! Owns the table `district`: which districts there are, and their timelines.

use chrono::NaiveDate;
use qilian_domain::ids::{At, DistrictId, Epoch};
use rusqlite::{OptionalExtension as _, Transaction, named_params};

use super::StorageError;
use super::fault::fault;
use crate::storage::stored::bad_row;

/// Makes a district; `false` if there is one of this id.
pub(super) fn insert(
    tx: &Transaction<'_>,
    id: &DistrictId,
    epoch: Epoch,
    settled_on: NaiveDate,
) -> Result<bool, StorageError> {
    let made = tx
        .execute(
            "INSERT INTO district (district_id, epoch, settled_on) VALUES (:district, :epoch, :today)
             ON CONFLICT DO NOTHING",
            named_params! {
                ":district": id.as_str(),
                ":epoch": epoch.to_string(),
                ":today": settled_on.to_string(),
            },
        )
        .map_err(fault)?;
    if made == 0 {
        return Ok(false);
    }
    tx.execute(
        "INSERT INTO feed_head (district_id, seq, floor) VALUES (:district, 0, 0)",
        named_params! { ":district": id.as_str() },
    )
    .map_err(fault)?;
    Ok(true)
}

/// The ids of all districts.
pub(super) fn all(tx: &Transaction<'_>) -> Result<Vec<DistrictId>, StorageError> {
    let mut statement = tx
        .prepare_cached("SELECT district_id FROM district ORDER BY district_id")
        .map_err(fault)?;
    statement
        .query_map([], |row| {
            row.get::<_, String>("district_id").map(DistrictId::new)
        })
        .map_err(fault)?
        .collect::<Result<_, _>>()
        .map_err(fault)
}

/// Begins a timeline.
pub(super) fn begin_epoch(
    tx: &Transaction<'_>,
    id: &DistrictId,
    epoch: Epoch,
    recovers_until: At,
) -> Result<(), StorageError> {
    let found = tx
        .execute(
            "UPDATE district SET epoch = :epoch, recovers_until = :until WHERE district_id = :district",
            named_params! {
                ":district": id.as_str(),
                ":epoch": epoch.to_string(),
                ":until": recovers_until.unix_ms(),
            },
        )
        .map_err(fault)?;
    if found == 0 {
        return Err(StorageError::DistrictMissing);
    }
    Ok(())
}

/// A district's timeline.
pub(super) fn epoch(tx: &Transaction<'_>, id: &DistrictId) -> Result<Epoch, StorageError> {
    let text = column(
        tx,
        id,
        "SELECT epoch AS text FROM district WHERE district_id = :district",
    )?;
    text.parse().map_err(|e| bad_row("district", id, e))
}

/// Until when what stands on something missing may wait, on this timeline.
pub(super) fn recovers_until(
    tx: &Transaction<'_>,
    id: &DistrictId,
) -> Result<Option<At>, StorageError> {
    let until: Option<i64> = tx
        .prepare_cached("SELECT recovers_until FROM district WHERE district_id = :district")
        .and_then(|mut s| {
            s.query_row(named_params! { ":district": id.as_str() }, |row| {
                row.get("recovers_until")
            })
            .optional()
        })
        .map_err(fault)?
        .flatten();
    Ok(until.and_then(At::from_unix_ms))
}

/// The day that its grants are those of.
pub(super) fn settled_on(tx: &Transaction<'_>, id: &DistrictId) -> Result<String, StorageError> {
    column(
        tx,
        id,
        "SELECT settled_on AS text FROM district WHERE district_id = :district",
    )
}

/// Says that its grants are those of a day.
pub(super) fn set_settled_on(
    tx: &Transaction<'_>,
    id: &DistrictId,
    day: NaiveDate,
) -> Result<(), StorageError> {
    tx.prepare_cached("UPDATE district SET settled_on = :today WHERE district_id = :district")
        .and_then(|mut s| {
            s.execute(named_params! { ":district": id.as_str(), ":today": day.to_string() })
        })
        .map_err(fault)?;
    Ok(())
}

fn column(tx: &Transaction<'_>, id: &DistrictId, sql: &str) -> Result<String, StorageError> {
    tx.prepare_cached(sql)
        .and_then(|mut s| {
            s.query_row(named_params! { ":district": id.as_str() }, |row| {
                row.get("text")
            })
            .optional()
        })
        .map_err(fault)?
        .ok_or(StorageError::DistrictMissing)
}
