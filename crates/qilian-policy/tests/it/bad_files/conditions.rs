//! Faults inside a condition.

use super::*;

#[test]
fn a_field_that_is_not_declared_is_refused_wherever_it_stands() {
    each_is_refused(&[
        ("f", with_leaf("f: x, op: '>=', v: 5"), FieldUndeclared),
        (
            "num",
            with_leaf("ratio: {num: x, den: sales}, op: '>=', v: 5"),
            FieldUndeclared,
        ),
        (
            "den",
            with_leaf("ratio: {num: sales, den: {sum: [sales, x]}}, op: '>=', v: 5"),
            FieldUndeclared,
        ),
        (
            "sum",
            with_leaf("expr_sum: [sales, x], op: '>=', v: 5"),
            FieldUndeclared,
        ),
        (
            "bands.by",
            with_leaf("f: people, op: '>=', bands: {by: x, upto: [[null, 1]]}"),
            FieldUndeclared,
        ),
        (
            "score",
            with_leaf(
                "score: {min: 1, parts: [{name: n, max: 1, f: x, steps: [[1, 1], [null, 0]]}]}",
            ),
            FieldUndeclared,
        ),
        (
            "region",
            with_lines("  region: {x: 深圳市}"),
            FieldUndeclared,
        ),
        (
            "expr",
            with_lines("  benefit: {amount: {expr: 'x * 2'}}"),
            FieldUndeclared,
        ),
        (
            "example",
            with_lines("  examples: [{in: {x: 5}, out: unknown}]"),
            FieldUndeclared,
        ),
        (
            "ask",
            with_lines("  examples: [{in: {}, out: unknown, ask: [x]}]"),
            FieldUndeclared,
        ),
    ]);
}

#[test]
fn a_value_of_the_wrong_type_is_refused() {
    each_is_refused(&[
        (
            "words for a number",
            with_leaf("f: people, op: '>=', v: 很多"),
            ValueWrongType,
        ),
        (
            "a quoted number",
            with_leaf("f: people, op: '>=', v: '5'"),
            ValueWrongType,
        ),
        (
            "half a person",
            with_leaf("f: people, op: '==', v: 5.5"),
            ValueWrongType,
        ),
        (
            "no finite number",
            with_leaf("f: sales, op: '>=', v: .inf"),
            ValueWrongType,
        ),
        (
            "a number for text",
            with_leaf("f: city, op: '==', v: 5"),
            ValueWrongType,
        ),
        (
            "null for text",
            with_leaf("f: city, op: '==', v: null"),
            ValueWrongType,
        ),
        (
            "text for a truth value",
            with_leaf("f: listed, op: '==', v: yes"),
            ValueWrongType,
        ),
        (
            "a value the enum lacks",
            with_leaf("f: kind, op: in, v: [甲, 丙]"),
            ValueWrongType,
        ),
        (
            "one value for a list",
            with_leaf("f: kind, op: in, v: 甲"),
            ValueWrongType,
        ),
        (
            "a list for one value",
            with_leaf("f: people, op: '>=', v: [5]"),
            ValueWrongType,
        ),
        (
            "one prefix without list",
            with_leaf("f: code, op: prefix, v: C"),
            ValueWrongType,
        ),
        (
            "no such day",
            with_leaf("f: founded, op: '>=', v: 2026-02-30"),
            ValueWrongType,
        ),
        (
            "a day for a number",
            with_leaf("f: people, op: '>=', v: 2026-01-01"),
            ValueWrongType,
        ),
        (
            "three ends of a between",
            with_leaf("f: people, op: between, v: [1, 2, 3]"),
            ValueWrongType,
        ),
        (
            "days that are no count",
            with_leaf("f: founded, op: 'age_days>=', v: 一年"),
            ValueWrongType,
        ),
        (
            "text in a sum",
            with_leaf("expr_sum: [sales, city], op: '>=', v: 1"),
            ValueWrongType,
        ),
        (
            "text in a ratio",
            with_leaf("ratio: {num: kind, den: sales}, op: '>=', v: 1"),
            ValueWrongType,
        ),
        (
            "a band's value",
            with_leaf("f: people, op: '>=', bands: {by: sales, upto: [[5, 多], [null, 1]]}"),
            ValueWrongType,
        ),
        (
            "a band's limit",
            with_leaf("f: people, op: '>=', bands: {by: sales, upto: [[多, 1], [null, 1]]}"),
            ValueWrongType,
        ),
        (
            "bands by text",
            with_leaf("f: people, op: '>=', bands: {by: city, upto: [[null, 1]]}"),
            ValueWrongType,
        ),
        (
            "manual that is not true",
            with_leaf("manual: false"),
            ValueWrongType,
        ),
        (
            "a region of another type",
            with_lines("  region: {people: 深圳市}"),
            ValueWrongType,
        ),
        (
            "verified in other words",
            with_lines("  verified: maybe"),
            ValueWrongType,
        ),
        (
            "a purpose there is not",
            with_lines("  for: [new, renew]"),
            ValueWrongType,
        ),
        (
            "effective_from no day",
            with_lines("  effective_from: 去年"),
            ValueWrongType,
        ),
        (
            "an example's fact",
            with_lines("  examples: [{in: {people: 很多}, out: unknown}]"),
            ValueWrongType,
        ),
        (
            "an example's enum",
            with_lines("  examples: [{in: {kind: 丙}, out: unknown}]"),
            ValueWrongType,
        ),
        (
            "an example's range upside down",
            with_lines("  examples: [{in: {people: {min: 9, max: 1}}, out: unknown}]"),
            ValueWrongType,
        ),
        (
            "an example's out",
            with_lines("  examples: [{in: {}, out: perhaps}]"),
            ValueWrongType,
        ),
        (
            "text in an amount",
            with_lines("  benefit: {amount: {expr: 'city * 2'}}"),
            ValueWrongType,
        ),
        (
            "another unit of money",
            "meta: {money_unit: 元}\npolicies: []".to_owned(),
            ValueWrongType,
        ),
        (
            "percent",
            "meta: {ratio_unit: percent}\npolicies: []".to_owned(),
            ValueWrongType,
        ),
        (
            "a field's type",
            "fields: {a: {type: float}}".to_owned(),
            ValueWrongType,
        ),
        (
            "a field's cost",
            "fields: {a: {type: int, cost: 4}}".to_owned(),
            ValueWrongType,
        ),
        ("no map at the top", "- a\n- b".to_owned(), ValueWrongType),
        (
            "policies that are no list",
            "policies: {id: p}".to_owned(),
            ValueWrongType,
        ),
    ]);
}

#[test]
fn operators_are_those_of_the_format_and_of_the_type() {
    each_is_refused(&[
        ("unknown", with_leaf("f: people, op: '=>', v: 5"), OpUnknown),
        (
            "no word at all",
            with_leaf("f: people, op: [a], v: 5"),
            OpUnknown,
        ),
        (
            "order on text",
            with_leaf("f: city, op: '>=', v: 深圳市"),
            OpUnfit,
        ),
        (
            "truth of a number",
            with_leaf("f: people, op: 'true'"),
            OpUnfit,
        ),
        (
            "prefix of a number",
            with_leaf("f: people, op: prefix, v: [C]"),
            OpUnfit,
        ),
        (
            "age of a number",
            with_leaf("f: people, op: 'age_days>=', v: 5"),
            OpUnfit,
        ),
        (
            "member of a text",
            with_leaf("f: city, op: has, v: 深圳市"),
            OpUnfit,
        ),
        (
            "equality of sets",
            with_leaf("f: tags, op: '==', v: 甲"),
            OpUnfit,
        ),
        (
            "membership of a ratio",
            with_leaf("ratio: {num: sales, den: sales}, op: has, v: 甲"),
            OpUnfit,
        ),
        (
            "truth in bands",
            with_leaf("f: listed, op: 'true', bands: {by: sales, upto: [[null, 1]]}"),
            OpUnfit,
        ),
    ]);
}
