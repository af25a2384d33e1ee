//! Facts: what is taken, and as what.

use super::*;

#[test]
fn facts_on_a_terminal_are_typed_by_their_field() {
    let library = with_condition(&leaf("a", "manual: true"), "");
    for (field, text) in [
        ("people", "500"),
        ("people", "500..1000"),
        ("people", "500.."),
        ("people", "..1000"),
        ("rate", "0.05"),
        ("sales", "-3.5..-1"),
        ("founded", "2026-01-31"),
        ("founded", "2026-01-31..2026-02-28"),
        ("listed", "false"),
        ("kind", "甲"),
        ("city", "深圳市..宝安区"),
        ("tags", "出口,规上"),
    ] {
        let fact = library.parse_fact(field, text).expect("a fact");
        assert_eq!(fact.to_string(), text);
        let json = serde_json::to_value(&fact).expect("serialises");
        assert_eq!(
            library.fact_from_json(field, &json),
            Ok(Some(fact)),
            "{field}={text}"
        );
    }
    for (field, text) in [
        ("people", "很多"),
        ("people", "5.5"),
        ("people", "9..1"),
        ("people", ".."),
        ("people", ""),
        ("founded", "2026-2-30"),
        ("listed", "1"),
        ("kind", "丙"),
        ("city", ""),
        ("people", "1..2..3"),
        ("listed", "true..false"),
        ("sales", "1e400"),
        ("sales", "NaN"),
    ] {
        let error = library.parse_fact(field, text).expect_err(text);
        assert_eq!(error.code(), "value_wrong_type", "{field}={text}");
    }
    assert_eq!(
        library.parse_fact("x", "5").map_err(|e| e.code()),
        Err("field_unknown")
    );
}

#[test]
fn facts_in_json_keep_their_types() {
    let library = with_condition(&leaf("a", "manual: true"), "");
    for wrong in [
        json!({"people": "500"}),
        json!({"people": true}),
        json!({"people": 1.5}),
        json!({"people": [5]}),
        json!({"people": {"min": 9, "max": 1}}),
        json!({"people": {"least": 9}}),
        json!({"listed": "true"}),
        json!({"listed": {"min": true}}),
        json!({"kind": "丙"}),
        json!({"founded": 20260101}),
        json!({"tags": "规上"}),
        json!({"tags": [1]}),
        json!({"x": 1}),
    ] {
        let errors = library.facts_from_json(&wrong).expect_err("refused");
        assert_eq!(errors.len(), 1, "{wrong}");
    }
    let both = library
        .facts_from_json(&json!({"x": 1, "people": "5"}))
        .expect_err("refused");
    assert_eq!(both.len(), 2);
}

#[test]
fn a_fact_of_a_type_the_field_no_longer_has_is_not_known() {
    let library = with_condition(&leaf("a", "f: people, op: '>=', v: 5"), "");
    let mut stale = Facts::new();
    stale.set("people", qilian_policy::FactValue::Text("500人".to_owned()));
    let hint = library
        .hint("p", &stale, day("2026-11-21"), Purpose::New)
        .expect("known");
    assert_eq!(
        (hint.outcome, hint.missing),
        (NeedsInfo, vec!["people".to_owned()])
    );
}
