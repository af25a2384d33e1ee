//! A file that breaks the format is refused whole, naming file, line, policy and fault.

use qilian_policy::{ErrorCode, FileError, Library, WarningCode};

use ErrorCode::{
    BandsOpen, DatesReversed, DuplicateKey, ExampleMismatch, ExprInvalid, FieldConflict,
    FieldUndeclared, KeyMissing, LeafDuplicate, LimitsOutOfOrder, OpUnfit, OpUnknown,
    PolicyDuplicate, ScoreInvalid, StepsOpen, SupersessionCircle, TestUnclear, TooLarge,
    ValueWrongType, YamlSyntax,
};

const FIELDS: &str = "
meta: {as_of: 2026-11-21, money_unit: 万元, ratio_unit: fraction}
fields:
  people: {type: int, unit: 人, label: 人数, cost: 1}
  sales: {type: money, label: 收入, cost: 1}
  city: {type: text, label: 城市, cost: 0}
  code: {type: code, label: 行业, cost: 0}
  kind: {type: enum, values: [甲, 乙], label: 种类, cost: 1}
  founded: {type: date, label: 成立, cost: 0}
  listed: {type: bool, label: 上市, cost: 1}
  tags: {type: set, label: 标签, cost: 0}
policies:
";

/// A file with one policy `p` whose lines, from line 14 on, are given.
fn file(policy: &str) -> String {
    format!("{}{policy}", FIELDS.trim_start())
}

/// A policy with this condition.
fn with_condition(condition: &str) -> String {
    file(&format!(
        "- id: p\n  title: 政策\n  condition: {condition}\n"
    ))
}

/// A policy with this leaf, its other keys apart from id and text.
fn with_leaf(test: &str) -> String {
    with_condition(&format!("{{all: [{{id: a, text: 甲, {test}}}]}}"))
}

/// A sound condition and these lines beside it.
fn with_lines(lines: &str) -> String {
    let sound =
        "- id: p\n  title: 政策\n  condition: {id: a, text: 甲, f: people, op: '>=', v: 5}\n";
    file(&format!("{sound}{lines}\n"))
}

fn errors(text: &str) -> Vec<FileError> {
    Library::load(&[("f.yaml", text)]).err().unwrap_or_default()
}

/// Every case has exactly one fault, so that one mistake is told once.
fn each_is_refused(cases: &[(&str, String, ErrorCode)]) {
    for (claim, text, code) in cases {
        let errors = errors(text);
        let codes: Vec<ErrorCode> = errors.iter().map(|error| error.code).collect();
        assert_eq!(codes, [*code], "{claim}: {errors:#?}");
        assert_eq!(errors[0].file, "f.yaml", "{claim}");
        assert!(errors[0].line >= 1, "{claim}");
        assert!(!errors[0].message.is_empty(), "{claim}");
    }
}

#[test]
fn the_ground_of_the_other_tests_is_sound() {
    for text in [with_leaf("f: people, op: '>=', v: 5"), with_lines("")] {
        let loaded = Library::load(&[("f.yaml", text)]);
        let (_, warnings) = loaded.expect("sound");
        assert_eq!(warnings, []);
    }
}

#[test]
fn a_fault_names_its_line_and_policy() {
    let error = errors(&with_leaf("f: nowhere, op: '>=', v: 5")).remove(0);
    assert_eq!((error.line, error.policy.as_deref()), (14, Some("p")));
    assert!(error.message.contains("nowhere"), "{}", error.message);
}

#[test]
fn all_faults_are_told_at_once() {
    let text = file(
        "- {id: p, title: 一, condition: {id: a, text: 甲, f: nowhere, op: '>=', v: 5}}
- {id: q, title: 二, effective_from: 2026-02-01, effective_to: 2026-01-01, condition: {id: a, text: 甲, f: people, op: '~', v: 5}}
",
    );
    let told: Vec<_> = errors(&text)
        .into_iter()
        .map(|e| (e.policy, e.code))
        .collect();
    let policy = |id: &str| Some(id.to_owned());
    assert_eq!(
        told,
        [
            (policy("p"), FieldUndeclared),
            (policy("q"), OpUnknown),
            (policy("q"), DatesReversed)
        ]
    );
}

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
fn ids_are_given_once() {
    let leaf = "{id: a, text: 甲, manual: true}";
    each_is_refused(&[
        (
            "policies",
            file(&format!(
                "- {{id: p, title: 一, condition: {leaf}}}\n- {{id: p, title: 二, condition: {leaf}}}\n"
            )),
            PolicyDuplicate,
        ),
        (
            "leaves",
            with_condition(&format!("{{all: [{leaf}, {{any: [{leaf}]}}]}}")),
            LeafDuplicate,
        ),
        (
            "parts of a score",
            with_leaf(
                "score: {min: 1, parts: [{name: n, max: 1, f: listed, map: {'true': 1, 'false': 0}}, {name: n, max: 1, f: listed, map: {'true': 1, 'false': 0}}]}",
            ),
            LeafDuplicate,
        ),
        (
            "keys of a map",
            with_lines("  note: 一\n  note: 二"),
            DuplicateKey,
        ),
        (
            "fields",
            "fields: {a: {type: int}, a: {type: int}}".to_owned(),
            DuplicateKey,
        ),
    ]);
}

#[test]
fn a_policy_id_is_given_once_across_files() {
    let (first, second) = (
        with_lines(""),
        "policies: [{id: p, title: 二, condition: {id: a, text: 甲, manual: true}}]",
    );
    let errors =
        Library::load(&[("a.yaml", first.as_str()), ("b.yaml", second)]).expect_err("refused");
    assert_eq!(
        (errors.len(), errors[0].code, errors[0].file.as_str()),
        (1, PolicyDuplicate, "b.yaml")
    );
}

#[test]
fn dates_stand_the_right_way_round() {
    each_is_refused(&[
        (
            "in force",
            with_lines("  effective_from: 2026-02-01\n  effective_to: 2026-01-31"),
            DatesReversed,
        ),
        (
            "window",
            with_lines("  windows: [{label: 一, from: 2026-02-01, to: 2026-01-31}]"),
            DatesReversed,
        ),
        (
            "between",
            with_leaf("f: founded, op: between, v: [2026-02-01, 2026-01-31]"),
            DatesReversed,
        ),
    ]);
}

#[test]
fn an_expression_has_to_parse() {
    let amount = |expr: &str| with_lines(&format!("  benefit: {{amount: {{expr: \"{expr}\"}}}}"));
    for expr in [
        "sales *",
        "(sales",
        "sales)",
        "sales sales",
        "1 if listed",
        "if 1 else 2",
        "sum(1, 2)",
        "min(1)",
        "min()",
        "1 < 2 < 3",
        "sales ** 2",
        "5 % 2",
        "1..2",
        "'x'",
        "else",
    ] {
        let errors = errors(&amount(expr));
        assert_eq!(
            errors.iter().map(|e| e.code).collect::<Vec<_>>(),
            [ExprInvalid],
            "{expr}: {errors:?}"
        );
    }
    let deep = format!("{}1{}", "(".repeat(500), ")".repeat(500));
    assert_eq!(errors(&amount(&deep))[0].code, ExprInvalid);
    let long = format!("1{}", "+1".repeat(5_000));
    assert_eq!(errors(&amount(&long))[0].code, ExprInvalid);
}

#[test]
fn an_example_that_comes_out_otherwise_is_refused() {
    let sound = "people: 5";
    let with = |rest: &str| {
        with_lines(&format!(
            "  benefit: {{amount: {{expr: 'sales / 3'}}}}\n  examples: [{{in: {{{sound}, sales: 9}}, {rest}}}]"
        ))
    };
    assert_eq!(errors(&with("out: 'true', amount: 3, ask: []")), []);
    assert_eq!(errors(&with("out: true")), []);
    each_is_refused(&[
        ("out", with("out: 'false'"), ExampleMismatch),
        ("amount", with("out: 'true', amount: 3.01"), ExampleMismatch),
        (
            "no amount",
            with("out: 'true', amount: null"),
            ExampleMismatch,
        ),
        ("ask", with("out: 'true', ask: [people]"), ExampleMismatch),
        ("leaf", with("out: 'true', leaf: b"), ExampleMismatch),
        (
            "unknown is not false",
            with_lines("  examples: [{in: {}, out: 'false'}]"),
            ExampleMismatch,
        ),
        (
            "amount without a rule",
            with_lines("  examples: [{in: {people: 5}, out: 'true', amount: 3}]"),
            ExampleMismatch,
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

#[test]
fn versions_do_not_supersede_in_a_circle() {
    each_is_refused(&[("itself", with_lines("  supersedes: p"), SupersessionCircle)]);
    let a = with_lines("  supersedes: q");
    let b =
        "policies: [{id: q, title: 二, supersedes: p, condition: {id: a, text: 甲, manual: true}}]";
    let errors = Library::load(&[("a.yaml", a.as_str()), ("b.yaml", b)]).expect_err("refused");
    assert!(
        errors.iter().all(|error| error.code == SupersessionCircle),
        "{errors:?}"
    );
}

#[test]
fn declarations_of_two_files_have_to_agree() {
    let load = |b: &str| {
        Library::load(&[
            ("a.yaml", "fields: {a: {type: int, unit: 人, label: 甲}}"),
            ("b.yaml", b),
        ])
    };
    for b in [
        "fields: {a: {type: money}}",
        "fields: {a: {type: int, unit: 家}}",
    ] {
        let errors = load(b).expect_err("refused");
        assert_eq!(
            (errors.len(), errors[0].code, errors[0].file.as_str()),
            (1, FieldConflict, "b.yaml")
        );
    }
    let (library, warnings) =
        load("fields: {a: {type: int, label: 乙}, b: {type: date}}").expect("sound");
    assert_eq!(
        warnings.iter().map(|w| w.code).collect::<Vec<_>>(),
        [WarningCode::FieldWording]
    );
    assert_eq!(library.field("a").expect("declared").label, "甲");
    assert_eq!(library.fields().len(), 2);
}

#[test]
fn what_is_no_yaml_or_too_much_of_it_is_refused() {
    let bomb = {
        let mut text = "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for i in 1..10 {
            let alias = format!("*a{}", i - 1);
            text.push_str(&format!(
                "b{i}: &a{i} [{}]\n",
                [alias.as_str(); 10].join(", ")
            ));
        }
        text + "policies: []\n"
    };
    each_is_refused(&[
        ("unclosed", "policies: [".to_owned(), YamlSyntax),
        ("tabs", "policies:\n\t- id: p".to_owned(), YamlSyntax),
        ("empty", String::new(), YamlSyntax),
        ("only a remark", "# nothing\n".to_owned(), YamlSyntax),
        (
            "two documents",
            "policies: []\n---\npolicies: []\n".to_owned(),
            YamlSyntax,
        ),
        (
            "a key that is a list",
            "? [a]\n: b\npolicies: []".to_owned(),
            YamlSyntax,
        ),
        ("an alias of nothing", "policies: *a".to_owned(), YamlSyntax),
        (
            "an alias inside itself",
            "policies: &a [*a]".to_owned(),
            YamlSyntax,
        ),
        ("aliases that multiply", bomb, TooLarge),
        (
            "a deep nest",
            format!("policies: {}{}", "[".repeat(100), "]".repeat(100)),
            TooLarge,
        ),
        (
            "a deeper nest of maps",
            (0..100).map(|i| format!("{}a:\n", " ".repeat(i))).collect(),
            TooLarge,
        ),
    ]);
    for deep in [
        "[".repeat(100_000),
        "- ".repeat(100_000),
        "{a: ".repeat(100_000),
    ] {
        assert_eq!(errors(&deep).len(), 1);
    }
}

#[test]
fn unknown_keys_are_kept_ignored_and_warned_of() {
    let text =
        with_lines("  colour: red\n  colour_note: 无碍").replace("v: 5}", "v: 5, weight: 3}");
    let (library, warnings) = Library::load(&[("f.yaml", text)]).expect("loads");
    let told: Vec<_> = warnings.iter().map(|w| (w.line, w.code)).collect();
    assert_eq!(
        told,
        [(14, WarningCode::UnknownKey), (15, WarningCode::UnknownKey)]
    );
    assert!(
        warnings[1].message.contains("colour"),
        "{}",
        warnings[0].message
    );
    assert_eq!(library.documents()[0].1["policies"][0]["colour"], "red");
}

#[test]
fn bare_yes_no_and_on_are_the_text_they_are() {
    let text = with_lines("  no_apply: no\n  verified: yes\n  note: on")
        .replace("values: [甲, 乙]", "values: [yes, no, on]")
        .replace("f: people, op: '>=', v: 5", "f: kind, op: in, v: [yes, on]");
    let (library, _) = Library::load(&[("f.yaml", text)]).expect("loads");
    let policy = library.policy("p").expect("loaded");
    assert_eq!(policy.no_apply, Some(qilian_policy::NoApply::No));
    assert_eq!(policy.verified, qilian_policy::Verified::Yes);
    assert_eq!(policy.note.as_deref(), Some("on"));
}
