//! A file that breaks the format is refused whole, naming file, line, policy and fault.

mod conditions;
mod shapes;
mod whole;

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
