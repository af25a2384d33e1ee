//! Owns how devices come to be, for every engine: a code that enrols once, a copy of a laptop that
//! becomes a device of its own, one that a backup lacks; which of them may sync, and whose cut is believed.
//!
//! Elsewhere: making codes and tokens (`secret`), keeping devices and codes (the engines).

use qilian_domain::ids::{At, DeviceId, Incarnation, UserId};
use qilian_domain::row::{Kind, Row, RowKey};
use qilian_domain::rows::{District, Service, User};
use qilian_sync::wire::DeviceState;

use super::staged::RowReader;
use super::stored::bad_row;
use super::transaction::{EnrolTx, WriteTx};
use super::write::take_numbers;
use super::{
    CodeRefusal, Device, Enlisted, Enrolled, NewCode, NewCopy, NewDevice, StorageError, SyncError,
    SyncRefusal, Wiped,
};

/// A device's first incarnation.
pub(super) const FIRST: Incarnation = Incarnation(1);

/// Keeps a code for a user, if there is such a user.
pub(super) fn issue(tx: &impl EnrolTx, code: &NewCode) -> Result<Option<User>, StorageError> {
    // Whoever leaves gets no other laptop.
    let user = user(tx, &code.user)?.filter(|user| user.service == Service::Serving);
    if user.is_some() {
        tx.add_code(code)?;
    }
    Ok(user)
}

/// Uses a code up.
pub(super) fn enrol(
    tx: &impl EnrolTx,
    device: &NewDevice,
) -> Result<Result<Enrolled, CodeRefusal>, StorageError> {
    let Some(code) = tx.lock_code(&device.code)? else {
        return Ok(Err(CodeRefusal::Unknown));
    };
    if code.used {
        return Ok(Err(CodeRefusal::Used));
    }
    if code.expires <= device.at {
        return Ok(Err(CodeRefusal::Expired));
    }
    let user = user(tx, &code.user)?
        .ok_or_else(|| bad_row("enrol_code", &code.user, "its user is gone"))?;
    tx.use_code(&device.code, device.id, device.at)?;
    tx.add_device(&Enlisted {
        id: device.id,
        user: user.id.clone(),
        name: device.name.clone(),
        copy_of: None,
        token: device.token,
        version: device.version.clone(),
        at: device.at,
    })?;
    Ok(Ok(Enrolled {
        epoch: tx.epoch()?,
        incarnation: FIRST,
        user,
        district: district(tx)?,
    }))
}

/// Makes a device of its own out of a copy of one.
pub(super) fn fork(
    tx: &impl EnrolTx,
    device: DeviceId,
    copy: &NewCopy,
) -> Result<Incarnation, SyncError> {
    let original = tx.device(device)?.ok_or(SyncRefusal::DeviceUnknown)?;
    if original.state != DeviceState::Active {
        return Err(SyncRefusal::DeviceStopped(original.state).into());
    }
    let asked_before = tx
        .device_of_token(&copy.token)?
        .filter(|known| known.id == copy.id && known.copy_of == Some(device));
    if let Some(known) = asked_before {
        return Ok(known.incarnation);
    }
    if tx.device(copy.id)?.is_some() {
        let told = format!("there is a device {}", copy.id);
        return Err(SyncRefusal::Unreadable(told).into());
    }
    tx.add_device(&Enlisted {
        id: copy.id,
        user: original.user,
        name: original.name,
        copy_of: Some(device),
        token: copy.token,
        version: copy.version.clone(),
        at: copy.at,
    })?;
    // Its store is that of the original: what is not believed of the one is not of the other.
    tx.put_believed_from(copy.id, original.believed_from)?;
    Ok(FIRST)
}

/// Adds a device, unless it is there.
pub(super) fn enlist(tx: &impl EnrolTx, device: &Enlisted) -> Result<bool, StorageError> {
    let missing = tx.device(device.id)?.is_none();
    if missing {
        tx.add_device(device)?;
    }
    Ok(missing)
}

/// Says whether a device may sync.
pub(super) fn set_state(
    tx: &impl EnrolTx,
    device: DeviceId,
    state: DeviceState,
) -> Result<Option<Device>, StorageError> {
    tx.put_state(device, state)?;
    tx.device(device)
}

/// Notes that a device destroyed its store.
pub(super) fn note_wiped(
    tx: &impl EnrolTx,
    device: DeviceId,
    wiped: Wiped,
) -> Result<(), SyncError> {
    let known = tx.device(device)?.ok_or(SyncRefusal::DeviceUnknown)?;
    if known.state != DeviceState::Wipe {
        let told = "nobody told this device to destroy its store";
        return Err(SyncRefusal::Unreadable(told.to_owned()).into());
    }
    if known.wiped.is_none() {
        tx.put_wiped(device, wiped)?;
    }
    Ok(())
}

/// No longer believes the cuts of devices. A number of the feed is taken for it: every cut that was given
/// before is below it, and every one that is complete from now on is not.
pub(super) fn invalidate<Tx: EnrolTx + WriteTx>(
    tx: &Tx,
    devices: &[DeviceId],
    at: At,
) -> Result<Vec<Device>, StorageError> {
    let seq = take_numbers(tx, 1, at, std::iter::empty())?;
    let mut told = Vec::with_capacity(devices.len());
    for &device in devices {
        tx.put_believed_from(device, seq)?;
        told.extend(tx.device(device)?);
    }
    Ok(told)
}

/// The district's own row.
pub(super) fn district(tx: &impl RowReader) -> Result<District, StorageError> {
    match tx.all(Kind::District)?.into_iter().next() {
        Some(Row::District(district)) => Ok(district),
        _ => {
            let missing = "the district has no row of its own";
            Err(StorageError::Corrupt(missing.to_owned()))
        }
    }
}

fn user(tx: &impl RowReader, id: &UserId) -> Result<Option<User>, StorageError> {
    match tx.row(&RowKey::of::<User>(id))? {
        Some(Row::User(user)) => Ok(Some(user)),
        _ => Ok(None),
    }
}
