//! Promises, outcomes, facts, and the wire.

use qilian_domain::command::{
    Command, FactSet, NewFact, NewPromise, OutcomeHandle, PromiseKeep, VisitRecord, WeekSubmit,
};
use qilian_domain::ids::{DeviceId, FactId, MutId, PromiseId, UserId};
use qilian_domain::rows::{FactSource, FactValue, HandledHow, Outcome, OutcomeStatus, Promise};
use qilian_domain::week::Week;
use serde_json::json;
use uuid::Uuid;

use super::{MONDAY, TUESDAY_NOON, at, decide, district, only, visit};
use crate::given::{day, uscc};

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
        written: None,
        base_seq: None,
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

#[test]
fn a_fact_of_a_day_that_has_not_come_is_refused() {
    let facts = vec![NewFact {
        id: FactId::new(Uuid::from_u128(2)),
        field: "employees".to_owned(),
        value: FactValue(json!(132)),
        period: None,
        source: FactSource::Said,
        source_note: None,
        as_of: day("2026-11-18"),
    }];
    let set = FactSet {
        uscc: uscc(1),
        facts,
    };
    let refusal = decide(set, &mut district(), TUESDAY_NOON).map_err(|e| e.code());
    assert_eq!(refusal, Err("fact_in_future"));
}
