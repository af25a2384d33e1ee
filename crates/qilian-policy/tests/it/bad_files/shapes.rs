//! Leaves, lists and scores whose shape is wrong.

use super::*;

#[test]
fn lists_of_bands_and_steps_end_in_null_and_are_in_order() {
    let bands = |upto: &str| {
        with_leaf(&format!(
            "f: people, op: '>=', bands: {{by: sales, upto: {upto}}}"
        ))
    };
    let steps = |key: &str, rows: &str| {
        with_leaf(&format!(
            "score: {{min: 1, parts: [{{name: n, max: 9, f: people, {key}: {rows}}}]}}"
        ))
    };
    each_is_refused(&[
        ("bands without null", bands("[[5, 1], [9, 2]]"), BandsOpen),
        ("no bands", bands("[]"), BandsOpen),
        (
            "bands falling",
            bands("[[9, 1], [5, 2], [null, 3]]"),
            LimitsOutOfOrder,
        ),
        (
            "bands twice",
            bands("[[5, 1], [5, 2], [null, 3]]"),
            LimitsOutOfOrder,
        ),
        (
            "null in the middle",
            bands("[[null, 1], [5, 2], [null, 3]]"),
            LimitsOutOfOrder,
        ),
        (
            "steps without null",
            steps("steps", "[[9, 5], [5, 1]]"),
            StepsOpen,
        ),
        (
            "steps rising",
            steps("steps", "[[5, 1], [9, 5], [null, 0]]"),
            LimitsOutOfOrder,
        ),
        (
            "steps_desc without null",
            steps("steps_desc", "[[5, 5], [9, 1]]"),
            StepsOpen,
        ),
        (
            "steps_desc falling",
            steps("steps_desc", "[[9, 5], [5, 1], [null, 0]]"),
            LimitsOutOfOrder,
        ),
        (
            "between upside down",
            with_leaf("f: people, op: between, v: [9, 1]"),
            LimitsOutOfOrder,
        ),
    ]);
}

#[test]
fn every_leaf_says_one_thing() {
    each_is_refused(&[
        ("nothing", with_leaf("note: 空"), TestUnclear),
        (
            "two tests",
            with_leaf("f: people, op: '>=', v: 5, manual: true"),
            TestUnclear,
        ),
        (
            "v and bands",
            with_leaf("f: people, op: '>=', v: 5, bands: {by: sales, upto: [[null, 1]]}"),
            TestUnclear,
        ),
        (
            "v with true",
            with_leaf("f: listed, op: 'true', v: 5"),
            TestUnclear,
        ),
        (
            "manual with op",
            with_leaf("manual: true, op: '>='"),
            TestUnclear,
        ),
        (
            "all beside any",
            with_condition("{all: [], any: []}"),
            TestUnclear,
        ),
        (
            "all beside a test",
            with_condition("{all: [], f: people, op: '>=', v: 1}"),
            TestUnclear,
        ),
        ("no op", with_leaf("f: people, v: 5"), KeyMissing),
        ("no v", with_leaf("f: people, op: '>='"), KeyMissing),
        (
            "no den",
            with_leaf("ratio: {num: sales}, op: '>=', v: 5"),
            KeyMissing,
        ),
        (
            "no id",
            with_condition("{text: 甲, manual: true}"),
            KeyMissing,
        ),
        (
            "no value in a list",
            with_leaf("f: kind, op: in, v: []"),
            KeyMissing,
        ),
        ("no condition", file("- {id: p, title: 政策}\n"), KeyMissing),
        (
            "no table",
            file("- {id: p, title: 口径, kind: 口径}\n"),
            KeyMissing,
        ),
        (
            "no policy id",
            file("- {title: 政策, condition: {id: a, text: 甲, manual: true}}\n"),
            KeyMissing,
        ),
        (
            "no enum values",
            "fields: {a: {type: enum}}".to_owned(),
            KeyMissing,
        ),
        ("no type", "fields: {a: {label: 甲}}".to_owned(), KeyMissing),
        (
            "another file altogether",
            "year: 2026\noff: [2026-01-01]".to_owned(),
            KeyMissing,
        ),
    ]);
}

#[test]
fn a_score_does_not_contradict_itself() {
    let part = "{name: n, max: 9, group: g, f: people, steps: [[5, 9], [null, 0]]}";
    let score = |rest: &str| with_leaf(&format!("score: {{min: 1, parts: [{part}], {rest}}}"));
    assert_eq!(errors(&score("min_parts: {n: 1}, min_groups: {g: 1}")), []);
    each_is_refused(&[
        (
            "a part there is not",
            score("min_parts: {m: 1}"),
            ScoreInvalid,
        ),
        (
            "a group there is not",
            score("min_groups: {n: 1}"),
            ScoreInvalid,
        ),
        (
            "more points than the most",
            with_leaf(
                "score: {min: 1, parts: [{name: n, max: 9, f: people, steps: [[5, 90], [null, 0]]}]}",
            ),
            ScoreInvalid,
        ),
        (
            "no parts",
            with_leaf("score: {min: 1, parts: []}"),
            KeyMissing,
        ),
        (
            "no min",
            with_leaf(&format!("score: {{parts: [{part}]}}")),
            KeyMissing,
        ),
        (
            "map of a number",
            with_leaf(
                "score: {min: 1, parts: [{name: n, max: 1, f: people, map: {'true': 1, 'false': 0}}]}",
            ),
            ValueWrongType,
        ),
        (
            "half a map",
            with_leaf("score: {min: 1, parts: [{name: n, max: 1, f: listed, map: {'true': 1}}]}"),
            KeyMissing,
        ),
        (
            "steps and map",
            with_leaf(
                "score: {min: 1, parts: [{name: n, max: 1, f: people, steps: [[null, 0]], map: {'true': 1, 'false': 0}}]}",
            ),
            TestUnclear,
        ),
    ]);
}
