//! Owns the table `enrol_code`: one-time codes, of which only the hash is kept.
//!
//! Elsewhere: what a code is good for (`storage::enrol`).

use qilian_domain::ids::{At, DeviceId, DistrictId, UserId};
use rusqlite::{OptionalExtension as _, Transaction, named_params};

use super::fault::fault;
use super::{NewCode, SecretHash, StorageError};
use crate::storage::stored::bad_row;
use crate::storage::transaction::StoredCode;

/// Keeps a code.
pub(super) fn insert(
    tx: &Transaction<'_>,
    district: &DistrictId,
    code: &NewCode,
) -> Result<(), StorageError> {
    tx.execute(
        "INSERT INTO enrol_code (district_id, code_hash, user_id, issued_at, expires_at)
         VALUES (:district, :code, :user, :issued, :expires)",
        named_params! {
            ":district": district.as_str(),
            ":code": code.hash.0,
            ":user": code.user.as_str(),
            ":issued": code.issued.unix_ms(),
            ":expires": code.expires.unix_ms(),
        },
    )
    .map_err(fault)?;
    Ok(())
}

/// Uses a code up.
pub(super) fn use_up(
    tx: &Transaction<'_>,
    district: &DistrictId,
    code: &SecretHash,
    by: DeviceId,
    at: At,
) -> Result<(), StorageError> {
    tx.execute(
        "UPDATE enrol_code SET used_at = :at, used_by = :device
         WHERE district_id = :district AND code_hash = :code",
        named_params! {
            ":district": district.as_str(),
            ":code": code.0,
            ":at": at.unix_ms(),
            ":device": by.to_string(),
        },
    )
    .map_err(fault)?;
    Ok(())
}

/// A code.
pub(super) fn find(
    tx: &Transaction<'_>,
    district: &DistrictId,
    code: &SecretHash,
) -> Result<Option<StoredCode>, StorageError> {
    let found: Option<(String, i64, bool)> = tx
        .query_row(
            "SELECT user_id, expires_at, used_at IS NOT NULL AS used FROM enrol_code
             WHERE district_id = :district AND code_hash = :code",
            named_params! { ":district": district.as_str(), ":code": code.0 },
            |row| {
                Ok((
                    row.get("user_id")?,
                    row.get("expires_at")?,
                    row.get("used")?,
                ))
            },
        )
        .optional()
        .map_err(fault)?;
    let Some((user, expires, used)) = found else {
        return Ok(None);
    };
    let expires = At::from_unix_ms(expires)
        .ok_or_else(|| bad_row("enrol_code", &user, "expires at no moment"))?;
    Ok(Some(StoredCode {
        user: UserId::new(user),
        expires,
        used,
    }))
}
