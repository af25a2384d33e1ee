//! Owns `identity`: whom this store belongs to. One row, written once, at enrolment.

use qilian_domain::ids::{DeviceId, DistrictId, Epoch, Incarnation, UserId};
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
    /// The server's timeline at enrolment.
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
