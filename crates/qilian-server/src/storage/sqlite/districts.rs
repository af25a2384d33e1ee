//! Owns the table `district`: which districts there are, and their timelines.

use qilian_domain::ids::{DistrictId, Epoch};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::District;
use rusqlite::{OptionalExtension as _, Transaction, named_params};

use super::fault::{bad_row, fault};
use super::{Founding, StorageError, rows};

/// Makes a district.
pub(super) fn insert(tx: &Transaction<'_>, founding: &Founding) -> Result<(), StorageError> {
    let id = founding.district.id.as_str();
    let made = tx
        .execute(
            "INSERT INTO district (district_id, epoch, settled_on) VALUES (:district, :epoch, :today)
             ON CONFLICT DO NOTHING",
            named_params! {
                ":district": id,
                ":epoch": founding.epoch.to_string(),
                ":today": founding.at.day().to_string(),
            },
        )
        .map_err(fault)?;
    if made == 0 {
        return Err(StorageError::DistrictExists);
    }
    tx.execute(
        "INSERT INTO feed_head (district_id, seq) VALUES (:district, 0)",
        named_params! { ":district": id },
    )
    .map_err(fault)?;
    Ok(())
}

/// All districts.
pub(super) fn all(tx: &Transaction<'_>) -> Result<Vec<District>, StorageError> {
    let mut statement = tx
        .prepare_cached("SELECT district_id FROM district ORDER BY district_id")
        .map_err(fault)?;
    let ids = statement
        .query_map([], |row| row.get::<_, String>("district_id"))
        .map_err(fault)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(fault)?;
    ids.into_iter()
        .map(|id| one(tx, &DistrictId::new(id)))
        .collect()
}

/// One district's own row.
pub(super) fn one(tx: &Transaction<'_>, id: &DistrictId) -> Result<District, StorageError> {
    let own = rows::all(tx, id, Kind::District)?.into_iter().next();
    match own {
        Some(Row::District(district)) => Ok(district),
        _ => Err(bad_row("district", id, "has no row of its own")),
    }
}

/// Begins a timeline.
pub(super) fn begin_epoch(
    tx: &Transaction<'_>,
    id: &DistrictId,
    epoch: Epoch,
) -> Result<(), StorageError> {
    let found = tx
        .execute(
            "UPDATE district SET epoch = :epoch WHERE district_id = :district",
            named_params! { ":district": id.as_str(), ":epoch": epoch.to_string() },
        )
        .map_err(fault)?;
    if found == 0 {
        return Err(StorageError::DistrictMissing);
    }
    Ok(())
}

/// A district's timeline.
pub(super) fn epoch(tx: &Transaction<'_>, id: &DistrictId) -> Result<Epoch, StorageError> {
    let text: String = tx
        .prepare_cached("SELECT epoch FROM district WHERE district_id = :district")
        .and_then(|mut s| {
            s.query_row(named_params! { ":district": id.as_str() }, |row| {
                row.get("epoch")
            })
            .optional()
        })
        .map_err(fault)?
        .ok_or(StorageError::DistrictMissing)?;
    text.parse().map_err(|e| bad_row("district", id, e))
}
