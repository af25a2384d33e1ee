//! What this version makes of what another one wrote.

use qilian_domain::command::Command;
use qilian_domain::ids::{DeviceId, MutId, UserId};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{Enterprise, Handled, HandledHow, Outcome};
use qilian_domain::skew::{CONVERTERS, Converter, body_keeping_unknown};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::given::uscc;

/// Two versions before the one that is decided: a mode in another word, then a note under another name.
const OLD: &[Converter] = &[
    Converter {
        from: "visit.record@0",
        to: "visit.record@1",
        args: |mut args| {
            let note = args["remarks"].take();
            args["note"] = note;
            Ok(args)
        },
    },
    Converter {
        from: "visit.record@alpha",
        to: "visit.record@0",
        args: |mut args| match args["mode"].as_str() {
            Some("there") => {
                args["mode"] = json!("onsite");
                Ok(args)
            }
            other => Err(format!("no such mode: {other:?}")),
        },
    },
];

fn old_visit(mode: &str) -> Value {
    json!({
        "visit": Uuid::from_u128(1), "uscc": uscc(1), "on": "2026-11-17", "mode": mode,
        "remarks": "看了新厂房",
    })
}

#[test]
fn a_command_of_an_earlier_version_is_brought_up_step_by_step() {
    let parsed = Command::parse_by(OLD, "visit.record@alpha", &old_visit("there"));
    let Ok(Command::VisitRecord(record)) = parsed else {
        panic!("{parsed:?}");
    };
    assert_eq!(record.note, "看了新厂房");
    let one_step = Command::parse_by(OLD, "visit.record@0", &old_visit("onsite"));
    assert_eq!(one_step, Ok(Command::VisitRecord(record)));
}

#[test]
fn what_a_step_can_not_read_and_what_no_step_leads_from_is_refused() {
    for (name, mode) in [
        ("visit.record@alpha", "elsewhere"),
        ("visit.record@2", "onsite"),
    ] {
        let refused = Command::parse_by(OLD, name, &old_visit(mode));
        let code = refused.map_err(|refusal| refusal.code());
        assert_eq!(code, Err("command_unreadable"), "{name}");
    }
}

#[test]
fn a_table_that_goes_round_in_circles_ends() {
    let step = |from, to| Converter { from, to, args: Ok };
    let circle = [step("a@1", "a@2"), step("a@2", "a@1")];
    assert!(Command::parse_by(&circle, "a@1", &json!({})).is_err());
}

#[test]
fn each_step_ends_at_a_command_or_at_another_step() {
    for Converter { from, to, .. } in CONVERTERS {
        assert!(!Command::NAMES.contains(from), "{from} is decided as it is");
        let leads_on = CONVERTERS.iter().any(|step| &step.from == to);
        assert!(leads_on || Command::NAMES.contains(to), "{to}");
    }
}

fn outcome() -> Value {
    json!({
        "mutation": MutId::new(Uuid::from_u128(1)), "user": UserId::new("C0001"),
        "device": DeviceId::new(Uuid::from_u128(2)), "status": "rejected", "code": "scope_lost", "params": {},
        "name": "visit.record@1", "args": {}, "at": "2026-11-17T12:00:00+08:00", "handled": null,
    })
}

fn read(body: &Value) -> Row {
    Row::from_json(Kind::Outcome, &body.to_string()).expect("an outcome")
}

/// Writes the outcome as seen to on top of what is stored.
fn handled_on(stored: &Value) -> Option<Value> {
    let before = Outcome::try_from(read(stored)).expect("an outcome");
    let handled = Some(Handled {
        at: before.at,
        how: HandledHow::Seen,
    });
    let row = Row::from(Outcome { handled, ..before });
    let body = body_keeping_unknown(
        row.to_json().expect("JSON"),
        &stored.to_string(),
        &read(stored),
    )
    .expect("JSON");
    body.map(|body| serde_json::from_str(&body).expect("JSON"))
}

#[test]
fn a_row_written_anew_keeps_the_fields_that_only_a_later_version_knows() {
    let mut stored = outcome();
    stored["appeal"] = json!({ "to": "U1", "texts": ["再看看"] });
    let written = handled_on(&stored).expect("a change");
    assert_eq!(written["appeal"], stored["appeal"]);
    assert_eq!(written["handled"]["how"], "seen");
    assert_eq!(handled_on(&written), None, "once more is no change");
}

#[test]
fn so_do_the_objects_in_it() {
    let enterprise = |name: &str| Enterprise {
        uscc: uscc(1),
        name: name.to_owned(),
        registration: qilian_domain::rows::Registration::default(),
        people: Vec::new(),
    };
    let before = Row::from(enterprise("旧名"));
    let text = before.to_json().expect("JSON");
    let mut stored: Value = serde_json::from_str(&text).expect("JSON");
    stored["registration"]["tax_office"] = json!("第一税务所");
    let renamed = Row::from(enterprise("新名"));
    let body = body_keeping_unknown(
        renamed.to_json().expect("JSON"),
        &stored.to_string(),
        &before,
    );
    let written: Value =
        serde_json::from_str(&body.expect("JSON").expect("a change")).expect("JSON");
    assert_eq!(written["name"], "新名");
    assert_eq!(written["registration"]["tax_office"], "第一税务所");
}

#[test]
fn what_this_version_knows_and_takes_away_does_not_come_back() {
    let mut stored = outcome();
    stored["base_seq"] = json!(7);
    stored["later"] = json!(1);
    let before = Outcome::try_from(read(&stored)).expect("an outcome");
    let row = Row::from(Outcome {
        base_seq: None,
        ..before
    });
    let body = body_keeping_unknown(
        row.to_json().expect("JSON"),
        &stored.to_string(),
        &read(&stored),
    );
    let written: Value =
        serde_json::from_str(&body.expect("JSON").expect("a change")).expect("JSON");
    assert_eq!(
        (written.get("base_seq"), &written["later"]),
        (None, &json!(1))
    );
}
