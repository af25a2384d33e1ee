//! A small district to test in: cadres C1 to C3, enterprises that are theirs.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use qilian_domain::ids::{AssignmentId, At, DeviceId, DistrictId, Epoch, MutId, UserId, VisitId};
use qilian_domain::quota::QuotaRule;
use qilian_domain::row::Row;
use qilian_domain::rows::{
    Assignment, District, Enterprise, Programme, Registration, Role, Service, User, UserContact,
};
use qilian_domain::uscc::Uscc;
use qilian_server::secret;
use qilian_server::storage::{Founding, NewCode, NewDevice, Storage};
use uuid::Uuid;

use crate::laptop::Laptop;

pub(crate) const NOON: &str = "2026-11-20T12:00:00+08:00";

pub(crate) fn at(text: &str) -> At {
    At::new(chrono::DateTime::parse_from_rfc3339(text).expect("a moment"))
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// Ids that tests can tell apart.
pub(crate) fn uuid(n: u64) -> Uuid {
    Uuid::from_u64_pair(0x0190_0000_0000_7000, 0x8000_0000_0000_0000 | n)
}

pub(crate) fn mut_id(n: u64) -> MutId {
    MutId::new(uuid(n))
}

pub(crate) fn visit_id(n: u64) -> VisitId {
    VisitId::new(uuid(n))
}

pub(crate) fn cadre(n: u32) -> UserId {
    UserId::new(format!("C{n}"))
}

pub(crate) fn uscc(n: u32) -> Uscc {
    Uscc::from_parts('9', '1', "990101", &format!("MA{n:06}")).expect("a valid code")
}

pub(crate) fn enterprise(n: u32) -> Enterprise {
    Enterprise {
        uscc: uscc(n),
        name: format!("澜州第{n}制造有限公司"),
        registration: Registration::default(),
        people: Vec::new(),
    }
}

pub(crate) fn user(n: u32) -> User {
    User {
        id: cadre(n),
        name: format!("干部{n}"),
        unit: None,
        roles: BTreeSet::from([Role::Cadre]),
        level: None,
        area: None,
        service: Service::Serving,
    }
}

/// The `n`th interval: an enterprise is a cadre's from a day to a day; an empty `to` is open.
pub(crate) fn assignment(n: u64, of: u32, whose: u32, from: &str, to: &str) -> Assignment {
    Assignment {
        id: AssignmentId::new(uuid(n)),
        uscc: uscc(of),
        cadre: cadre(whose),
        from: day(from),
        to: (!to.is_empty()).then(|| day(to)),
    }
}

/// A district in some storage.
pub(crate) struct TestDistrict<'a> {
    pub(crate) storage: &'a dyn Storage,
    pub(crate) id: DistrictId,
    pub(crate) now: At,
}

impl<'a> TestDistrict<'a> {
    /// Enterprise 1 and 2 are C1's, 3 is C2's, C3 has none, since 1 October.
    pub(crate) fn found(storage: &'a dyn Storage) -> Self {
        let id = DistrictId::new("d1");
        let mut rows: Vec<Row> = vec![
            District {
                id: id.clone(),
                name: "澜州市示范区".to_owned(),
                export_key: None,
            }
            .into(),
            Programme {
                quota: QuotaRule::default(),
                lease_days: Programme::default_lease_days(),
            }
            .into(),
        ];
        rows.extend((1..=3).map(|n| Row::from(user(n))));
        rows.extend((1..=3).map(|n| {
            let phone = format!("1380000000{n}");
            Row::from(UserContact {
                user: cadre(n),
                phone,
            })
        }));
        rows.extend((1..=3).map(|n| Row::from(enterprise(n))));
        rows.push(assignment(1, 1, 1, "2026-10-01", "").into());
        rows.push(assignment(2, 2, 1, "2026-10-01", "").into());
        rows.push(assignment(3, 3, 2, "2026-10-01", "").into());
        let founding = Founding {
            district: District {
                id: id.clone(),
                name: "澜州市示范区".to_owned(),
                export_key: None,
            },
            epoch: Epoch::new(uuid(0xE)),
            rows,
            at: at(NOON),
        };
        storage.found(&founding).expect("founded");
        Self {
            storage,
            id,
            now: at(NOON),
        }
    }

    /// The same district, later.
    pub(crate) fn later(&self, text: &str) -> Self {
        Self {
            storage: self.storage,
            id: self.id.clone(),
            now: at(text),
        }
    }

    /// Writes rows as an import does.
    pub(crate) fn write(&self, rows: &[Row]) -> qilian_server::storage::Written {
        let mut decide = |_: &qilian_domain::command::Loaded| rows.to_vec();
        self.storage
            .change(&self.id, &[], self.now, &mut decide)
            .expect("written")
    }

    /// All rows of a kind.
    pub(crate) fn rows(&self, kind: qilian_domain::row::Kind) -> Vec<Row> {
        self.storage.rows(&self.id, &[kind]).expect("read")
    }

    /// Enrols a laptop of a cadre; `n` tells laptops apart.
    pub(crate) fn laptop(&self, whose: u32, n: u64) -> Laptop {
        let code = secret::hash(&format!("code {n}"));
        let new = NewCode {
            hash: code,
            user: cadre(whose),
            issued: self.now,
            expires: self.now.plus_ms(60_000),
        };
        self.storage
            .issue_code(&self.id, &new)
            .expect("issued")
            .expect("a user");
        let device = NewDevice {
            code,
            id: DeviceId::new(uuid(0xD00 + n)),
            token: secret::hash(&format!("token {n}")),
            name: format!("笔记本{n}"),
            version: "0.1.0".to_owned(),
            at: self.now,
        };
        let enrolled = self
            .storage
            .enrol(&self.id, &device)
            .expect("works")
            .expect("enrolled");
        Laptop::new(device.id, enrolled.epoch, enrolled.incarnation)
    }

    /// Pulls until the cut is complete.
    pub(crate) fn pull(&self, laptop: &mut Laptop) {
        self.pull_by(laptop, u32::MAX, |_| {});
    }

    /// Pulls in pages of some size, doing something after each page.
    pub(crate) fn pull_by(
        &self,
        laptop: &mut Laptop,
        max_bytes: u32,
        mut between: impl FnMut(u32),
    ) {
        for page in 1..10_000 {
            let request = laptop.pull_request(max_bytes);
            let reply = self
                .storage
                .pull(&self.id, laptop.device, &request, self.now)
                .expect("pulled");
            if laptop.take(reply) {
                return;
            }
            between(page);
        }
        panic!("the pull does not come to an end");
    }

    /// Pushes what the laptop has, and hands it the reply.
    pub(crate) fn push(&self, laptop: &mut Laptop) -> qilian_sync::wire::PushReply {
        let request = laptop.push_request();
        let reply = self
            .storage
            .push(&self.id, laptop.device, &request, self.now)
            .expect("pushed");
        laptop.acknowledge(&reply);
        reply
    }
}
