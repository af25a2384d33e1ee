//! Owns the table `device`: who enrolled which laptop, where its chain ends, when it last synced.

use qilian_domain::ids::{At, DeviceId, DistrictId, Incarnation, MutSeq, UserId};
use qilian_sync::chain::ChainHash;
use qilian_sync::push::ChainEnd;
use qilian_sync::wire::{DeviceState, PullRequest};
use rusqlite::{Transaction, named_params};

use super::fault::{bad_row, fault};
use super::feed;
use super::{Device, Enlisted, NewCopy, SecretHash, StorageError, SyncError};
use crate::storage::SyncRefusal;

/// A device's first incarnation.
pub(super) const FIRST: Incarnation = Incarnation(1);

const COLUMNS: &str = "device_id, user_id, name, copy_of, incarnation, state, last_mut_seq, last_hash, \
                       last_sync, pending, oldest_pending, version";

/// Adds a device with an empty chain.
pub(super) fn insert(
    tx: &Transaction<'_>,
    district: &DistrictId,
    device: &Enlisted,
) -> Result<(), StorageError> {
    tx.execute(
        "INSERT INTO device (district_id, device_id, user_id, name, copy_of, token_hash, incarnation,
                             state, last_mut_seq, last_hash, enrolled_at, pending, version)
         VALUES (:district, :device, :user, :name, :copy_of, :token, :incarnation,
                 'active', 0, :hash, :at, 0, :version)",
        named_params! {
            ":district": district.as_str(),
            ":device": device.id.to_string(),
            ":user": device.user.as_str(),
            ":name": device.name,
            ":copy_of": device.copy_of.map(|id| id.to_string()),
            ":token": device.token.0,
            ":incarnation": number(FIRST.0),
            ":hash": ChainHash::START.bytes(),
            ":at": device.at.unix_ms(),
            ":version": device.version,
        },
    )
    .map_err(fault)?;
    Ok(())
}

/// Makes a device of its own out of a copy of one.
pub(super) fn fork(
    tx: &Transaction<'_>,
    district: &DistrictId,
    device: DeviceId,
    copy: &NewCopy,
) -> Result<Incarnation, SyncError> {
    let original = by_id(tx, district, device)?.ok_or(SyncRefusal::DeviceUnknown)?;
    if original.state != DeviceState::Active {
        return Err(SyncRefusal::DeviceStopped(original.state).into());
    }
    let asked_before = by_token(tx, district, &copy.token)?
        .filter(|known| known.id == copy.id && known.copy_of == Some(device));
    if let Some(known) = asked_before {
        return Ok(known.incarnation);
    }
    if by_id(tx, district, copy.id)?.is_some() {
        let told = format!("there is a device {}", copy.id);
        return Err(SyncRefusal::Unreadable(told).into());
    }
    let begun = Enlisted {
        id: copy.id,
        user: original.user,
        name: original.name,
        copy_of: Some(device),
        token: copy.token,
        version: copy.version.clone(),
        at: copy.at,
    };
    insert(tx, district, &begun)?;
    Ok(FIRST)
}

/// Adds a device, unless it is there.
pub(super) fn enlist(
    tx: &Transaction<'_>,
    district: &DistrictId,
    device: &Enlisted,
) -> Result<bool, StorageError> {
    let missing = by_id(tx, district, device.id)?.is_none();
    if missing {
        insert(tx, district, device)?;
    }
    Ok(missing)
}

/// Says whether a device may sync.
pub(super) fn set_state(
    tx: &Transaction<'_>,
    district: &DistrictId,
    device: DeviceId,
    state: DeviceState,
) -> Result<(), StorageError> {
    tx.execute(
        "UPDATE device SET state = :state WHERE district_id = :district AND device_id = :device",
        named_params! {
            ":district": district.as_str(),
            ":device": device.to_string(),
            ":state": state_name(state),
        },
    )
    .map_err(fault)?;
    Ok(())
}

/// The device of a token.
pub(super) fn by_token(
    tx: &Transaction<'_>,
    district: &DistrictId,
    token: &SecretHash,
) -> Result<Option<Device>, StorageError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM device WHERE district_id = :district AND token_hash = :token"
    );
    let of = named_params! { ":district": district.as_str(), ":token": token.0 };
    one(tx, &sql, of)
}

/// One device.
pub(super) fn by_id(
    tx: &Transaction<'_>,
    district: &DistrictId,
    device: DeviceId,
) -> Result<Option<Device>, StorageError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM device WHERE district_id = :district AND device_id = :device"
    );
    let of = named_params! { ":district": district.as_str(), ":device": device.to_string() };
    one(tx, &sql, of)
}

/// All devices, by user and time of enrolment.
pub(super) fn all(
    tx: &Transaction<'_>,
    district: &DistrictId,
) -> Result<Vec<Device>, StorageError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM device WHERE district_id = :district
         ORDER BY user_id, enrolled_at, device_id"
    );
    let mut statement = tx.prepare_cached(&sql).map_err(fault)?;
    let mut found = statement
        .query(named_params! { ":district": district.as_str() })
        .map_err(fault)?;
    let mut devices = Vec::new();
    while let Some(row) = found.next().map_err(fault)? {
        devices.push(read(row)?);
    }
    Ok(devices)
}

/// Moves the end of a device's chain.
pub(super) fn move_end(
    tx: &Transaction<'_>,
    district: &DistrictId,
    device: DeviceId,
    end: ChainEnd,
) -> Result<(), StorageError> {
    tx.prepare_cached(
        "UPDATE device SET last_mut_seq = :last, last_hash = :hash
         WHERE district_id = :district AND device_id = :device",
    )
    .and_then(|mut s| {
        s.execute(named_params! {
            ":district": district.as_str(),
            ":device": device.to_string(),
            ":last": number(end.last.0),
            ":hash": end.hash.bytes(),
        })
    })
    .map_err(fault)?;
    Ok(())
}

/// Notes that a pull came to a complete cut, and what the laptop said of itself.
pub(super) fn note_sync(
    tx: &Transaction<'_>,
    district: &DistrictId,
    device: DeviceId,
    request: &PullRequest,
    at: At,
) -> Result<(), StorageError> {
    tx.prepare_cached(
        "UPDATE device SET last_sync = :at, pending = :pending, oldest_pending = :oldest,
                version = CASE WHEN :version = '' THEN version ELSE :version END
         WHERE district_id = :district AND device_id = :device",
    )
    .and_then(|mut s| {
        s.execute(named_params! {
            ":district": district.as_str(),
            ":device": device.to_string(),
            ":at": at.unix_ms(),
            ":pending": request.pending,
            ":oldest": request.oldest_pending.map(At::unix_ms),
            ":version": request.version,
        })
    })
    .map_err(fault)?;
    Ok(())
}

/// A number as SQLite keeps it.
pub(super) fn number(n: u64) -> i64 {
    feed::number(qilian_domain::ids::Seq(n))
}

fn one(
    tx: &Transaction<'_>,
    sql: &str,
    of: &[(&str, &dyn rusqlite::ToSql)],
) -> Result<Option<Device>, StorageError> {
    let mut statement = tx.prepare_cached(sql).map_err(fault)?;
    let mut found = statement.query(of).map_err(fault)?;
    found.next().map_err(fault)?.map(read).transpose()
}

fn read(row: &rusqlite::Row<'_>) -> Result<Device, StorageError> {
    let id: String = row.get("device_id").map_err(fault)?;
    let bad = |why: &dyn std::fmt::Display| bad_row("device", &id, why);
    let moment = |column: &str| -> Result<Option<At>, StorageError> {
        let ms: Option<i64> = row.get(column).map_err(fault)?;
        Ok(ms.and_then(At::from_unix_ms))
    };
    let state: String = row.get("state").map_err(fault)?;
    let hash: Vec<u8> = row.get("last_hash").map_err(fault)?;
    Ok(Device {
        user: UserId::new(row.get::<_, String>("user_id").map_err(fault)?),
        name: row.get("name").map_err(fault)?,
        copy_of: (row.get::<_, Option<String>>("copy_of").map_err(fault)?)
            .map(|id| id.parse().map_err(|e: uuid::Error| bad(&e)))
            .transpose()?,
        incarnation: Incarnation(count(row, "incarnation")?),
        state: state_named(&state).ok_or_else(|| bad(&state))?,
        chain: ChainEnd {
            last: MutSeq(count(row, "last_mut_seq")?),
            hash: ChainHash::try_from(hash.as_slice()).map_err(|e| bad(&e))?,
        },
        last_sync: moment("last_sync")?,
        pending: row.get("pending").map_err(fault)?,
        oldest_pending: moment("oldest_pending")?,
        version: row.get("version").map_err(fault)?,
        id: id.parse().map_err(|e: uuid::Error| bad(&e))?,
    })
}

/// A count as it was stored.
pub(super) fn count(row: &rusqlite::Row<'_>, column: &str) -> Result<u64, StorageError> {
    let number: i64 = row.get(column).map_err(fault)?;
    Ok(feed::seq(number)?.0)
}

const fn state_name(state: DeviceState) -> &'static str {
    match state {
        DeviceState::Active => "active",
        DeviceState::Suspended => "suspended",
        DeviceState::Revoked => "revoked",
        DeviceState::Wipe => "wipe",
    }
}

fn state_named(name: &str) -> Option<DeviceState> {
    match name {
        "active" => Some(DeviceState::Active),
        "suspended" => Some(DeviceState::Suspended),
        "revoked" => Some(DeviceState::Revoked),
        "wipe" => Some(DeviceState::Wipe),
        _ => None,
    }
}
