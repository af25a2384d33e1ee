//! Claims about commands: what recording a visit, sealing a week and keeping a promise come to.

use qilian_domain::command::{
    Command, Context, FactSet, Loaded, NOTE_LIMIT, NewDemand, NewFact, NewPromise, OutcomeHandle,
    PromiseKeep, Rules, VisitRecord, WeekSubmit,
};
use qilian_domain::ids::{At, DemandId, DeviceId, FactId, MutId, PromiseId, UserId, VisitId};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Known, Row};
use qilian_domain::rows::{
    Assignment, Demand, DemandKind, Enterprise, Fact, FactSource, FactValue, HandledHow, Outcome,
    OutcomeStatus, Promise, Registration, User, Visit, VisitMode, VisitTally, WeekSubmission,
};
use qilian_domain::stamp::Stamp;
use qilian_domain::week::Week;
use serde_json::json;
use uuid::Uuid;

use crate::given::{self, assignment, calendars, day, uscc};

const MONDAY: &str = "2026-11-16";

fn cadre() -> UserId {
    given::cadre(1)
}

fn at(text: &str) -> At {
    At::new(chrono::DateTime::parse_from_rfc3339(text).expect("a moment"))
}

fn stamp(device: &str, received: Option<&str>) -> Stamp {
    Stamp {
        device: at(device),
        offset_ms: Some(0),
        received: received.map(at),
    }
}

/// A district with enterprise 1, which is the cadre's since October, and a colleague.
fn district() -> Loaded {
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
    };
    [
        Row::from(enterprise),
        assignment(1, 1, "2026-10-01", "").into(),
        colleague.into(),
    ]
    .into_iter()
    .collect()
}

fn rules() -> Rules {
    Rules {
        calendars: calendars(),
        ..Rules::default()
    }
}

fn visit(n: u128, on: &str) -> VisitRecord {
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

fn decide_as(
    actor: &UserId,
    command: impl Into<Command>,
    loaded: &mut Loaded,
    stamp: Stamp,
    in_scope: bool,
) -> Result<Vec<Row>, Refusal> {
    let rules = rules();
    let context = Context {
        actor,
        stamp,
        in_scope,
        rules: &rules,
    };
    let rows = command.into().decide(&context, loaded)?;
    rows.iter().for_each(|row| loaded.insert(row.clone()));
    Ok(rows)
}

fn decide(
    command: impl Into<Command>,
    loaded: &mut Loaded,
    device: &str,
) -> Result<Vec<Row>, Refusal> {
    decide_as(&cadre(), command, loaded, stamp(device, None), true)
}

fn only<B: Known + Clone>(loaded: &Loaded) -> B {
    let mut all = loaded.all::<B>();
    let one = all.next().expect("one row of the kind").clone();
    assert!(all.next().is_none(), "only one row of the kind");
    one
}

const TUESDAY_NOON: &str = "2026-11-17T12:00:00+08:00";

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
        let decided = decide_as(&cadre(), visit(1, on), &mut loaded, now, false);
        let counted = decided
            .map(|_| only::<VisitTally>(&loaded).counted)
            .map_err(|refusal| refusal.code());
        assert_eq!(counted, outcome, "{on}");
    }
}

#[test]
fn a_sealed_week_has_a_receipt_only_from_the_server() {
    let mut laptop = district();
    let mut server = district();
    let submit = WeekSubmit {
        week: Week::of(day(MONDAY)),
    };
    for loaded in [&mut laptop, &mut server] {
        decide(visit(1, "2026-11-17"), loaded, TUESDAY_NOON).expect("a decision");
    }
    decide(submit.clone(), &mut laptop, TUESDAY_NOON).expect("sealed");
    let received = stamp(TUESDAY_NOON, Some("2026-11-18T09:00:00+08:00"));
    decide_as(&cadre(), submit, &mut server, received, true).expect("received");

    let (sealed, received) = (
        only::<WeekSubmission>(&laptop),
        only::<WeekSubmission>(&server),
    );
    assert_eq!(sealed.receipt, None);
    let receipt = received.receipt.expect("a receipt");
    assert_eq!(receipt.no, "HZ-2026W47-C0001-1");
    assert_eq!(
        (sealed.counted, sealed.visits),
        (received.counted, received.visits)
    );
    let package = qilian_domain::command::WeekPackage::of(
        Week::of(day(MONDAY)),
        laptop.all::<VisitTally>().cloned(),
        &rules(),
    );
    assert_eq!(
        receipt.sum,
        package.sum(&cadre()),
        "both sides compute the same 校验"
    );
}

#[test]
fn a_visit_after_the_receipt_makes_the_next_revision_and_sending_again_does_not() {
    let mut server = district();
    let now = stamp(TUESDAY_NOON, Some("2026-11-18T09:00:00+08:00"));
    let submit = WeekSubmit {
        week: Week::of(day(MONDAY)),
    };
    decide_as(&cadre(), submit.clone(), &mut server, now, true).expect("sealed");
    assert_eq!(only::<WeekSubmission>(&server).revision, 1);
    decide_as(&cadre(), submit, &mut server, now, true).expect("sent again");
    assert_eq!(
        only::<WeekSubmission>(&server).revision,
        1,
        "the same package is no revision"
    );
    decide_as(&cadre(), visit(1, "2026-11-17"), &mut server, now, true).expect("a visit");
    let sealed = only::<WeekSubmission>(&server);
    assert_eq!((sealed.revision, sealed.counted), (2, 1));
    assert_eq!(
        sealed.receipt.map(|r| r.no).as_deref(),
        Some("HZ-2026W47-C0001-2")
    );
}

#[test]
fn a_week_that_has_not_begun_is_refused() {
    let submit = WeekSubmit {
        week: Week::of(day("2026-11-23")),
    };
    let refusal = decide(submit, &mut district(), TUESDAY_NOON).map_err(|e| e.code());
    assert_eq!(refusal, Err("week_in_future"));
}

#[test]
fn a_promise_is_kept_once_and_the_first_day_stays() {
    let mut loaded = district();
    let promise = PromiseId::new(Uuid::from_u128(4));
    let record = VisitRecord {
        promises: vec![NewPromise {
            id: promise,
            text: "送指南".to_owned(),
            due: None,
        }],
        ..visit(1, MONDAY)
    };
    decide(record, &mut loaded, TUESDAY_NOON).expect("a decision");
    let keep = |on: &str| PromiseKeep {
        uscc: uscc(1),
        promise,
        on: day(on),
    };
    decide(keep("2026-11-17"), &mut loaded, TUESDAY_NOON).expect("kept");
    decide(keep("2026-11-18"), &mut loaded, TUESDAY_NOON).expect("kept again");
    assert_eq!(only::<Promise>(&loaded).kept_on, Some(day("2026-11-17")));
}

#[test]
fn an_outcome_is_its_authors_to_handle() {
    let mutation = MutId::new(Uuid::from_u128(5));
    let outcome = Outcome {
        mutation,
        user: UserId::new("C0002"),
        device: DeviceId::new(Uuid::from_u128(6)),
        status: OutcomeStatus::Rejected,
        code: "scope_lost".to_owned(),
        params: json!({}),
        name: "visit.record@1".to_owned(),
        args: json!({}),
        at: at(TUESDAY_NOON),
        handled: None,
    };
    let mut loaded = district();
    loaded.insert(outcome.into());
    let handle = OutcomeHandle {
        mutation,
        how: HandledHow::Discarded,
    };
    let refused = decide(handle, &mut loaded, TUESDAY_NOON).map_err(|e| e.code());
    assert_eq!(refused, Err("not_yours"));
}

#[test]
fn values_that_no_field_can_take_are_refused() {
    for value in [
        json!(null),
        json!({}),
        json!({"from": 1}),
        json!([1]),
        json!(""),
    ] {
        let facts = vec![NewFact {
            id: FactId::new(Uuid::from_u128(2)),
            field: "employees".to_owned(),
            value: FactValue(value.clone()),
            period: None,
            source: FactSource::Said,
            source_note: None,
            as_of: day("2026-11-17"),
        }];
        let set = FactSet {
            uscc: uscc(1),
            facts,
        };
        let refusal = decide(set, &mut district(), TUESDAY_NOON).map_err(|e| e.code());
        assert_eq!(refusal, Err("value_unreadable"), "{value}");
    }
}

#[test]
fn every_command_reads_back_from_the_wire() {
    let commands: Vec<Command> = vec![
        visit(1, MONDAY).into(),
        WeekSubmit {
            week: Week::of(day(MONDAY)),
        }
        .into(),
        PromiseKeep {
            uscc: uscc(1),
            promise: PromiseId::new(Uuid::nil()),
            on: day(MONDAY),
        }
        .into(),
    ];
    for command in commands {
        let args = command.args().expect("JSON");
        assert_eq!(Command::parse(command.name(), &args), Ok(command));
    }
    let unknown = Command::parse("visit.record@9", &json!({}));
    assert_eq!(unknown.map_err(|e| e.code()), Err("command_unreadable"));
}
