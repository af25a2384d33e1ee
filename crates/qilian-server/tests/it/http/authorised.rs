//! Who may do what, as tables: every endpoint, every kind of row and every command, for every role, for those
//! who hold the enterprise in question, those who lost it and those who never had it.
//!
//! Endpoints come from the router's own document, kinds and commands from the domain's own lists: a new one
//! fails until it stands in its table (`endpoints` and `addressed`, `kinds`, `commands`), which is one entry each. Owns the
//! people that the tables are tried with, and their laptops.

mod addressed;
mod commands;
mod endpoints;
mod kinds;

use qilian_domain::ids::{AssignmentId, DistrictId, UserId};
use qilian_domain::row::Row;
use qilian_domain::rows::{Assignment, Role, Service, User};
use qilian_server::secret;
use qilian_server::storage::NewCode;
use qilian_sync::wire::PullReply;

use super::Running;
use crate::district::{NOON, TestDistrict, at, cadre, day, enterprise, uscc, uuid};
use crate::laptop::Laptop;

/// The enterprise in question.
const THEIRS: u32 = 11;
/// An enterprise that nobody has.
const NOBODYS: u32 = 12;
/// Numbers of assignments begin here.
const ASSIGNMENTS: u64 = 0xA000;

/// A colleague who is nobody of those that are tried.
fn colleague() -> UserId {
    cadre(3)
}

/// How somebody stands to the enterprise in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It is theirs.
    Holds,
    /// It was theirs until two days ago, and their laptop knows.
    Lost,
    /// It never was.
    Never,
}

const STANDINGS: [Standing; 3] = [Standing::Holds, Standing::Lost, Standing::Never];

pub(super) const ROLES: [Role; 13] = [
    Role::Cadre,
    Role::GroupLead,
    Role::ChiefOfficer,
    Role::Expert,
    Role::Dispatcher,
    Role::UnitContact,
    Role::UnitHandler,
    Role::UnitHead,
    Role::Supervisor,
    Role::Caller,
    Role::Statistician,
    Role::Admin,
    Role::Auditor,
];

/// Where a role stands among [`ROLES`]: a new one does not compile until it has a place.
const fn place(role: Role) -> usize {
    match role {
        Role::Cadre => 0,
        Role::GroupLead => 1,
        Role::ChiefOfficer => 2,
        Role::Expert => 3,
        Role::Dispatcher => 4,
        Role::UnitContact => 5,
        Role::UnitHandler => 6,
        Role::UnitHead => 7,
        Role::Supervisor => 8,
        Role::Caller => 9,
        Role::Statistician => 10,
        Role::Admin => 11,
        Role::Auditor => 12,
    }
}

#[test]
fn every_role_is_tried() {
    for (n, role) in ROLES.into_iter().enumerate() {
        assert_eq!(place(role), n, "{role:?}");
    }
}

/// Somebody with one role, and their laptop.
struct Person {
    /// Tells people apart.
    n: u64,
    id: UserId,
    role: Role,
    standing: Standing,
    laptop: Laptop,
    token: String,
}

/// A server with everybody's laptop enrolled, and nothing pulled.
struct Office {
    server: Running,
    people: Vec<Person>,
}

impl Office {
    async fn opened() -> Self {
        let server = Running::start().await;
        let mut people = Vec::new();
        for (n, (role, standing)) in everybody().enumerate() {
            let id = UserId::new(format!("{role:?}.{standing:?}"));
            let n = n as u64;
            let mut rows = vec![user(&id, role)];
            if standing != Standing::Never {
                rows.push(assigned(n, &id, None));
            }
            district(&server).write(&rows);
            let (laptop, token) = enrolled(&server, &id, n).await;
            people.push(Person {
                n,
                id,
                role,
                standing,
                laptop,
                token,
            });
        }
        let enterprises = [THEIRS, NOBODYS].map(|n| Row::from(enterprise(n)));
        district(&server).write(&enterprises);
        Self { server, people }
    }

    /// Takes the enterprise away from those who are to lose it.
    fn reassign(&self) {
        let lost = self.people.iter().filter(|p| p.standing == Standing::Lost);
        let ended: Vec<_> = lost
            .map(|p| assigned(p.n, &p.id, Some("2026-11-18")))
            .collect();
        district(&self.server).write(&ended);
    }

    /// Everybody pulls to the end.
    async fn pull(&mut self) {
        for person in &mut self.people {
            loop {
                let request = person.laptop.pull_request(u32::MAX);
                let page: PullReply = self
                    .server
                    .post("/api/v1/sync/pull", &person.token, &request)
                    .await
                    .expect("pulled");
                if person.laptop.take(page) {
                    break;
                }
            }
        }
    }
}

fn everybody() -> impl Iterator<Item = (Role, Standing)> {
    ROLES
        .into_iter()
        .flat_map(|role| STANDINGS.map(|standing| (role, standing)))
}

fn district(server: &Running) -> TestDistrict<'_> {
    TestDistrict {
        storage: server.storage.as_ref(),
        id: DistrictId::new("d1"),
        now: at(NOON),
    }
}

fn user(id: &UserId, role: Role) -> Row {
    User {
        id: id.clone(),
        name: format!("某{id}"),
        unit: None,
        roles: [role].into(),
        level: None,
        area: None,
        service: Service::Serving,
    }
    .into()
}

fn assigned(n: u64, cadre: &UserId, to: Option<&str>) -> Row {
    Assignment {
        id: AssignmentId::new(uuid(ASSIGNMENTS + n)),
        uscc: uscc(THEIRS),
        cadre: cadre.clone(),
        from: day("2026-10-01"),
        to: to.map(day),
    }
    .into()
}

async fn enrolled(server: &Running, user: &UserId, n: u64) -> (Laptop, String) {
    let code = format!("{n:08}");
    let new = NewCode {
        hash: secret::hash(&secret::normal_code(&code)),
        user: user.clone(),
        issued: at(NOON),
        expires: at(NOON).plus_ms(60_000),
    };
    let issued = server.storage.issue_code(&DistrictId::new("d1"), &new);
    issued.expect("works").expect("issued");
    let reply = server.enrol(&code).await.expect("enrolled");
    let laptop = Laptop::new(reply.device_id, reply.epoch, reply.incarnation);
    (laptop, reply.token)
}
