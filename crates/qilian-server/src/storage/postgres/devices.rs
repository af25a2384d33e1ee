//! Owns the tables `device` and `enrol_code`: who enrolled which laptop, where its chain ends, when it last
//! synced, and the codes, of which only the hash is kept.
//!
//! Elsewhere: what a code is good for (`storage::enrol`).

use postgres::Row;
use qilian_domain::ids::{At, DeviceId, Epoch, Seq, UserId};
use qilian_sync::chain::ChainHash;
use qilian_sync::push::ChainEnd;
use qilian_sync::sum::Mark;
use qilian_sync::wire::{Cursor, DeviceState, PullRequest};

use super::session::{Tx, Value, get};
use super::{districts, feed, history};
use crate::storage::enrol::FIRST;
use crate::storage::stored::{DeviceColumns, bad_row, last_error, number, state_name};
use crate::storage::transaction::{DistrictTx, EnrolTx, StoredCode};
use crate::storage::{Device, Enlisted, NewCode, SecretHash, StorageError, Wiped};

const SELECT: &str = "SELECT device_id, user_id, name, copy_of, incarnation, state, last_mut_seq, last_hash, \
                      last_sync, pending, oldest_pending, version, wiped_at, wiped_unsent, enrolled_at, last_seen, last_error, synced_to, \
                      believed_from FROM device WHERE district_id = $1";

impl DistrictTx for Tx<'_> {
    fn epoch(&self) -> Result<Epoch, StorageError> {
        districts::epoch(self)
    }

    fn feed_head(&self) -> Result<Seq, StorageError> {
        feed::head(self)
    }

    fn mark_at(&self, seq: Seq) -> Result<Option<Mark>, StorageError> {
        history::mark_at(self, seq)
    }

    fn device(&self, id: DeviceId) -> Result<Option<Device>, StorageError> {
        one(self, "AND device_id = $2", &[&id.to_string()])
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
        let sql = "UPDATE device SET last_seen = $3, pending = $4, oldest_pending = $5,
                      version = CASE WHEN $6 = '' THEN version ELSE $6 END,
                      last_sync = CASE WHEN $7::bigint IS NULL THEN last_sync ELSE $3 END,
                      synced_to = coalesce($7, synced_to), last_error = $8
               WHERE district_id = $1 AND device_id = $2";
        let values: [Value<'_>; 7] = [
            &device.to_string(),
            &at.unix_ms(),
            &i64::from(request.pending),
            &request.oldest_pending.map(At::unix_ms),
            &request.version,
            &complete.map(|cut| number(cut.seq.0)),
            &last_error(request),
        ];
        self.execute(sql, &values).map(drop)
    }

    fn devices_of(&self, user: &UserId) -> Result<Vec<Device>, StorageError> {
        let sql = format!("{SELECT} AND user_id = $2 ORDER BY enrolled_at, device_id");
        let found = self.query(&sql, &[&user.as_str()])?;
        found.iter().map(read).collect()
    }

    fn device_of_token(&self, token: &SecretHash) -> Result<Option<Device>, StorageError> {
        one(self, "AND token_hash = $2", &[&token.0.as_slice()])
    }

    fn add_device(&self, device: &Enlisted) -> Result<(), StorageError> {
        let sql = "INSERT INTO device (district_id, device_id, user_id, name, copy_of, token_hash,
                                       incarnation, state, last_mut_seq, last_hash, enrolled_at, pending,
                                       version, synced_to, believed_from)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, 'active', 0, $8, $9, 0, $10, 0, 0)";
        let values: [Value<'_>; 9] = [
            &device.id.to_string(),
            &device.user.as_str(),
            &device.name,
            &device.copy_of.map(|id| id.to_string()),
            &device.token.0.as_slice(),
            &number(FIRST.0),
            &ChainHash::START.bytes().as_slice(),
            &device.at.unix_ms(),
            &device.version,
        ];
        self.execute(sql, &values).map(drop)
    }

    fn put_state(&self, device: DeviceId, state: DeviceState) -> Result<(), StorageError> {
        let sql = "UPDATE device SET state = $3 WHERE district_id = $1 AND device_id = $2";
        self.execute(sql, &[&device.to_string(), &state_name(state)])
            .map(drop)
    }

    fn put_wiped(&self, device: DeviceId, wiped: Wiped) -> Result<(), StorageError> {
        let sql = "UPDATE device SET wiped_at = $3, wiped_unsent = $4
                   WHERE district_id = $1 AND device_id = $2";
        let values: [Value<'_>; 3] = [
            &device.to_string(),
            &wiped.at.unix_ms(),
            &i64::from(wiped.unsent),
        ];
        self.execute(sql, &values).map(drop)
    }

    fn put_believed_from(&self, device: DeviceId, seq: Seq) -> Result<(), StorageError> {
        let sql = "UPDATE device SET believed_from = $3 WHERE district_id = $1 AND device_id = $2";
        self.execute(sql, &[&device.to_string(), &number(seq.0)])
            .map(drop)
    }

    fn lock_code(&self, code: &SecretHash) -> Result<Option<StoredCode>, StorageError> {
        let sql = "SELECT user_id, expires_at, used_at IS NOT NULL AS used FROM enrol_code
                   WHERE district_id = $1 AND code_hash = $2 FOR UPDATE";
        let Some(row) = self.one(sql, &[&code.0.as_slice()])? else {
            return Ok(None);
        };
        let user: String = get(&row, "user_id")?;
        let expires = At::from_unix_ms(get(&row, "expires_at")?)
            .ok_or_else(|| bad_row("enrol_code", &user, "expires at no moment"))?;
        Ok(Some(StoredCode {
            user: UserId::new(user),
            expires,
            used: get(&row, "used")?,
        }))
    }

    fn add_code(&self, code: &NewCode) -> Result<(), StorageError> {
        let sql = "INSERT INTO enrol_code (district_id, code_hash, user_id, issued_at, expires_at)
                   VALUES ($1, $2, $3, $4, $5)";
        let values: [Value<'_>; 4] = [
            &code.hash.0.as_slice(),
            &code.user.as_str(),
            &code.issued.unix_ms(),
            &code.expires.unix_ms(),
        ];
        self.execute(sql, &values).map(drop)
    }

    fn use_code(&self, code: &SecretHash, by: DeviceId, at: At) -> Result<(), StorageError> {
        let sql = "UPDATE enrol_code SET used_at = $3, used_by = $4
                   WHERE district_id = $1 AND code_hash = $2";
        let values: [Value<'_>; 3] = [&code.0.as_slice(), &at.unix_ms(), &by.to_string()];
        self.execute(sql, &values).map(drop)
    }
}

/// All devices, by user and time of enrolment.
pub(super) fn all(tx: &Tx<'_>) -> Result<Vec<Device>, StorageError> {
    let sql = format!("{SELECT} ORDER BY user_id, enrolled_at, device_id");
    tx.query(&sql, &[])?.iter().map(read).collect()
}

/// A device, locked until the transaction ends.
pub(super) fn lock(tx: &Tx<'_>, id: DeviceId) -> Result<Option<Device>, StorageError> {
    one(tx, "AND device_id = $2 FOR UPDATE", &[&id.to_string()])
}

/// Moves the end of a device's chain.
pub(super) fn move_end(tx: &Tx<'_>, device: DeviceId, end: ChainEnd) -> Result<(), StorageError> {
    let sql = "UPDATE device SET last_mut_seq = $3, last_hash = $4
               WHERE district_id = $1 AND device_id = $2";
    let values: [Value<'_>; 3] = [
        &device.to_string(),
        &number(end.last.0),
        &end.hash.bytes().as_slice(),
    ];
    tx.execute(sql, &values).map(drop)
}

fn one(tx: &Tx<'_>, which: &str, of: &[Value<'_>]) -> Result<Option<Device>, StorageError> {
    let found = tx.one(&format!("{SELECT} {which}"), of)?;
    found.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<Device, StorageError> {
    DeviceColumns {
        device_id: get(row, "device_id")?,
        user_id: get(row, "user_id")?,
        name: get(row, "name")?,
        copy_of: get(row, "copy_of")?,
        incarnation: get(row, "incarnation")?,
        state: get(row, "state")?,
        last_mut_seq: get(row, "last_mut_seq")?,
        last_hash: get(row, "last_hash")?,
        last_sync: get(row, "last_sync")?,
        pending: get(row, "pending")?,
        oldest_pending: get(row, "oldest_pending")?,
        version: get(row, "version")?,
        wiped_at: get(row, "wiped_at")?,
        wiped_unsent: get(row, "wiped_unsent")?,
        enrolled_at: get(row, "enrolled_at")?,
        last_seen: get(row, "last_seen")?,
        last_error: get(row, "last_error")?,
        synced_to: get(row, "synced_to")?,
        believed_from: get(row, "believed_from")?,
    }
    .try_into()
}
