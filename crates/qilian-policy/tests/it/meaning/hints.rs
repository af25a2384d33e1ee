//! Hints: near misses, windows, region and days, versions, amounts.

use super::*;

#[test]
fn a_near_miss_is_one_number_that_alone_keeps_a_policy_away() {
    let near = |condition: &str, given: Value| {
        let hint = hint(&with_condition(condition, ""), &given);
        hint.near_miss
            .map(|near| (near.leaf, near.distance.to_string(), near.unit))
    };
    let found = |leaf: &str, distance: &str, unit: &str| {
        Some((leaf.to_owned(), distance.to_owned(), Some(unit.to_owned())))
    };
    let people = leaf("a", "f: people, op: '>=', v: 10");
    let sales = leaf("b", "f: sales, op: '<=', v: 100");
    let ratio = leaf("c", "ratio: {num: rd, den: sales}, op: '>=', v: 0.05");
    assert_eq!(near(&people, json!({"people": 8})), found("a", "2", "人"));
    assert_eq!(
        near(&people, json!({"people": {"min": 1, "max": 8}})),
        found("a", "2", "人")
    );
    assert_eq!(near(&people, json!({"people": 10})), None);
    assert_eq!(
        near(&sales, json!({"sales": 100.5})),
        found("b", "0.5", "万元")
    );
    assert_eq!(
        near(&ratio, json!({"rd": 4, "sales": 100})),
        found("c", "1", "万元")
    );
    let both = format!("{{all: [{people}, {ratio}]}}");
    assert_eq!(
        near(&both, json!({"people": 8, "rd": 4, "sales": 100})),
        None
    );
    assert_eq!(near(&both, json!({"people": 8})), found("a", "2", "人"));
    let either = format!("{{any: [{people}, {ratio}]}}");
    assert_eq!(
        near(&either, json!({"people": 1, "rd": 4, "sales": 100})),
        found("c", "1", "万元")
    );
    let with_yes = format!(
        "{{all: [{people}, {}]}}",
        leaf("d", "f: listed, op: 'true'")
    );
    assert_eq!(near(&with_yes, json!({"people": 8, "listed": false})), None);
    assert_eq!(
        near(
            &leaf("d", "f: listed, op: 'true'"),
            json!({"listed": false})
        ),
        None
    );
    let banded = leaf(
        "e",
        "f: rate, op: '>=', bands: {by: people, upto: [[100, 0.1], [null, 0.05]]}",
    );
    let hint = hint(
        &with_condition(&banded, ""),
        &json!({"rate": 0.04, "people": 101}),
    );
    assert_eq!(
        hint.near_miss
            .map(|near| (near.distance.to_string(), near.unit)),
        Some(("0.01".to_owned(), None))
    );
}

#[test]
fn the_nearest_window_is_open_then_next_then_last() {
    let library = with_condition(
        &leaf("a", "manual: true"),
        "  windows:
  - {label: 一, from: 2026-01-01, to: 2026-01-31}
  - {label: 二, from: 2026-03-01, to: 2026-03-31}
  - {label: 三, from: 2026-03-10, to: 2026-03-20}",
    );
    let on = |on: &str| {
        let window = hint_on(&library, &json!({}), day(on)).window;
        (window.state, window.label.unwrap_or_default())
    };
    assert_eq!(on("2025-12-31"), (WindowState::Upcoming, "一".to_owned()));
    assert_eq!(on("2026-01-31"), (WindowState::Open, "一".to_owned()));
    assert_eq!(on("2026-02-01"), (WindowState::Upcoming, "二".to_owned()));
    assert_eq!(on("2026-03-15"), (WindowState::Open, "三".to_owned()));
    assert_eq!(on("2026-03-31"), (WindowState::Open, "二".to_owned()));
    assert_eq!(on("2026-04-01"), (WindowState::Closed, "二".to_owned()));
    let always = hint(&with_condition(&leaf("a", "manual: true"), ""), &json!({})).window;
    assert_eq!(always.state, WindowState::Always);
}

#[test]
fn a_policy_is_for_its_region_and_its_days() {
    let library = with_condition(
        &leaf("a", "f: people, op: '>=', v: 5"),
        "  region: {city: 深圳市}\n  effective_from: 2026-01-01\n  effective_to: 2026-12-31",
    );
    let on = |given: Value, on: &str| {
        let hint = hint_on(&library, &given, day(on));
        (hint.outcome, hint.missing.join(" "))
    };
    let here = json!({"city": "深圳市", "people": 5});
    assert_eq!(on(here.clone(), "2026-01-01"), (Likely, String::new()));
    assert_eq!(on(here.clone(), "2026-12-31"), (Likely, String::new()));
    assert_eq!(on(here.clone(), "2025-12-31").0, NotFor);
    assert_eq!(on(here, "2027-01-01").0, NotFor);
    assert_eq!(
        on(json!({"city": "广州市", "people": 5}), "2026-06-01"),
        (NotFor, String::new())
    );
    assert_eq!(
        on(json!({"people": 5}), "2026-06-01"),
        (NeedsInfo, "city".to_owned())
    );
    assert_eq!(
        on(json!({}), "2026-06-01"),
        (NeedsInfo, "city people".to_owned())
    );
}

#[test]
fn reviews_keep_the_old_rule_where_the_new_one_is_for_new_applications() {
    let leaf = leaf("a", "manual: true");
    let old =
        format!("{FIELDS}\n- {{id: old, title: 旧, superseded_by: new, condition: {leaf}}}\n");
    let new = format!(
        "policies:\n- {{id: new, title: 新, for: [new], effective_from: 2026-04-01, condition: {leaf}}}\n"
    );
    let library = Library::load(&[("old.yaml", old), ("new.yaml", new)])
        .expect("sound")
        .0;
    let at = |id: &str, on: &str, purpose| {
        let hint = library
            .hint(id, &Facts::new(), day(on), purpose)
            .expect("known");
        (hint.outcome, hint.not_applicable)
    };
    let superseded = Some(NotApplicable::Superseded {
        by: "new".to_owned(),
    });
    assert_eq!(at("old", "2026-03-31", Purpose::New), (NeedsReview, None));
    assert_eq!(at("old", "2026-04-01", Purpose::New), (NotFor, superseded));
    assert_eq!(
        at("old", "2026-04-01", Purpose::Review),
        (NeedsReview, None)
    );
    assert_eq!(
        at("new", "2026-04-01", Purpose::Review),
        (NotFor, Some(NotApplicable::OtherPurpose))
    );
    assert_eq!(at("new", "2026-04-01", Purpose::New), (NeedsReview, None));
}

#[test]
fn an_amount_is_worked_lazily_and_never_changes_the_outcome() {
    let amount = |expr: &str, given: Value| {
        let rest = format!("  benefit: {{text: 补贴, amount: {{expr: \"{expr}\"}}}}");
        let hint = hint(
            &with_condition(&leaf("a", "f: people, op: '>=', v: 0"), &rest),
            &given,
        );
        let text = |amount: Option<rust_decimal::Decimal>| {
            amount.map_or("-".to_owned(), |a| a.to_string())
        };
        let row = [
            text(hint.amount),
            text(hint.amount_min),
            text(hint.amount_max),
        ]
        .join(" ");
        (
            row,
            hint.missing_for_amount.join(" "),
            hint.missing.join(" "),
        )
    };
    let row =
        |amounts: &str, missing: &str| (amounts.to_owned(), missing.to_owned(), String::new());
    let lazy = "sales * (1.0 if people <= 30 else (0.5 if rate >= 0.01 else 0.1))";
    assert_eq!(
        amount(lazy, json!({"people": 30, "sales": 6})),
        row("6 6 6", "")
    );
    assert_eq!(
        amount(lazy, json!({"people": 31, "sales": 6})),
        row("- - -", "rate")
    );
    assert_eq!(
        amount(lazy, json!({"people": 31})),
        row("- - -", "sales rate")
    );
    assert_eq!(
        amount(lazy, json!({"people": 31, "rate": 0, "sales": 6})),
        row("0.6 0.6 0.6", "")
    );
    assert_eq!(
        amount(
            lazy,
            json!({"people": {"min": 20, "max": 40}, "rate": 0, "sales": 6})
        ),
        row("- 0.6 6", "")
    );
    assert_eq!(
        amount(
            "min(sales, 5000) * 0.015",
            json!({"people": 1, "sales": {"min": 2000}})
        ),
        row("- 30 75", "")
    );
    assert_eq!(
        amount(
            "min(sales, 5000) * 0.015",
            json!({"people": 1, "sales": {"min": 6000}})
        ),
        row("75 75 75", "")
    );
    assert_eq!(
        amount("sales / rd", json!({"people": 1, "sales": 1, "rd": 0})),
        row("- - -", "")
    );
    assert_eq!(
        amount("sales / 3", json!({"people": 1, "sales": 1})),
        row("0.333333 0.333333 0.333333", "")
    );
    assert_eq!(
        amount("10 - 2 - 3 * -2", json!({"people": 1})),
        row("14 14 14", "")
    );
    assert_eq!(
        amount(
            "max(1, 2, sales) + 1e1 + .5",
            json!({"people": 1, "sales": 3})
        ),
        row("13.5 13.5 13.5", "")
    );
    assert_eq!(
        amount("2 if listed else 1", json!({"people": 1, "listed": false})),
        row("1 1 1", "")
    );
    let huge = "79228162514264337593543950335 * sales";
    assert_eq!(
        amount(huge, json!({"people": 1, "sales": 10})),
        row("- - -", "")
    );
}

#[test]
fn money_leaves_as_a_plain_json_number() {
    let rest = "  benefit: {amount: {expr: 'sales * 0.10'}}";
    let library = with_condition(&leaf("a", "manual: true"), rest);
    let text = |sales: Value| {
        let hint = hint(&library, &json!({"sales": sales}));
        serde_json::to_string(&hint).expect("serialises")
    };
    assert!(
        text(json!(540)).contains(r#""amount":54,"#),
        "{}",
        text(json!(540))
    );
    assert!(
        text(json!(0.5)).contains(r#""amount":0.05,"#),
        "{}",
        text(json!(0.5))
    );
    assert!(text(Value::Null).contains(r#""amount":null,"#));
}
