//! The library that ships.

use chrono::NaiveDate;
use qilian_policy::{ErrorCode, Facts, Library, Outcome, Purpose, SizeClass};

pub(crate) const TEXT: &str = include_str!("../../../../policies/policies.yaml");

pub(crate) fn library() -> Library {
    match Library::load(&[("policies.yaml", TEXT)]) {
        Ok((library, _)) => library,
        Err(errors) => unreachable!("{errors:#?}"),
    }
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn facts(library: &Library, pairs: &[(&str, &str)]) -> Facts {
    pairs
        .iter()
        .map(|(field, text)| {
            (
                (*field).to_owned(),
                library.parse_fact(field, text).expect("a fact"),
            )
        })
        .collect()
}

#[test]
fn every_example_comes_out_as_it_says() {
    let written = TEXT.matches("{in: {").count();
    assert!(written > 30);
    assert_eq!(library().example_count(), written);
}

#[test]
fn a_corrupted_example_is_refused_with_its_line() {
    let line = TEXT
        .lines()
        .position(|l| l.contains("收入恰 5000 万用 5%"))
        .expect("the line")
        + 1;
    let text = TEXT.replace(
        "leaf: H6, out: \"true\", why: 收入恰",
        "leaf: H6, out: \"false\", why: 收入恰",
    );
    let errors = Library::load(&[("p.yaml", text)]).expect_err("refused");
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(
        (errors[0].line, errors[0].policy.as_deref(), errors[0].code),
        (line, Some("cn-hnte"), ErrorCode::ExampleMismatch)
    );
}

#[test]
fn the_old_rule_gives_way_on_the_day_the_new_one_starts() {
    let library = library();
    let none = Facts::new();
    let outcome = |id: &str, on: &str| {
        library
            .hint(id, &none, day(on), Purpose::New)
            .expect("known")
            .outcome
    };
    assert_eq!(outcome("cn-srdi-2022", "2026-03-31"), Outcome::NeedsInfo);
    assert_eq!(
        outcome("cn-srdi-2022", "2026-04-01"),
        Outcome::NotApplicable
    );
    assert_eq!(
        outcome("cn-srdi-2026", "2026-03-31"),
        Outcome::NotApplicable
    );
    assert_eq!(outcome("cn-srdi-2026", "2026-04-01"), Outcome::NeedsInfo);
}

#[test]
fn a_policy_that_needs_checking_is_shown_on_request_only() {
    let library = library();
    let hints = library.hints(&Facts::new(), day("2026-11-21"), Purpose::New);
    assert!(hints.iter().all(|hint| hint.id != "cn-adv-mfg-vat5"));
    let asked = library.hint(
        "cn-adv-mfg-vat5",
        &Facts::new(),
        day("2026-11-21"),
        Purpose::New,
    );
    assert!(asked.expect("known").needs_check);
}

#[test]
fn hints_serialise_to_the_agreed_keys() {
    let library = library();
    let facts = facts(
        &library,
        &[
            ("region_city", "深圳市"),
            ("size_class", "小型"),
            ("startup_hires_share", "0.05"),
            ("employees", "100"),
            ("wage_arrears", "false"),
            ("loan_interest_paid", "12.50"),
        ],
    );
    let hint = library
        .hint("sz-startup-loan", &facts, day("2026-11-21"), Purpose::New)
        .expect("known");
    let json = serde_json::to_value(&hint).expect("serialises");
    assert_eq!(json["outcome"], "unlikely");
    assert_eq!(json["false"], serde_json::json!(["C2"]));
    assert_eq!(json["amount"].to_string(), "6.25");
    assert_eq!(json["verified"], "partly");
    assert_eq!(json["window"]["state"], "always");
    let near = serde_json::to_string(&json["near_miss"]).expect("serialises");
    assert_eq!(near, r#"{"distance":0.05,"leaf":"C2","unit":null}"#);
    assert_eq!(json["missing"], serde_json::json!([]));
    assert_eq!(json["manual"], serde_json::json!([]));
}

#[test]
fn size_follows_the_table_and_names_what_it_lacks() {
    let library = library();
    let size = |code, x: Option<i64>, y: Option<i64>| {
        let answer = library.size_class(code, x.map(Into::into), y.map(Into::into), None);
        let answer = answer.expect("the table ships");
        (answer.size_class, answer.missing)
    };
    assert_eq!(
        size("C3911", Some(320), Some(1900)),
        (Some(SizeClass::Small), vec![])
    );
    assert_eq!(
        size("3911", Some(1000), Some(40000)),
        (Some(SizeClass::Large), vec![])
    );
    assert_eq!(
        size("I6510", Some(9), None),
        (Some(SizeClass::Micro), vec![])
    );
    assert_eq!(size("C3911", Some(320), None), (None, vec!["sales_y1"]));
    assert_eq!(
        size("E4700", Some(1), Some(9000)),
        (None, vec!["assets_y1"])
    );
    assert_eq!(size("F", Some(1), Some(9000)), (None, vec!["gb4754"]));
    assert_eq!(
        size("M7320", Some(100), None),
        (Some(SizeClass::Medium), vec![])
    );
}

#[test]
fn questions_are_at_most_five_and_never_public_facts() {
    let library = library();
    let hints = library.hints(&Facts::new(), day("2026-11-21"), Purpose::New);
    let questions = library.questions(&hints);
    assert_eq!(questions.len(), 5);
    for question in &questions {
        assert!(question.cost > 0, "{question:?}");
        assert!(!question.settles.is_empty(), "{question:?}");
    }
    assert_eq!(questions, library.questions(&hints));
}
