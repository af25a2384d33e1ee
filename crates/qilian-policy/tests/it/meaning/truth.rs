//! Truth: operators, ranges, ratios, bands, scores.

use super::*;

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
