//! Owns the table `device`: who enrolled which laptop, where its chain ends, when it last synced.

use qilian_domain::ids::{At, DeviceId, DistrictId, Epoch, Seq, UserId};
use qilian_sync::chain::ChainHash;
use qilian_sync::push::ChainEnd;
use qilian_sync::sum::Mark;
use qilian_sync::wire::{Cursor, DeviceState, PullRequest};
use rusqlite::{Transaction, named_params};

use super::fault::fault;
use super::{
    Device, Enlisted, NewCode, SecretHash, StorageError, Tx, codes, districts, feed, history,
};
use crate::storage::Wiped;
use crate::storage::enrol::FIRST;
use crate::storage::stored::{DeviceColumns, last_error, number, state_name};
use crate::storage::transaction::{DistrictTx, EnrolTx, StoredCode};

const COLUMNS: &str = "device_id, user_id, name, copy_of, incarnation, state, last_mut_seq, last_hash, \
                       last_sync, pending, oldest_pending, version, wiped_at, wiped_unsent, enrolled_at, last_seen, last_error, \
                       synced_to, believed_from";

impl DistrictTx for Tx<'_> {
    fn epoch(&self) -> Result<Epoch, StorageError> {
        districts::epoch(self.tx, self.district)
    }

    fn feed_head(&self) -> Result<Seq, StorageError> {
        feed::head(self.tx, self.district)
    }

    fn mark_at(&self, seq: Seq) -> Result<Option<Mark>, StorageError> {
        history::mark_at(self.tx, self.district, seq)
    }

    fn device(&self, id: DeviceId) -> Result<Option<Device>, StorageError> {
        by_id(self.tx, self.district, id)
    }
}

impl EnrolTx for Tx<'_> {
    fn note_sync(
        &self,
        device: DeviceId,
        request: &PullRequest,
        complete: Option<Cursor>,
        at: At,
    ) -> Result<(), StorageError> {
        let sql = "UPDATE device SET last_seen = :at, last_error = :error, pending = :pending,
                          oldest_pending = :oldest, synced_to = coalesce(:complete, synced_to),
                          last_sync = CASE WHEN :complete IS NULL THEN last_sync ELSE :at END,
                          version = CASE WHEN :version = '' THEN version ELSE :version END
                   WHERE district_id = :district AND device_id = :device";
        self.tx
            .prepare_cached(sql)
            .and_then(|mut s| {
                s.execute(named_params! {
                    ":district": self.district.as_str(),
                    ":device": device.to_string(),
                    ":at": at.unix_ms(),
                    ":complete": complete.map(|cut| number(cut.seq.0)),
                    ":error": last_error(request),
                    ":pending": request.pending,
                    ":oldest": request.oldest_pending.map(At::unix_ms),
                    ":version": request.version,
                })
            })
            .map_err(fault)?;
        Ok(())
    }

    fn devices_of(&self, user: &UserId) -> Result<Vec<Device>, StorageError> {
        let devices = all(self)?.into_iter();
        Ok(devices.filter(|device| device.user == *user).collect())
    }

    fn device_of_token(&self, token: &SecretHash) -> Result<Option<Device>, StorageError> {
        by_token(self.tx, self.district, token)
    }

    fn add_device(&self, device: &Enlisted) -> Result<(), StorageError> {
        insert(self.tx, self.district, device)
    }

    fn put_state(&self, device: DeviceId, state: DeviceState) -> Result<(), StorageError> {
        set_state(self.tx, self.district, device, state)
    }

    fn put_wiped(&self, device: DeviceId, wiped: Wiped) -> Result<(), StorageError> {
        self.tx
            .execute(
                "UPDATE device SET wiped_at = :at, wiped_unsent = :unsent
                 WHERE district_id = :district AND device_id = :device",
                named_params! {
                    ":district": self.district.as_str(),
                    ":device": device.to_string(),
                    ":at": wiped.at.unix_ms(),
                    ":unsent": wiped.unsent,
                },
            )
            .map_err(fault)?;
        Ok(())
    }

    fn put_believed_from(&self, device: DeviceId, seq: Seq) -> Result<(), StorageError> {
        set_believed_from(self.tx, self.district, device, seq)
    }

    fn lock_code(&self, code: &SecretHash) -> Result<Option<StoredCode>, StorageError> {
        // The transaction is IMMEDIATE: nobody else writes until it ends.
        codes::find(self.tx, self.district, code)
    }

    fn add_code(&self, code: &NewCode) -> Result<(), StorageError> {
        codes::insert(self.tx, self.district, code)
    }

    fn use_code(&self, code: &SecretHash, by: DeviceId, at: At) -> Result<(), StorageError> {
        codes::use_up(self.tx, self.district, code, by, at)
    }
}

/// Adds a device with an empty chain.
fn insert(
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

/// Says whether a device may sync.
fn set_state(
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

/// No longer believes the device's cuts below a number.
fn set_believed_from(
    tx: &Transaction<'_>,
    district: &DistrictId,
    device: DeviceId,
    seq: Seq,
) -> Result<(), StorageError> {
    tx.execute(
        "UPDATE device SET believed_from = :seq
         WHERE district_id = :district AND device_id = :device",
        named_params! {
            ":district": district.as_str(),
            ":device": device.to_string(),
            ":seq": number(seq.0),
        },
    )
    .map_err(fault)?;
    Ok(())
}

/// The device of a token.
fn by_token(
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
fn by_id(
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
pub(super) fn all(Tx { tx, district }: &Tx<'_>) -> Result<Vec<Device>, StorageError> {
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
    columns(row).map_err(fault)?.try_into()
}

fn columns(row: &rusqlite::Row<'_>) -> rusqlite::Result<DeviceColumns> {
    Ok(DeviceColumns {
        device_id: row.get("device_id")?,
        user_id: row.get("user_id")?,
        name: row.get("name")?,
        copy_of: row.get("copy_of")?,
        incarnation: row.get("incarnation")?,
        state: row.get("state")?,
        last_mut_seq: row.get("last_mut_seq")?,
        last_hash: row.get("last_hash")?,
        last_sync: row.get("last_sync")?,
        pending: row.get("pending")?,
        oldest_pending: row.get("oldest_pending")?,
        version: row.get("version")?,
        wiped_at: row.get("wiped_at")?,
        wiped_unsent: row.get("wiped_unsent")?,
        enrolled_at: row.get("enrolled_at")?,
        last_seen: row.get("last_seen")?,
        last_error: row.get("last_error")?,
        synced_to: row.get("synced_to")?,
        believed_from: row.get("believed_from")?,
    })
}
