//! Until when who lost an enterprise may write of it, as tables.

use qilian_domain::command::{Context, FactSet, Lateness, Loaded, PromiseKeep, Rules, Scope};
use qilian_domain::ids::PromiseId;
use qilian_domain::refusal::Refusal;
use qilian_domain::rows::{Assignment, Promise};
use uuid::Uuid;

use super::{Command, at, cadre, district, stamp, visit};
use crate::given::{self, assignment, day, uscc};

/// The day of the visit in question.
const ON: &str = "2026-10-20";
const NOON: &str = "2026-10-20T12:00:00+08:00";

/// The district, with the enterprise the cadre's until a day, or never.
fn mine_until(to: Option<&str>) -> Loaded {
    let mut loaded = district();
    let first: Assignment = loaded.all().next().cloned().expect("an interval");
    let interval = match to {
        Some(to) => assignment(1, 1, "2026-10-01", to),
        None => assignment(1, 2, "2026-10-01", ""),
    };
    let id = first.id;
    loaded.insert(Assignment { id, ..interval }.into());
    loaded
}

fn held_until(moment: &str) -> Scope {
    Scope::HeldAtBase { until: at(moment) }
}

fn decided(
    command: impl Into<Command>,
    loaded: &Loaded,
    scope: Scope,
    received: &str,
    lateness: Lateness,
) -> Result<(), &'static str> {
    let (actor, rules) = (cadre(), Rules::default());
    let context = Context {
        actor: &actor,
        stamp: stamp(NOON, Some(received)),
        scope,
        lateness,
        rules: &rules,
    };
    let decided = command.into().decide(&context, loaded);
    decided.map(drop).map_err(|refusal: Refusal| refusal.code())
}

#[test]
fn a_visit_is_taken_up_to_35_days_after_its_author_lost_the_enterprise() {
    const LATE: Result<(), &str> = Err("too_late");
    let lost = held_until("2026-11-01T00:00:00+08:00");
    let regained_since = held_until("2026-12-01T00:00:00+08:00");
    let out = Scope::Outside;
    // Until which day it was theirs, how the grants say so, when it came.
    let table = [
        (Some(""), Scope::Held, "2027-10-01T08:00:00+08:00", Ok(())),
        (Some("2026-10-31"), out, "2026-12-05T23:59:59+08:00", Ok(())),
        (Some("2026-10-31"), out, "2026-12-06T00:00:00+08:00", LATE),
        (
            Some("2026-10-19"),
            out,
            "2026-10-20T18:00:00+08:00",
            Err("scope_lost"),
        ),
        (None, lost, "2026-12-06T00:00:00+08:00", Ok(())),
        (None, lost, "2026-12-06T00:00:01+08:00", LATE),
        (
            Some("2026-10-31"),
            lost,
            "2026-12-06T00:00:00+08:00",
            Ok(()),
        ),
        (
            Some("2026-10-31"),
            regained_since,
            "2026-12-20T00:00:00+08:00",
            Ok(()),
        ),
        (Some("2026-10-31"), lost, "2027-03-01T00:00:00+08:00", LATE),
        (None, out, "2026-10-20T18:00:00+08:00", Err("scope_lost")),
        (None, out, "2027-03-01T00:00:00+08:00", Err("scope_lost")),
    ];
    for (until, scope, received, expected) in table {
        let loaded = mine_until(until);
        let said = decided(visit(1, ON), &loaded, scope, received, Lateness::Weighed);
        assert_eq!(said, expected, "{until:?} {scope:?} {received}");
    }
}

#[test]
fn an_administrator_forgives_lateness_and_nothing_else() {
    let received = "2027-03-01T00:00:00+08:00";
    let lost = held_until("2026-11-01T00:00:00+08:00");
    let table = [
        (Some("2026-10-31"), Scope::Outside, Ok(())),
        (None, lost, Ok(())),
        (None, Scope::Outside, Err("scope_lost")),
        (Some("2026-10-19"), Scope::Outside, Err("scope_lost")),
    ];
    for (until, scope, expected) in table {
        let loaded = mine_until(until);
        let said = decided(visit(1, ON), &loaded, scope, received, Lateness::Forgiven);
        assert_eq!(said, expected, "{until:?} {scope:?}");
    }
}

#[test]
fn what_has_no_day_of_its_own_is_weighed_by_where_it_was_written() {
    let mut loaded = mine_until(None);
    let promise = Promise {
        id: PromiseId::new(Uuid::from_u128(4)),
        uscc: uscc(1),
        visit: qilian_domain::ids::VisitId::new(Uuid::from_u128(1)),
        by: given::cadre(2),
        text: "送指南".to_owned(),
        due: None,
        kept_on: None,
        kept_by: None,
        kept_said: None,
    };
    loaded.insert(promise.into());
    let keep = || {
        Command::from(PromiseKeep {
            uscc: uscc(1),
            promise: PromiseId::new(Uuid::from_u128(4)),
            on: day(ON),
        })
    };
    let fact = || {
        Command::from(FactSet {
            uscc: uscc(1),
            facts: Vec::new(),
        })
    };
    let lost = held_until("2026-11-01T00:00:00+08:00");
    for command in [keep, fact] as [fn() -> Command; 2] {
        let told =
            |scope, received| decided(command(), &loaded, scope, received, Lateness::Weighed);
        assert_eq!(told(lost, "2026-12-06T00:00:00+08:00"), Ok(()));
        assert_eq!(told(lost, "2026-12-06T00:00:01+08:00"), Err("too_late"));
        let outside = told(Scope::Outside, "2026-11-02T00:00:00+08:00");
        assert_eq!(outside, Err("scope_lost"));
    }
}
