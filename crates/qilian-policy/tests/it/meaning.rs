//! What the format's sentences mean, one claim a test.

use chrono::NaiveDate;
use qilian_policy::{Facts, Hint, Library, NotApplicable, Outcome, Purpose, WindowState};
use serde_json::{Value, json};

use crate::shipped::day;

const FIELDS: &str = "
fields:
  people: {type: int, unit: 人, label: 人数, cost: 1}
  rate: {type: ratio, label: 比率, cost: 1}
  sales: {type: money, label: 收入, cost: 1}
  rd: {type: money, label: 研发, cost: 2}
  city: {type: text, label: 城市, cost: 0}
  code: {type: code, label: 行业, cost: 0}
  kind: {type: enum, values: [甲, 乙], label: 种类, cost: 1}
  founded: {type: date, label: 成立, cost: 0}
  listed: {type: bool, label: 上市, cost: 1}
  tags: {type: set of text, label: 标签, cost: 0}
policies:
";

fn load(policies: &str) -> Library {
    let loaded = Library::load(&[("f.yaml", format!("{FIELDS}{policies}"))]);
    loaded
        .map_err(|errors| format!("{errors:#?}"))
        .expect("sound")
        .0
}

fn leaf(id: &str, test: &str) -> String {
    format!("{{id: {id}, text: 条件, {test}}}")
}

fn with_condition(condition: &str, rest: &str) -> Library {
    load(&format!(
        "- id: p\n  title: 政策\n  condition: {condition}\n{rest}\n"
    ))
}

fn facts(library: &Library, facts: &Value) -> Facts {
    library.facts_from_json(facts).expect("facts fit")
}

fn hint_on(library: &Library, given: &Value, on: NaiveDate) -> Hint {
    library
        .hint("p", &facts(library, given), on, Purpose::New)
        .expect("p is there")
}

fn hint(library: &Library, given: &Value) -> Hint {
    hint_on(library, given, day("2026-11-21"))
}

/// The outcome of a condition for several facts.
fn outcomes(condition: &str, cases: &[(Value, Outcome)]) {
    let library = with_condition(condition, "");
    for (given, want) in cases {
        assert_eq!(
            hint(&library, given).outcome,
            *want,
            "{condition} for {given}"
        );
    }
}

use Outcome::{Likely, NeedsInfo, NeedsReview, NotApplicable as NotFor, Unlikely};

#[test]
fn a_missing_field_is_unknown_and_zero_is_a_value() {
    outcomes(
        &leaf("a", "f: people, op: '<=', v: 0"),
        &[
            (json!({}), NeedsInfo),
            (json!({"people": null}), NeedsInfo),
            (json!({"people": 0}), Likely),
            (json!({"people": 1}), Unlikely),
        ],
    );
}

#[test]
fn each_operator_includes_what_it_says() {
    let cases = |test: &str, cases: &[(Value, Outcome)]| outcomes(&leaf("a", test), cases);
    cases(
        "f: people, op: '>=', v: 5",
        &[
            (json!({"people": 5}), Likely),
            (json!({"people": 4}), Unlikely),
        ],
    );
    cases(
        "f: people, op: '>', v: 5",
        &[
            (json!({"people": 5}), Unlikely),
            (json!({"people": 6}), Likely),
        ],
    );
    cases(
        "f: people, op: '<=', v: 5",
        &[
            (json!({"people": 5}), Likely),
            (json!({"people": 6}), Unlikely),
        ],
    );
    cases(
        "f: people, op: '<', v: 5",
        &[
            (json!({"people": 5}), Unlikely),
            (json!({"people": 4}), Likely),
        ],
    );
    cases(
        "f: people, op: '==', v: 5",
        &[
            (json!({"people": 5}), Likely),
            (json!({"people": 4}), Unlikely),
        ],
    );
    cases(
        "f: people, op: in, v: [1, 5]",
        &[
            (json!({"people": 5}), Likely),
            (json!({"people": 4}), Unlikely),
        ],
    );
    cases(
        "f: people, op: not_in, v: [1, 5]",
        &[
            (json!({"people": 5}), Unlikely),
            (json!({"people": 4}), Likely),
        ],
    );
    cases(
        "f: people, op: between, v: [2, 5]",
        &[
            (json!({"people": 2}), Likely),
            (json!({"people": 5}), Likely),
            (json!({"people": 6}), Unlikely),
        ],
    );
    cases(
        "f: founded, op: between, v: [2026-01-01, 2026-12-31]",
        &[
            (json!({"founded": "2026-12-31"}), Likely),
            (json!({"founded": "2027-01-01"}), Unlikely),
        ],
    );
    cases(
        "f: founded, op: '==', v: 2026-01-01",
        &[
            (json!({"founded": "2026-01-01"}), Likely),
            (json!({"founded": "2026-01-02"}), Unlikely),
        ],
    );
    cases(
        "f: listed, op: 'true'",
        &[
            (json!({"listed": true}), Likely),
            (json!({"listed": false}), Unlikely),
        ],
    );
    cases(
        "f: listed, op: 'false'",
        &[
            (json!({"listed": false}), Likely),
            (json!({"listed": true}), Unlikely),
        ],
    );
    cases(
        "f: listed, op: '==', v: false",
        &[(json!({"listed": false}), Likely), (json!({}), NeedsInfo)],
    );
    cases(
        "f: kind, op: '==', v: 甲",
        &[
            (json!({"kind": "甲"}), Likely),
            (json!({"kind": "乙"}), Unlikely),
        ],
    );
    cases(
        "f: city, op: not_in, v: [深圳市]",
        &[
            (json!({"city": "深圳市"}), Unlikely),
            (json!({"city": "广州市"}), Likely),
        ],
    );
    cases(
        "f: code, op: prefix, v: [C, F51]",
        &[
            (json!({"code": "C3911"}), Likely),
            (json!({"code": "F5210"}), Unlikely),
        ],
    );
    cases(
        "f: code, op: not_prefix, v: [C, F51]",
        &[
            (json!({"code": "F5110"}), Unlikely),
            (json!({"code": "F5210"}), Likely),
            (json!({}), NeedsInfo),
        ],
    );
    cases(
        "f: tags, op: has, v: 规上",
        &[
            (json!({"tags": ["规上", "出口"]}), Likely),
            (json!({"tags": []}), Unlikely),
            (json!({}), NeedsInfo),
        ],
    );
    cases(
        "f: tags, op: has_not, v: 规上",
        &[
            (json!({"tags": ["规上"]}), Unlikely),
            (json!({"tags": []}), Likely),
        ],
    );
    cases(
        "expr_sum: [sales, rd], op: '>=', v: 10",
        &[
            (json!({"sales": 4, "rd": 6}), Likely),
            (json!({"sales": 40}), NeedsInfo),
        ],
    );
}

#[test]
fn age_counts_calendar_days_to_the_day_asked_about() {
    let library = with_condition(&leaf("a", "f: founded, op: 'age_days>=', v: 365"), "");
    let given = json!({"founded": "2025-03-01"});
    assert_eq!(
        hint_on(&library, &given, day("2026-02-28")).outcome,
        Unlikely
    );
    assert_eq!(hint_on(&library, &given, day("2026-03-01")).outcome, Likely);
    let ranged = json!({"founded": {"min": "2024-01-01", "max": "2025-03-01"}});
    assert_eq!(
        hint_on(&library, &ranged, day("2026-03-01")).outcome,
        Likely
    );
    assert_eq!(
        hint_on(&library, &ranged, day("2026-02-28")).outcome,
        NeedsInfo
    );
    assert_eq!(
        hint_on(
            &library,
            &json!({"founded": "2030-01-01"}),
            day("2026-02-28")
        )
        .outcome,
        Unlikely
    );
}

#[test]
fn a_test_over_a_range_is_settled_when_every_value_in_it_agrees() {
    let people = |min: Value, max: Value| json!({"people": {"min": min, "max": max}});
    outcomes(
        &leaf("a", "f: people, op: '>=', v: 500"),
        &[
            (people(json!(500), json!(1000)), Likely),
            (people(json!(500), Value::Null), Likely),
            (people(json!(499), json!(1000)), NeedsInfo),
            (people(Value::Null, json!(499)), Unlikely),
            (people(Value::Null, json!(500)), NeedsInfo),
            (people(Value::Null, Value::Null), NeedsInfo),
            (json!({"people": {"max": 499}}), Unlikely),
            (people(json!(500), json!(500)), Likely),
        ],
    );
    outcomes(
        &leaf("a", "f: people, op: in, v: [1, 2, 3]"),
        &[
            (people(json!(1), json!(3)), Likely),
            (people(json!(1), json!(4)), NeedsInfo),
            (people(json!(4), json!(9)), Unlikely),
        ],
    );
    outcomes(
        &leaf("a", "ratio: {num: rd, den: sales}, op: '>=', v: 0.05"),
        &[
            (json!({"rd": 50, "sales": {"max": 1000, "min": 1}}), Likely),
            (json!({"rd": 50, "sales": {"min": 1001}}), Unlikely),
            (json!({"rd": {"min": 50}, "sales": 1000}), Likely),
            (
                json!({"rd": 50, "sales": {"min": 0, "max": 100}}),
                NeedsInfo,
            ),
        ],
    );
}

#[test]
fn a_ratio_is_compared_exactly_and_a_zero_divisor_is_named() {
    let condition = leaf(
        "a",
        "ratio: {num: rd, den: {sum: [sales, people]}}, op: '==', v: 0.1",
    );
    let library = with_condition(&condition, "");
    assert_eq!(
        hint(&library, &json!({"rd": 0.3, "sales": 2, "people": 1})).outcome,
        Likely
    );
    let zero = hint(&library, &json!({"rd": 5, "sales": 0, "people": 0}));
    assert_eq!(
        (zero.outcome, zero.missing),
        (NeedsInfo, vec!["sales".to_owned(), "people".to_owned()])
    );
    // A field on both sides counts once: rd / (rd + sales) with rd in a range.
    let share = leaf(
        "a",
        "ratio: {num: rd, den: {sum: [rd, sales]}}, op: '>=', v: 0.5",
    );
    outcomes(
        &share,
        &[
            (json!({"rd": {"min": 10, "max": 90}, "sales": 10}), Likely),
            (json!({"rd": {"min": 1, "max": 9}, "sales": 10}), Unlikely),
        ],
    );
}

#[test]
fn a_band_limit_is_inclusive_and_bands_that_agree_need_no_band() {
    let bands = "f: rate, op: '<=', bands: {by: people, upto: [[30, 0.2], [null, 0.055]]}";
    let library = with_condition(&leaf("a", bands), "");
    let at = |given: Value| {
        let hint = hint(&library, &given);
        (hint.outcome, hint.missing)
    };
    assert_eq!(at(json!({"rate": 0.2, "people": 30})), (Likely, vec![]));
    assert_eq!(at(json!({"rate": 0.2, "people": 31})), (Unlikely, vec![]));
    assert_eq!(at(json!({"rate": 0.05})), (Likely, vec![]));
    assert_eq!(at(json!({"rate": 0.3})), (Unlikely, vec![]));
    assert_eq!(
        at(json!({"rate": 0.1})),
        (NeedsInfo, vec!["people".to_owned()])
    );
    assert_eq!(
        at(json!({"rate": 0.1, "people": {"min": 31}})),
        (Unlikely, vec![])
    );
    assert_eq!(
        at(json!({"people": 5})),
        (NeedsInfo, vec!["rate".to_owned()])
    );
    assert_eq!(
        at(json!({})),
        (NeedsInfo, vec!["rate".to_owned(), "people".to_owned()])
    );
}

#[test]
fn unknown_and_manual_combine_as_the_format_orders_them() {
    let manual = leaf("m", "manual: true");
    let test = leaf("a", "f: people, op: '>=', v: 5");
    let all = with_condition(&format!("{{all: [{manual}, {test}]}}"), "");
    let any = with_condition(&format!("{{any: [{manual}, {test}]}}"), "");
    let seen = |library: &Library, given: Value| {
        let hint = hint(library, &given);
        (
            hint.outcome,
            hint.missing.join(" "),
            hint.manual.join(" "),
            hint.failing.join(" "),
        )
    };
    let row = |outcome, missing: &str, manual: &str, failing: &str| {
        (
            outcome,
            missing.to_owned(),
            manual.to_owned(),
            failing.to_owned(),
        )
    };
    assert_eq!(seen(&all, json!({})), row(NeedsInfo, "people", "m", ""));
    assert_eq!(
        seen(&all, json!({"people": 5})),
        row(NeedsReview, "", "m", "")
    );
    assert_eq!(seen(&all, json!({"people": 4})), row(Unlikely, "", "", "a"));
    assert_eq!(seen(&any, json!({})), row(NeedsReview, "people", "m", ""));
    assert_eq!(seen(&any, json!({"people": 5})), row(Likely, "", "", ""));
    assert_eq!(
        seen(&any, json!({"people": 4})),
        row(NeedsReview, "", "m", "")
    );
}

#[test]
fn a_score_stops_asking_where_an_answer_changes_nothing() {
    let score = "score: {min: 60, min_parts: {人: 4}, parts: [\
        {name: 人, max: 20, ratio: {num: people, den: sales}, steps: [[0.3, 20], [0.1, 4], [null, 0]]}, \
        {name: 研, max: 50, f: rd, steps: [[6, 50], [2, 10], [null, 0]]}, \
        {name: 权, max: 30, best_of: [{f: listed, map: {'true': 30, 'false': 0}}, {f: rate, steps_desc: [[0.5, 24], [null, 0]]}]}]}";
    let library = with_condition(&leaf("s", score), "");
    let at = |given: Value| {
        let hint = hint(&library, &given);
        (hint.outcome, hint.missing.join(" "))
    };
    let row = |outcome, missing: &str| (outcome, missing.to_owned());
    assert_eq!(at(json!({})), row(NeedsInfo, "people sales rd listed rate"));
    assert_eq!(
        at(json!({"people": 1, "sales": 10, "rd": 6})),
        row(NeedsInfo, "listed rate")
    );
    assert_eq!(
        at(json!({"people": 1, "sales": 10, "rd": 6, "listed": true})),
        row(Likely, "")
    );
    assert_eq!(
        at(json!({"people": 1, "sales": 10, "rd": 6, "rate": 0.5})),
        row(Likely, "")
    );
    assert_eq!(at(json!({"people": 0, "sales": 10})), row(Unlikely, ""));
    // The total stands already; only the part that must reach 4 is open.
    assert_eq!(
        at(json!({"rd": 6, "rate": 0.5})),
        row(NeedsInfo, "people sales")
    );
    assert_eq!(at(json!({"rd": 1})), row(Unlikely, ""));
    assert_eq!(
        at(json!({"rd": 1, "people": 0, "sales": 0})),
        row(Unlikely, "")
    );
    assert_eq!(
        at(json!({"rd": 6, "people": 5, "sales": 0})),
        row(NeedsInfo, "sales listed rate")
    );
}

#[test]
fn a_group_has_its_own_minimum() {
    let part = |name: &str, field: &str| {
        format!("{{name: {name}, max: 10, group: g, f: {field}, steps: [[1, 10], [null, 0]]}}")
    };
    let score = format!(
        "score: {{min: 0, min_groups: {{g: 10}}, parts: [{}, {}]}}",
        part("一", "people"),
        part("二", "sales")
    );
    outcomes(
        &leaf("s", &score),
        &[
            (json!({"people": 0, "sales": 0}), Unlikely),
            (json!({"people": 0}), NeedsInfo),
            (json!({"people": 1}), Likely),
        ],
    );
}

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
