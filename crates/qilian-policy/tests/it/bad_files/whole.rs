//! Faults of files as a whole, and what is no fault.

use super::*;

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
    let crowd =
        |of: usize, one: &dyn Fn(usize) -> String| (0..of).map(one).collect::<Vec<_>>().join(", ");
    let leaves = crowd(1_001, &|at| {
        format!("{{id: a{at}, text: 甲, manual: true}}")
    });
    let parts = crowd(201, &|at| {
        format!("{{name: n{at}, f: people, steps: [[null, 0]]}}")
    });
    each_is_refused(&[
        (
            "too many leaves",
            with_condition(&format!("{{all: [{leaves}]}}")),
            TooLarge,
        ),
        (
            "too many parts",
            with_leaf(&format!("score: {{min: 1, parts: [{parts}]}}")),
            TooLarge,
        ),
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
