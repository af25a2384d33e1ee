//! Recording a visit.

use qilian_domain::command::{NOTE_LIMIT, NewDemand, NewFact, NewPromise, Scope, VisitRecord};
use qilian_domain::ids::{DemandId, FactId, PromiseId, UserId, VisitId};
use qilian_domain::row::{Known, Row};
use qilian_domain::rows::{
    Assignment, Demand, DemandKind, Fact, FactSource, FactValue, Promise, Visit, VisitTally,
};
use serde_json::json;
use uuid::Uuid;

use super::{TUESDAY_NOON, cadre, decide, decide_as, district, only, stamp, visit};
use crate::given::{assignment, day, uscc};

#[test]
fn a_visit_brings_its_facts_demands_and_promises_in_one_decision() {
    let mut loaded = district();
    let record = VisitRecord {
        facts: vec![NewFact {
            id: FactId::new(Uuid::from_u128(2)),
            field: "employees".to_owned(),
            value: FactValue(json!(132)),
            period: None,
            source: FactSource::Said,
            source_note: None,
            as_of: day("2026-11-17"),
        }],
        demands: vec![NewDemand {
            id: DemandId::new(Uuid::from_u128(3)),
            kind: DemandKind::Demand,
            title: " 夜班缺操作工 ".to_owned(),
        }],
        promises: vec![NewPromise {
            id: PromiseId::new(Uuid::from_u128(4)),
            text: "把校企对接时间发过去".to_owned(),
            due: Some(day("2026-11-25")),
        }],
        ..visit(1, "2026-11-17")
    };
    decide(record, &mut loaded, TUESDAY_NOON).expect("a decision");
    assert_eq!(
        only::<Fact>(&loaded).visit,
        Some(VisitId::new(Uuid::from_u128(1)))
    );
    assert_eq!(only::<Demand>(&loaded).title, "夜班缺操作工");
    assert_eq!(only::<Promise>(&loaded).by, cadre());
    let tally = only::<VisitTally>(&loaded);
    assert!(tally.counted, "the enterprise was the cadre's");
    assert!(!tally.late, "it was recorded the same day");
    assert_eq!(
        (
            tally.brought.facts,
            tally.brought.demands,
            tally.brought.promises
        ),
        (1, 1, 1)
    );
}

#[test]
fn a_visit_counts_for_each_cadre_whose_enterprise_it_was_that_day() {
    let mut loaded = district();
    let record = VisitRecord {
        with: vec![UserId::new("C0002")],
        ..visit(1, "2026-11-17")
    };
    decide(record, &mut loaded, TUESDAY_NOON).expect("a decision");
    let counted: Vec<_> = loaded
        .all::<VisitTally>()
        .map(|t| (t.cadre.to_string(), t.counted))
        .collect();
    assert_eq!(
        counted,
        [("C0001".to_owned(), true), ("C0002".to_owned(), false)]
    );
    assert_eq!(only::<Visit>(&loaded).cadres.len(), 2);
}

#[test]
fn a_visit_before_the_enterprise_was_assigned_is_recorded_and_does_not_count() {
    let mut loaded = district();
    decide(visit(1, "2026-09-30"), &mut loaded, TUESDAY_NOON).expect("a decision");
    assert!(!only::<VisitTally>(&loaded).counted);
}

#[test]
fn a_visit_recorded_more_than_three_days_after_its_day_is_a_late_entry() {
    for (on, late) in [("2026-11-14", false), ("2026-11-13", true)] {
        let mut loaded = district();
        decide(visit(1, on), &mut loaded, TUESDAY_NOON).expect("a decision");
        assert_eq!(only::<Visit>(&loaded).late_entry, late, "{on}");
        assert_eq!(only::<VisitTally>(&loaded).late, late, "{on}");
    }
}

#[test]
fn refusals_name_what_is_wrong() {
    let long = "字".repeat(NOTE_LIMIT + 1);
    let unknown = DemandId::new(Uuid::from_u128(9));
    let cases: Vec<(VisitRecord, &str)> = vec![
        (visit(1, "2026-11-18"), "visit_in_future"),
        (
            VisitRecord {
                uscc: uscc(2),
                ..visit(1, "2026-11-17")
            },
            "enterprise_unknown",
        ),
        (
            VisitRecord {
                with: vec![UserId::new("C9999")],
                ..visit(1, "2026-11-17")
            },
            "user_unknown",
        ),
        (
            VisitRecord {
                for_demands: vec![unknown],
                ..visit(1, "2026-11-17")
            },
            "demand_unknown",
        ),
        (
            VisitRecord {
                note: long,
                ..visit(1, "2026-11-17")
            },
            "text_too_long",
        ),
        (
            VisitRecord {
                met: vec![" ".to_owned()],
                ..visit(1, "2026-11-17")
            },
            "text_missing",
        ),
    ];
    for (record, code) in cases {
        let mut loaded = district();
        let refusal = decide(record, &mut loaded, TUESDAY_NOON).expect_err(code);
        assert_eq!(refusal.code(), code);
        assert!(
            loaded.all::<Visit>().next().is_none(),
            "nothing was written: {code}"
        );
    }
}

#[test]
fn a_note_of_twenty_thousand_characters_is_kept_as_it_is() {
    let note = "𠮷㙍😀订单".repeat(4_000);
    let mut loaded = district();
    let record = VisitRecord {
        note: note.clone(),
        ..visit(1, "2026-11-17")
    };
    decide(record, &mut loaded, TUESDAY_NOON).expect("a decision");
    let stored = Row::from(only::<Visit>(&loaded)).to_json().expect("JSON");
    let read = Row::from_json(qilian_domain::row::Kind::Visit, &stored).expect("a visit");
    assert_eq!(
        Visit::of(&read).map(|v| v.note.as_str()),
        Some(note.as_str())
    );
}

#[test]
fn an_id_that_is_taken_is_refused() {
    let mut loaded = district();
    decide(visit(1, "2026-11-17"), &mut loaded, TUESDAY_NOON).expect("a decision");
    let again = decide(visit(1, "2026-11-16"), &mut loaded, TUESDAY_NOON);
    assert_eq!(again.map_err(|e| e.code()), Err("id_taken"));
}

#[test]
fn who_lost_the_enterprise_may_still_record_the_days_on_which_it_was_theirs() {
    let mine_until_friday = assignment(1, 1, "2026-10-01", "2026-11-13");
    let now = stamp(
        "2026-11-17T12:00:00+08:00",
        Some("2026-11-17T12:00:05+08:00"),
    );
    for (on, outcome) in [("2026-11-13", Ok(true)), ("2026-11-16", Err("scope_lost"))] {
        let mut loaded = district();
        let old: Vec<Assignment> = loaded.all::<Assignment>().cloned().collect();
        let closed = Assignment {
            id: old[0].id,
            ..mine_until_friday.clone()
        };
        loaded.insert(closed.into());
        let decided = decide_as(&cadre(), visit(1, on), &mut loaded, now, Scope::Outside);
        let counted = decided
            .map(|_| only::<VisitTally>(&loaded).counted)
            .map_err(|refusal| refusal.code());
        assert_eq!(counted, outcome, "{on}");
    }
}
