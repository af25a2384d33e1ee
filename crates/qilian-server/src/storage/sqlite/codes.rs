//! Owns the table `enrol_code`: one-time codes, of which only the hash is kept.

use qilian_domain::ids::{At, DistrictId, UserId};
use qilian_domain::row::{Row, RowKey};
use qilian_domain::rows::User;
use rusqlite::{OptionalExtension as _, Transaction, named_params};

use super::fault::{bad_row, fault};
use super::{
    CodeRefusal, Enlisted, Enrolled, NewCode, NewDevice, StorageError, devices, districts, rows,
};

/// Keeps a code for a user, if there is such a user.
pub(super) fn issue(
    tx: &Transaction<'_>,
    district: &DistrictId,
    code: &NewCode,
) -> Result<Option<User>, StorageError> {
    let Some(user) = user(tx, district, &code.user)? else {
        return Ok(None);
    };
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
    Ok(Some(user))
}

/// Uses a code up.
pub(super) fn enrol(
    tx: &Transaction<'_>,
    district: &DistrictId,
    device: &NewDevice,
) -> Result<Result<Enrolled, CodeRefusal>, StorageError> {
    let Some(code) = find(tx, district, device)? else {
        return Ok(Err(CodeRefusal::Unknown));
    };
    if code.used {
        return Ok(Err(CodeRefusal::Used));
    }
    if code.expires <= device.at {
        return Ok(Err(CodeRefusal::Expired));
    }
    let user = user(tx, district, &code.user)?
        .ok_or_else(|| bad_row("enrol_code", &code.user, "its user is gone"))?;
    tx.execute(
        "UPDATE enrol_code SET used_at = :at, used_by = :device
         WHERE district_id = :district AND code_hash = :code",
        named_params! {
            ":district": district.as_str(),
            ":code": device.code.0,
            ":at": device.at.unix_ms(),
            ":device": device.id.to_string(),
        },
    )
    .map_err(fault)?;
    let begun = Enlisted {
        id: device.id,
        user: user.id.clone(),
        name: device.name.clone(),
        copy_of: None,
        token: device.token,
        version: device.version.clone(),
        at: device.at,
    };
    devices::insert(tx, district, &begun)?;
    Ok(Ok(Enrolled {
        epoch: districts::epoch(tx, district)?,
        incarnation: devices::FIRST,
        user,
        district: districts::one(tx, district)?,
    }))
}

/// A code as it was stored.
struct StoredCode {
    user: UserId,
    expires: At,
    used: bool,
}

fn find(
    tx: &Transaction<'_>,
    district: &DistrictId,
    device: &NewDevice,
) -> Result<Option<StoredCode>, StorageError> {
    let found: Option<(String, i64, bool)> = tx
        .query_row(
            "SELECT user_id, expires_at, used_at IS NOT NULL AS used FROM enrol_code
             WHERE district_id = :district AND code_hash = :code",
            named_params! { ":district": district.as_str(), ":code": device.code.0 },
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

fn user(
    tx: &Transaction<'_>,
    district: &DistrictId,
    id: &UserId,
) -> Result<Option<User>, StorageError> {
    match rows::one(tx, district, &RowKey::of::<User>(id))? {
        Some(Row::User(user)) => Ok(Some(user)),
        _ => Ok(None),
    }
}
