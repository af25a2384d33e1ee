//! Owns a district's beginning: its rules, the calendars that ship, its first administrator.

use std::collections::BTreeSet;

use qilian_domain::calendar::{BadCalendar, Calendars};
use qilian_domain::ids::{At, Epoch, UserId};
use qilian_domain::quota::QuotaRule;
use qilian_domain::row::Row;
use qilian_domain::rows::{Calendar, District, Programme, Role, Service, User};
use rand::Rng;
use uuid::Uuid;

use crate::secret::{district_id, fresh_id};
use crate::storage::Founding;

/// The id of the first administrator.
pub const ADMINISTRATOR: &str = "admin";

/// Where new ids come from: a source of randomness, and the time that they sort by.
pub struct Fresh<'a> {
    random: &'a mut dyn Rng,
    at: At,
}

impl<'a> Fresh<'a> {
    /// Ids made at a time.
    pub fn new(random: &'a mut dyn Rng, at: At) -> Self {
        Self { random, at }
    }

    /// The time that ids are made at, and rows stamped with.
    pub const fn at(&self) -> At {
        self.at
    }

    /// A new id.
    pub fn id(&mut self) -> Uuid {
        fresh_id(self.random, self.at)
    }
}

/// An empty district.
///
/// # Errors
/// Only if a calendar that ships is broken.
pub fn founding(name: &str, fresh: &mut Fresh<'_>) -> Result<Founding, BadCalendar> {
    let district = District {
        id: district_id(fresh.random),
        name: name.to_owned(),
        export_key: None,
    };
    let administrator = User {
        id: UserId::new(ADMINISTRATOR),
        name: "系统管理员".to_owned(),
        unit: None,
        roles: BTreeSet::from([Role::Admin]),
        level: None,
        area: None,
        service: Service::Serving,
    };
    let programme = Programme {
        quota: QuotaRule::default(),
        lease_days: Programme::default_lease_days(),
    };
    let calendars = Calendars::builtin()?;
    let mut rows: Vec<Row> = vec![
        district.clone().into(),
        programme.into(),
        administrator.into(),
    ];
    rows.extend(calendars.years().cloned().map(|year| Calendar(year).into()));
    Ok(Founding {
        epoch: Epoch::new(fresh.id()),
        at: fresh.at(),
        district,
        rows,
    })
}
