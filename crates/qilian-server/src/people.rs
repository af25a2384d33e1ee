//! Owns names: who the users of a district are, and laptops as people read of them.
//!
//! Elsewhere: laptops themselves (`storage`), what is said of them (`routes::admin`, the terminal).

use std::collections::BTreeMap;

use qilian_domain::ids::{DistrictId, UserId};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{Role, Service, User};
use qilian_sync::wire::{InvalidateRequest, LaptopView, NamedUser, WipedView};

use crate::storage::{Device, Storage, StorageError, Wiped};

/// The users of a district and the names of their units.
#[derive(Debug, Clone)]
pub struct People {
    users: BTreeMap<UserId, User>,
    units: BTreeMap<String, String>,
}

impl People {
    /// Reads them.
    ///
    /// # Errors
    /// What goes wrong in the database.
    pub fn read(storage: &dyn Storage, district: &DistrictId) -> Result<Self, StorageError> {
        let mut people = Self {
            users: BTreeMap::new(),
            units: BTreeMap::new(),
        };
        for row in storage.rows(district, &[Kind::User, Kind::Unit])? {
            match row {
                Row::User(user) => drop(people.users.insert(user.id.clone(), user)),
                Row::Unit(unit) => drop(people.units.insert(unit.id.to_string(), unit.name)),
                _ => {}
            }
        }
        Ok(people)
    }

    /// Whether a user has a role now. Whoever leaves has none.
    pub fn has_role(&self, user: &UserId, role: Role) -> bool {
        self.users
            .get(user)
            .is_some_and(|user| user.roles.contains(&role) && user.service == Service::Serving)
    }

    /// A user by name.
    pub fn named(&self, id: &UserId) -> NamedUser {
        let user = self.users.get(id);
        let unit = user.and_then(|user| user.unit.as_ref()).map(|unit| {
            let name = self.units.get(unit.as_str());
            name.cloned().unwrap_or_else(|| unit.to_string())
        });
        NamedUser {
            id: id.clone(),
            name: user.map_or_else(|| id.to_string(), |user| user.name.clone()),
            unit,
        }
    }

    /// A laptop with its user's name.
    pub fn laptop(&self, device: &Device) -> LaptopView {
        LaptopView {
            device_id: device.id,
            user: self.named(&device.user),
            name: device.name.clone(),
            copy_of: device.copy_of,
            state: device.state,
            enrolled: device.enrolled,
            last_sync: device.last_sync,
            last_seen: device.last_seen,
            pending: device.pending,
            oldest_pending: device.oldest_pending,
            version: device.version.clone(),
            last_error: device.last_error.clone(),
            resync_due: device.resync_due(),
            wiped: (device.wiped).map(|Wiped { at, unsent }| WipedView { at, unsent }),
        }
    }

    /// Whether a request to pull anew means this laptop.
    pub fn is_meant(&self, device: &Device, by: &InvalidateRequest) -> bool {
        let of_unit = |unit: &String| {
            let user = self.users.get(&device.user);
            let Some(of) = user.and_then(|user| user.unit.as_ref()) else {
                return false;
            };
            of.as_str() == unit || self.units.get(of.as_str()) == Some(unit)
        };
        by.all
            || by.users.contains(&device.user)
            || by.devices.contains(&device.id)
            || by.units.iter().any(of_unit)
    }
}
