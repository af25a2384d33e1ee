//! Owns what a user who leaves may still do, for every engine (`sync.md` A.0 18): their laptops send what was written
//! on them and are given nothing. When every laptop has said that nothing waits on it, and the bytes of every file are
//! there, the user has left; an administrator may end it before, with a reason.
//!
//! Elsewhere: saying that somebody leaves (`cli::user`), what a device may do (`push`, `pull`, `files`).

use qilian_domain::ids::{At, DeviceId, DistrictId, UserId};
use qilian_domain::row::{Kind, Known as _, Row, RowKey};
use qilian_domain::rows::{Attachment, Service, StoredFile, User};
use qilian_sync::wire::{DeviceState, PullRequest};

use super::staged::RowReader;
use super::transaction::{DistrictTx as _, Engine, EnrolTx, WriteTx};
use super::write::write;
use super::{Device, StorageError, SyncError, SyncRefusal, recovery};

/// Whether a user works here, as it was said last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// The user.
    pub user: User,
    /// Their laptops that were revoked with it.
    pub revoked: Vec<DeviceId>,
}

/// The part of a district's database that is about whether users work here.
pub trait ServiceStorage {
    /// Says whether a user works here. Whoever is to leave and owes nothing has left at once; the laptops of
    /// whoever has left are revoked. `None` if there is no such user.
    ///
    /// # Errors
    /// What goes wrong in the database; then nothing was changed.
    fn set_service(
        &self,
        district: &DistrictId,
        user: &UserId,
        service: &Service,
        at: At,
    ) -> Result<Option<Served>, StorageError>;
}

impl<S: Engine> ServiceStorage for S {
    fn set_service(
        &self,
        district: &DistrictId,
        user: &UserId,
        service: &Service,
        at: At,
    ) -> Result<Option<Served>, StorageError> {
        self.in_turn(district, |tx| set_service(tx, user, service, at))
    }
}

fn set_service(
    tx: &(impl EnrolTx + WriteTx),
    user: &UserId,
    service: &Service,
    at: At,
) -> Result<Option<Served>, StorageError> {
    let Some(known) = find(tx, user)? else {
        return Ok(None);
    };
    let revoked = match service {
        Service::Left { .. } => revoke(tx, &sending(tx, user)?)?,
        Service::Serving | Service::Leaving { .. } => Vec::new(),
    };
    let service = service.clone();
    let user = User { service, ..known };
    write(tx, &[Row::from(user.clone())], at)?;
    let ended = end_if_all_is_here(tx, &user.id, at)?;
    Ok(Some(ended.unwrap_or(Served { user, revoked })))
}

/// Refuses to give anything to a user who leaves.
pub(super) fn may_be_given(reader: &impl RowReader, user: &UserId) -> Result<(), SyncError> {
    match find(reader, user)?.map(|user| user.service) {
        None | Some(Service::Serving) => Ok(()),
        Some(Service::Leaving { .. } | Service::Left { .. }) => {
            Err(SyncRefusal::UserLeaving.into())
        }
    }
}

/// Hears what a laptop says of itself in a pull that is refused: it may be the last that was waited for, and the
/// refusal says so then.
pub(super) fn hear<S: Engine>(
    engine: &S,
    district: &DistrictId,
    device: DeviceId,
    request: &PullRequest,
    at: At,
    refused: SyncError,
) -> SyncError {
    if !matches!(refused, SyncError::Refused(SyncRefusal::UserLeaving)) {
        return refused;
    }
    let heard = engine.in_turn(district, |tx| {
        tx.note_sync(device, request, None, at)?;
        match tx.device(device)? {
            Some(device) => end_if_all_is_here(tx, &device.user, at),
            None => Ok(None),
        }
    });
    heard.map_or_else(
        |fault: StorageError| fault.into(),
        |ended| ended.map_or(refused, |left| SyncRefusal::UserLeft(Box::new(left)).into()),
    )
}

/// Says that a user has left if all is here that they wrote. Their laptops are revoked with it.
fn end_if_all_is_here(
    tx: &(impl EnrolTx + WriteTx),
    user: &UserId,
    at: At,
) -> Result<Option<Served>, StorageError> {
    let Some(user) = find(tx, user)? else {
        return Ok(None);
    };
    let Service::Leaving { since } = user.service else {
        return Ok(None);
    };
    let laptops = sending(tx, &user.id)?;
    // After a restore a laptop may have to send again what it had sent: what it said before counts no more.
    let since = recovery::began(tx)?.map_or(since, |began| since.max(began));
    let says_nothing_waits =
        |device: &Device| device.pending == 0 && device.last_seen.is_some_and(|seen| seen > since);
    if !laptops.iter().all(says_nothing_waits) || owes_files(tx, &user.id)? {
        return Ok(None);
    }
    let revoked = revoke(tx, &laptops)?;
    let service = Service::Left { at, reason: None };
    let user = User { service, ..user };
    write(tx, &[Row::from(user.clone())], at)?;
    Ok(Some(Served { user, revoked }))
}

/// A user's laptops that something may still come from.
fn sending(tx: &impl EnrolTx, user: &UserId) -> Result<Vec<Device>, StorageError> {
    let mut laptops = tx.devices_of(user)?;
    laptops.retain(|device| matches!(device.state, DeviceState::Active | DeviceState::Suspended));
    Ok(laptops)
}

fn revoke(tx: &impl EnrolTx, laptops: &[Device]) -> Result<Vec<DeviceId>, StorageError> {
    let revoke = |laptop: &Device| {
        tx.put_state(laptop.id, DeviceState::Revoked)?;
        Ok(laptop.id)
    };
    laptops.iter().map(revoke).collect()
}

/// Whether bytes of a file are missing that the user added.
fn owes_files(tx: &impl RowReader, user: &UserId) -> Result<bool, StorageError> {
    for row in tx.all(Kind::Attachment)? {
        let Ok(attachment) = Attachment::try_from(row) else {
            continue;
        };
        if attachment.by != *user || attachment.removed.is_some() {
            continue;
        }
        let stored = tx.row(&RowKey::of::<StoredFile>(attachment.id))?;
        if !(stored.as_ref().and_then(StoredFile::of)).is_some_and(StoredFile::is_stored) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn find(reader: &impl RowReader, user: &UserId) -> Result<Option<User>, StorageError> {
    let row = reader.row(&RowKey::of::<User>(user))?;
    Ok(row.and_then(|row| User::try_from(row).ok()))
}
