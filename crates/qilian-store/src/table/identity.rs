//! Owns `identity`: whom this store belongs to. One row, written at enrolment; a copy of a laptop gets
//! another device and token.

use qilian_domain::ids::{DeviceId, DistrictId, Epoch, Incarnation, UserId};
use qilian_sync::client::OwnLaptop;
use qilian_sync::wire::{EnrolledDistrict, EnrolledUser};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{parsed, signed, unsigned};
use crate::error::StoreError;

const TABLE: &str = "identity";

/// Whom a store belongs to, and how it proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The laptop.
    pub device: DeviceId,
    /// Which copy of it.
    pub incarnation: Incarnation,
    /// The server's timeline.
    pub epoch: Epoch,
    /// The server's address, as the user gave it.
    pub server: String,
    /// What proves the device.
    pub token: String,
    /// The user.
    pub user: EnrolledUser,
    /// The district.
    pub district: EnrolledDistrict,
}

pub(crate) fn find(connection: &Connection) -> Result<Option<Identity>, StoreError> {
    connection
        .prepare_cached("SELECT * FROM identity")?
        .query_row([], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

pub(crate) fn required(connection: &Connection) -> Result<Identity, StoreError> {
    find(connection)?.ok_or(StoreError::NotEnrolled)
}

pub(crate) fn insert(connection: &Connection, identity: &Identity) -> Result<(), StoreError> {
    if find(connection)?.is_some() {
        return Err(StoreError::AlreadyEnrolled);
    }
    connection.execute(
        "INSERT INTO identity (one, device, incarnation, epoch, server, token, user_id, user_name,
                               district_id, district_name)
         VALUES (1, :device, :incarnation, :epoch, :server, :token, :user_id, :user_name,
                 :district_id, :district_name)",
        named_params! {
            ":device": identity.device.to_string(),
            ":incarnation": signed(identity.incarnation.0),
            ":epoch": identity.epoch.to_string(),
            ":server": identity.server,
            ":token": identity.token,
            ":user_id": identity.user.id.as_str(),
            ":user_name": identity.user.name,
            ":district_id": identity.district.id.as_str(),
            ":district_name": identity.district.name,
        },
    )?;
    Ok(())
}

/// The server is on another timeline.
pub(crate) fn set_epoch(connection: &Connection, epoch: Epoch) -> Result<(), StoreError> {
    connection.execute("UPDATE identity SET epoch = ?1", [epoch.to_string()])?;
    Ok(())
}

/// What this store, a copy, is to be: `fresh`, which is kept, unless something was kept before.
pub(crate) fn keep_own(
    connection: &Connection,
    fresh: &OwnLaptop,
) -> Result<OwnLaptop, StoreError> {
    let (device, token): (String, String) = connection.query_row(
        "UPDATE identity SET own_device = coalesce(own_device, :device),
                             own_token = coalesce(own_token, :token)
         RETURNING own_device, own_token",
        named_params! { ":device": fresh.device.to_string(), ":token": fresh.token },
        |row| Ok((row.get("own_device")?, row.get("own_token")?)),
    )?;
    Ok(OwnLaptop {
        device: parsed(&device, TABLE, "own_device")?,
        token,
    })
}

/// Becomes what was kept.
pub(crate) fn become_own(
    connection: &Connection,
    incarnation: Incarnation,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE identity SET device = own_device, token = own_token, incarnation = ?1,
                             own_device = NULL, own_token = NULL",
        [signed(incarnation.0)],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Identity, StoreError> {
    Ok(Identity {
        device: parsed(&row.get::<_, String>("device")?, TABLE, "device")?,
        incarnation: Incarnation(unsigned(row.get("incarnation")?, TABLE, "incarnation")?),
        epoch: parsed(&row.get::<_, String>("epoch")?, TABLE, "epoch")?,
        server: row.get("server")?,
        token: row.get("token")?,
        user: EnrolledUser {
            id: UserId::new(row.get::<_, String>("user_id")?),
            name: row.get("user_name")?,
        },
        district: EnrolledDistrict {
            id: DistrictId::new(row.get::<_, String>("district_id")?),
            name: row.get("district_name")?,
        },
    })
}
