//! Which questions are put, in which order, and why.

use qilian_policy::{Facts, Library, Purpose, Question};
use serde_json::{Value, json};

use crate::shipped::{self, day};

/// A library whose policies each ask one sum of fields, with an amount in 万元.
fn library(policies: &[(&str, &[&str], u32)]) -> Library {
    let fields = json!({
        "public": {"type": "money", "label": "公开", "cost": 0},
        "a": {"type": "money", "label": "甲", "cost": 1, "ask": "甲是多少？"},
        "b": {"type": "money", "label": "乙", "cost": 1},
        "c": {"type": "money", "label": "丙", "cost": 2},
        "d": {"type": "money", "label": "丁", "cost": 1},
        "e": {"type": "money", "label": "戊", "cost": 1},
        "f": {"type": "money", "label": "己", "cost": 1},
        "g": {"type": "money", "label": "庚", "cost": 3},
    });
    let policies: Vec<Value> = policies
        .iter()
        .map(|(id, fields, amount)| {
            json!({
                "id": id, "title": format!("政策{id}"),
                "condition": {"id": "L", "text": "合计", "expr_sum": fields, "op": ">=", "v": 1},
                "benefit": {"amount": {"expr": amount.to_string()}},
            })
        })
        .collect();
    let text = json!({"fields": fields, "policies": policies}).to_string();
    Library::load(&[("q.yaml", text)]).expect("sound").0
}

fn questions(policies: &[(&str, &[&str], u32)], known: &Value) -> Vec<Question> {
    let library = library(policies);
    let facts = library.facts_from_json(known).expect("facts fit");
    library.questions(&library.hints(&facts, day("2026-11-21"), Purpose::New))
}

fn fields(questions: &[Question]) -> Vec<&str> {
    questions
        .iter()
        .map(|question| question.field.as_str())
        .collect()
}

#[test]
fn the_question_that_settles_more_money_comes_first() {
    let asked = questions(&[("p", &["a"], 20), ("q", &["b"], 50)], &json!({}));
    assert_eq!(fields(&asked), ["b", "a"]);
}

#[test]
fn one_very_large_amount_counts_no_more_than_the_cap() {
    let asked = questions(
        &[("p", &["a"], 5000), ("q", &["b"], 90), ("r", &["b"], 90)],
        &json!({}),
    );
    assert_eq!(fields(&asked), ["b", "a"]);
}

#[test]
fn the_cheaper_question_comes_first_where_the_money_is_the_same() {
    assert_eq!(
        fields(&questions(
            &[("p", &["c"], 20), ("q", &["b"], 20)],
            &json!({})
        )),
        ["b", "c"]
    );
}

#[test]
fn a_policy_with_fewer_open_fields_comes_first() {
    let policies: &[(&str, &[&str], u32)] = &[("p", &["a", "b"], 20), ("q", &["d"], 15)];
    assert_eq!(fields(&questions(policies, &json!({}))), ["d", "a", "b"]);
    assert_eq!(fields(&questions(policies, &json!({"b": 0}))), ["a", "d"]);
}

#[test]
fn at_most_five_questions_are_put_and_public_facts_never() {
    let all: &[&str] = &["public", "a", "b", "c", "d", "e", "f", "g"];
    let asked = questions(&[("p", all, 20)], &json!({}));
    assert_eq!(fields(&asked), ["a", "b", "d", "e", "f"]);
}

#[test]
fn a_settled_policy_asks_nothing() {
    assert_eq!(
        questions(
            &[("p", &["a"], 20), ("q", &["b"], 20)],
            &json!({"a": 5, "b": 0})
        ),
        []
    );
}

#[test]
fn a_question_says_what_it_settles_and_why() {
    let asked = questions(&[("p", &["a"], 20), ("q", &["a", "b"], 20)], &json!({}));
    let json = serde_json::to_value(&asked[0]).expect("serialises");
    assert_eq!(json["field"], "a");
    assert_eq!(json["ask"], "甲是多少？");
    assert_eq!(json["cost"], 1);
    assert_eq!(json["type"], "money");
    assert_eq!(json["unit"], "万元");
    assert_eq!(json["settles"], json!(["p", "q"]));
    assert_eq!(json["settles_alone"], json!(["p"]));
    assert_eq!(
        json["reason"],
        "问这个是因为可判 2 项：政策p、政策q，其中 1 项只差这一问"
    );
    assert_eq!(
        asked[1].ask, "乙",
        "a field without a question is asked by its label"
    );
}

#[test]
fn where_the_size_class_is_missing_its_figures_are_asked() {
    let library = shipped::library();
    let facts: Facts = library
        .facts_from_json(&json!({"gb4754": "C3911", "region_city": "深圳市", "wage_arrears": false, "startup_hires_share": 0.2}))
        .expect("facts fit");
    let hint = library
        .hint("sz-startup-loan", &facts, day("2026-11-21"), Purpose::New)
        .expect("known");
    assert_eq!(hint.missing, ["size_class"]);
    assert_eq!(hint.missing_for_size, ["employees", "sales_y1"]);
    let asked = library.questions(&[hint]);
    assert_eq!(fields(&asked), ["employees", "sales_y1"]);
}
