//! Owns the people of the district: units and users as rosters and lists of users name them.

use std::collections::{BTreeMap, BTreeSet};

use qilian_domain::command::Loaded;
use qilian_domain::ids::{UnitId, UserId};
use qilian_domain::row::Row;
use qilian_domain::rows::{Role, Service, Unit, User, UserContact};

use super::Tally;
use crate::import::{RosterCadre, UserRow};

/// Units and users as they come to stand.
pub(super) struct Staff<'a> {
    loaded: &'a Loaded,
    units: BTreeMap<String, UnitId>,
    changes: Vec<Row>,
}

impl<'a> Staff<'a> {
    /// Of what is stored.
    pub(super) fn of(loaded: &'a Loaded) -> Self {
        let units = loaded
            .all::<Unit>()
            .map(|unit| (unit.name.clone(), unit.id.clone()));
        Self {
            loaded,
            units: units.collect(),
            changes: Vec::new(),
        }
    }

    /// The one user of that name, in that unit if one is given.
    pub(super) fn find(&self, cadre: &RosterCadre) -> Option<UserId> {
        let unit = cadre.unit.as_deref().map(|name| self.units.get(name));
        let mut same = self.loaded.all::<User>().filter(|user| {
            user.name == cadre.name && unit.is_none_or(|unit| unit == user.unit.as_ref())
        });
        match (same.next(), same.next()) {
            (Some(one), None) => Some(one.id.clone()),
            _ => None,
        }
    }

    /// A cadre of a roster: who they are is updated, and that they are a cadre is added.
    pub(super) fn cadre(&mut self, id: &UserId, told: &RosterCadre) {
        let unit = told.unit.as_deref().map(|name| self.unit(name));
        let user = match self.loaded.get::<User>(id) {
            Some(known) => User {
                name: told.name.clone(),
                unit: unit.or_else(|| known.unit.clone()),
                roles: known.roles.iter().copied().chain([Role::Cadre]).collect(),
                ..known.clone()
            },
            None => User {
                id: id.clone(),
                name: told.name.clone(),
                unit,
                roles: BTreeSet::from([Role::Cadre]),
                level: None,
                area: None,
                service: Service::Serving,
            },
        };
        self.changes.push(user.into());
        self.phone(id, told.phone.as_deref());
    }

    /// The rows to write; those that are stored just so are no change.
    pub(super) fn into_rows(self) -> Vec<Row> {
        self.changes
    }

    /// A user of a list: the list says all there is.
    fn listed(&mut self, told: &UserRow) -> User {
        let unit = told.unit.as_deref().map(|name| self.unit(name));
        let user = User {
            id: told.id.clone(),
            name: told.name.clone(),
            unit,
            roles: told.roles.clone(),
            level: told.level,
            area: told.area.clone(),
            // A list says who there is, not who leaves.
            service: (self.loaded.get::<User>(&told.id))
                .map(|known| known.service.clone())
                .unwrap_or_default(),
        };
        self.changes.push(user.clone().into());
        self.phone(&told.id, told.phone.as_deref());
        user
    }

    /// A unit that is known by name only has its name as id.
    fn unit(&mut self, name: &str) -> UnitId {
        if let Some(id) = self.units.get(name) {
            return id.clone();
        }
        let id = UnitId::new(name);
        self.units.insert(name.to_owned(), id.clone());
        let name = name.to_owned();
        self.changes.push(
            Unit {
                id: id.clone(),
                name,
            }
            .into(),
        );
        id
    }

    fn phone(&mut self, user: &UserId, phone: Option<&str>) {
        if let Some(phone) = phone {
            let contact = UserContact {
                user: user.clone(),
                phone: phone.to_owned(),
            };
            self.changes.push(contact.into());
        }
    }
}

/// The rows of a list of users, and how many of them are new, changed or known.
pub fn users(list: &[UserRow], loaded: &Loaded) -> (Vec<Row>, Tally) {
    let mut staff = Staff::of(loaded);
    let mut tally = Tally::default();
    for told in list {
        let user = staff.listed(told);
        let phone = loaded
            .get::<UserContact>(&told.id)
            .map(|c| c.phone.as_str());
        let same_phone = told.phone.is_none() || told.phone.as_deref() == phone;
        match loaded.get::<User>(&told.id) {
            None => tally.created += 1,
            Some(known) if *known == user && same_phone => tally.unchanged += 1,
            Some(_) => tally.updated += 1,
        }
    }
    (staff.into_rows(), tally)
}
