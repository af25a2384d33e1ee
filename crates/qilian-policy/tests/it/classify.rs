//! 划型, 四上 and industry codes.

use qilian_policy::{ErrorCode, FactValue, Library, SizeClass, industry_code};
use serde_json::{Value, json};

use crate::shipped;

#[test]
fn industry_codes_are_put_in_the_tables_form() {
    for (given, want) in [
        ("C3911", "C3911"),
        (" c3911 ", "C3911"),
        ("Ｃ３９１１", "C3911"),
        ("3911", "C3911"),
        ("0111", "A0111"),
        ("L", "L"),
        ("65", "I65"),
        ("T9700", "T9700"),
    ] {
        assert_eq!(industry_code(given).as_deref(), Some(want), "{given}");
    }
    for given in [
        "",
        "X3911",
        "A3911",
        "C39111",
        "39-11",
        "9",
        "9800",
        "0011",
        "制造业",
    ] {
        assert_eq!(industry_code(given), None, "{given}");
    }
}

#[test]
fn one_indicator_below_every_floor_makes_it_micro() {
    let library = shipped::library();
    let size = |facts: Value| {
        let facts = library.facts_from_json(&facts).expect("facts fit");
        let answer = library.size_class_of(&facts).expect("the table ships");
        (answer.size_class.map(SizeClass::zh), answer.missing)
    };
    assert_eq!(
        size(json!({"gb4754": "C3911", "employees": 19})),
        (Some("微型"), vec![])
    );
    assert_eq!(
        size(json!({"gb4754": "C3911", "employees": 20})),
        (None, vec!["sales_y1"])
    );
    assert_eq!(
        size(json!({"gb4754": "C3911"})),
        (None, vec!["employees", "sales_y1"])
    );
    assert_eq!(
        size(json!({"gb4754": "C3911", "employees": 20, "sales_y1": 300})),
        (Some("小型"), vec![])
    );
    let ranged = json!({"gb4754": "C3911", "employees": {"min": 300, "max": 900}, "sales_y1": {"min": 2000}});
    assert_eq!(size(ranged), (Some("中型"), vec![]));
    assert_eq!(
        size(json!({"gb4754": "L7210", "employees": 400, "assets_y1": 8000})),
        (Some("中型"), vec![])
    );
    assert_eq!(size(json!({"employees": 20})), (None, vec!["gb4754"]));
}

#[test]
fn a_derived_size_class_fills_what_is_not_known_and_nothing_else() {
    let library = shipped::library();
    let derived = |facts: Value| {
        let facts = library.facts_from_json(&facts).expect("facts fit");
        library.with_derived(&facts).get("size_class").cloned()
    };
    let text = |class: &str| Some(FactValue::Text(class.to_owned()));
    let figures = json!({"gb4754": "C3911", "employees": 320, "sales_y1": 1900});
    assert_eq!(derived(figures.clone()), text("小型"));
    let mut told = figures;
    told["size_class"] = json!("中型");
    assert_eq!(derived(told), text("中型"));
    assert_eq!(derived(json!({"gb4754": "C3911", "employees": 320})), None);
}

#[test]
fn four_above_follows_the_figure_its_rule_names() {
    let library = shipped::library();
    let four = |facts: Value| {
        let facts = library.facts_from_json(&facts).expect("facts fit");
        let answer = library.four_above(&facts).expect("the table ships");
        (
            answer.four_above,
            answer.kind.unwrap_or_default(),
            answer.missing,
        )
    };
    let row = |is: Option<bool>, kind: &str, missing: &[&'static str]| {
        (is, kind.to_owned(), missing.to_vec())
    };
    assert_eq!(
        four(json!({"gb4754": "C3911", "main_sales_y1": 2000})),
        row(Some(true), "规模以上工业", &[])
    );
    assert_eq!(
        four(json!({"gb4754": "C3911", "main_sales_y1": 1999.99})),
        row(Some(false), "规模以上工业", &[])
    );
    assert_eq!(
        four(json!({"gb4754": "C3911", "sales_y1": 9999})),
        row(None, "规模以上工业", &["main_sales_y1"])
    );
    assert_eq!(
        four(json!({"gb4754": "M7320", "sales_y1": {"min": 1000}})),
        row(Some(true), "规上服务业B", &[])
    );
    assert_eq!(
        four(json!({"gb4754": "E4710"})),
        row(None, "有资质建筑业", &["qualified_construction"])
    );
    assert_eq!(
        four(json!({"gb4754": "E4710", "qualified_construction": true})),
        row(Some(true), "有资质建筑业", &[])
    );
    assert_eq!(
        four(json!({"gb4754": "K7010"})),
        row(Some(true), "房地产开发经营", &[])
    );
    assert_eq!(
        four(json!({"gb4754": "A0111", "main_sales_y1": 9999})),
        row(Some(false), "", &[])
    );
    assert_eq!(
        four(json!({"main_sales_y1": 9999})),
        row(None, "", &["gb4754"])
    );
}

#[test]
fn a_table_that_contradicts_itself_is_refused() {
    let table = |row: &str, rest: &str| {
        format!(
            "policies:\n- id: cn-sme-size\n  title: 划型\n  kind: 口径\n  table:\n  - {row}\n{rest}\n"
        )
    };
    let codes = |text: String| -> Vec<ErrorCode> {
        let errors = Library::load(&[("t.yaml", text)]).err().unwrap_or_default();
        errors.into_iter().map(|error| error.code).collect()
    };
    let sound = "{ind: 工业, gb: [C], X: [1000, 300, 20]}";
    assert_eq!(
        codes(table(sound, "  examples: [{ind: 工业, X: 300, out: 中型}]")),
        []
    );
    assert_eq!(
        codes(table(sound, "  examples: [{ind: 工业, X: 299, out: 中型}]")),
        [ErrorCode::ExampleMismatch]
    );
    assert_eq!(
        codes(table(sound, "  condition: {id: a, text: 甲, manual: true}")),
        [ErrorCode::TestUnclear]
    );
    assert_eq!(
        codes(table(
            sound,
            "  effective_from: 2026-02-01\n  effective_to: 2026-01-01"
        )),
        [ErrorCode::DatesReversed]
    );
    assert_eq!(
        codes(table("{ind: 工业, gb: [C], X: [20, 300, 1000]}", "")),
        [ErrorCode::LimitsOutOfOrder]
    );
    assert_eq!(
        codes(table("{ind: 工业, gb: [C], X: [1000, 300]}", "")),
        [ErrorCode::ValueWrongType]
    );
    assert_eq!(
        codes(table("{ind: 工业, gb: [C]}", "")),
        [ErrorCode::KeyMissing]
    );
}
