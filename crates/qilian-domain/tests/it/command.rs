//! Claims about commands, and what they start from: a district with one enterprise and two cadres.

mod attachment;
mod notes;
mod others;
mod scope;
mod visit;
mod week;

use qilian_domain::command::{Command, Context, Lateness, Loaded, Rules, Scope, VisitRecord};
use qilian_domain::ids::{At, UserId, VisitId};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Known, Row};
use qilian_domain::rows::{Enterprise, Registration, Service, User, VisitMode};
use qilian_domain::stamp::Stamp;
use uuid::Uuid;

use crate::given::{self, assignment, calendars, day, uscc};

/// Of a full week.
pub(super) const MONDAY: &str = "2026-11-16";

pub(super) fn cadre() -> UserId {
    given::cadre(1)
}

pub(super) fn at(text: &str) -> At {
    At::new(chrono::DateTime::parse_from_rfc3339(text).expect("a moment"))
}

pub(super) fn stamp(device: &str, received: Option<&str>) -> Stamp {
    Stamp {
        device: at(device),
        offset_ms: Some(0),
        received: received.map(at),
    }
}

/// A district with enterprise 1, which is the cadre's since October, and a colleague.
pub(super) fn district() -> Loaded {
    let enterprise = Enterprise {
        uscc: uscc(1),
        name: "澜州市澄川精密制造有限公司".to_owned(),
        registration: Registration::default(),
        people: Vec::new(),
    };
    let colleague = User {
        id: UserId::new("C0002"),
        name: "李某".to_owned(),
        unit: None,
        roles: std::collections::BTreeSet::new(),
        level: None,
        area: None,
        service: Service::Serving,
    };
    [
        Row::from(enterprise),
        assignment(1, 1, "2026-10-01", "").into(),
        colleague.into(),
    ]
    .into_iter()
    .collect()
}

pub(super) fn rules() -> Rules {
    Rules {
        calendars: calendars(),
        ..Rules::default()
    }
}

pub(super) fn visit(n: u128, on: &str) -> VisitRecord {
    VisitRecord {
        visit: VisitId::new(Uuid::from_u128(n)),
        uscc: uscc(1),
        on: day(on),
        mode: VisitMode::Onsite,
        note: "订单到明年 2 月".to_owned(),
        with: Vec::new(),
        met: Vec::new(),
        for_demands: Vec::new(),
        facts: Vec::new(),
        demands: Vec::new(),
        promises: Vec::new(),
        kept: Vec::new(),
        library: None,
    }
}

pub(super) fn decide_as(
    actor: &UserId,
    command: impl Into<Command>,
    loaded: &mut Loaded,
    stamp: Stamp,
    scope: Scope,
) -> Result<Vec<Row>, Refusal> {
    let rules = rules();
    let context = Context {
        actor,
        stamp,
        scope,
        lateness: Lateness::Weighed,
        rules: &rules,
    };
    let rows = command.into().decide(&context, loaded)?;
    rows.iter().for_each(|row| loaded.insert(row.clone()));
    Ok(rows)
}

pub(super) fn decide(
    command: impl Into<Command>,
    loaded: &mut Loaded,
    device: &str,
) -> Result<Vec<Row>, Refusal> {
    decide_as(&cadre(), command, loaded, stamp(device, None), Scope::Held)
}

pub(super) fn only<B: Known + Clone>(loaded: &Loaded) -> B {
    let mut all = loaded.all::<B>();
    let one = all.next().expect("one row of the kind").clone();
    assert!(all.next().is_none(), "only one row of the kind");
    one
}

pub(super) const TUESDAY_NOON: &str = "2026-11-17T12:00:00+08:00";
