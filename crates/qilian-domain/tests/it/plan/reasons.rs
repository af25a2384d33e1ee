//! Claims about why an enterprise is in the plan.

use qilian_domain::plan::{Candidate, OpenPromise, PolicyWindow, Reason, WorthAsking};
use rust_decimal::Decimal;

use super::{TODAY, by_points, codes, planned, policy, quarter, quiet, week};
use crate::given::{day, uscc};

fn reasons_of(candidate: Candidate) -> Vec<Reason> {
    let plan = planned(&[candidate], &week(&[90, 91]), &quarter(&[], 0));
    plan.visits
        .into_iter()
        .flat_map(|planned| planned.reasons)
        .collect()
}

#[test]
fn visits_by_others_within_thirty_days_speak_against_going() {
    let disturbed = Candidate {
        visits_by_others: vec![day("2026-11-10")],
        ..quiet(1)
    };
    let long_ago = Candidate {
        visits_by_others: vec![day("2026-10-18")],
        ..quiet(2)
    };
    assert_eq!(
        by_points(&[disturbed.clone(), long_ago.clone()]),
        [2, 1].map(uscc)
    );
    assert_eq!(codes(&reasons_of(long_ago)), ["days_since_visit"]);
    assert_eq!(
        reasons_of(disturbed)[1].text(),
        "近 30 天其他单位走访 1 次，宜先电话"
    );
}

#[test]
fn a_promise_is_a_reason_from_a_week_before_its_day() {
    let promised = |due_on: &str| {
        let promise = OpenPromise {
            text: "送用工政策单页".to_owned(),
            due_on: day(due_on),
        };
        reasons_of(Candidate {
            promises: vec![promise],
            ..quiet(1)
        })
    };
    assert_eq!(
        codes(&promised("2026-11-17")),
        ["days_since_visit", "promise_overdue"]
    );
    assert_eq!(
        codes(&promised("2026-11-18")),
        ["days_since_visit", "promise_due"]
    );
    assert_eq!(
        codes(&promised("2026-11-25")),
        ["days_since_visit", "promise_due"]
    );
    assert_eq!(codes(&promised("2026-11-26")), ["days_since_visit"]);
}

#[test]
fn a_policy_window_is_a_reason_from_thirty_days_before_it_closes() {
    let closing = |closes_on: &str| {
        let window = PolicyWindow {
            policy: policy("P1"),
            closes_on: day(closes_on),
        };
        codes(&reasons_of(Candidate {
            windows: vec![window],
            ..quiet(1)
        }))
        .len()
            == 2
    };
    assert!(!closing("2026-11-17"), "closed");
    assert!(closing("2026-11-18") && closing("2026-12-18"));
    assert!(!closing("2026-12-19"));
}

#[test]
fn every_planned_visit_has_its_reasons_with_facts_and_text() {
    let candidate = Candidate {
        last_visit: Some(day("2026-10-12")),
        visits_by_others: vec![day("2026-11-10")],
        demands_overdue: vec![day("2026-11-16"), day("2026-11-13")],
        demands_due_soon: vec![day("2026-11-19")],
        promises: vec![OpenPromise {
            text: "送单页".to_owned(),
            due_on: day("2026-11-20"),
        }],
        windows: vec![PolicyWindow {
            policy: policy("P1"),
            closes_on: day("2026-11-25"),
        }],
        newly_matching: vec![policy("P2")],
        question: Some(WorthAsking {
            field: "retrofit_filed".to_owned(),
            ask: "技改是否备案".to_owned(),
            settles: 1,
            amount: Some(Decimal::new(5400, 2)),
        }),
        ..quiet(1)
    };
    let plan = planned(&[candidate], &week(&[90]), &quarter(&[1], 0));
    let json = serde_json::to_value(&plan.visits[0]).expect("json");
    let expected = serde_json::json!([
        {"code": "not_visited_this_quarter", "text": "本季度未走访"},
        {"code": "days_since_visit", "days": 37, "last_visit": "2026-10-12", "text": "37 天未走访"},
        {"code": "demands_overdue", "demands": 2, "due_on": "2026-11-13",
         "text": "2 件诉求已超期，最早 11月13日 到期"},
        {"code": "demands_due_soon", "demands": 1, "due_on": "2026-11-19",
         "text": "1 件诉求将到期，最早 11月19日"},
        {"code": "promise_due", "promise": "送单页", "due_on": "2026-11-20",
         "text": "答应的事将到期：送单页（11月20日）"},
        {"code": "policy_window_closing", "policy": "P1", "title": "政策P1",
         "closes_on": "2026-11-25", "text": "政策窗口 11月25日 截止：政策P1"},
        {"code": "policy_newly_matching", "policy": "P2", "title": "政策P2",
         "text": "新增可能符合：政策P2"},
        {"code": "question_worth_asking", "field": "retrofit_filed", "ask": "技改是否备案",
         "settles": 1, "amount": 54.0, "text": "答上“技改是否备案”，可判 1 项，约 54 万元（估算）"},
        {"code": "visited_by_others", "visits": 1, "within_days": 30,
         "text": "近 30 天其他单位走访 1 次，宜先电话"},
    ]);
    assert_eq!(json["reasons"], expected);
}

#[test]
fn the_code_in_json_is_the_reasons_code() {
    let reasons = [
        Reason::NeverVisited,
        Reason::VisitedThisWeek { on: day(TODAY) },
        Reason::PromiseOverdue {
            promise: String::new(),
            due_on: day(TODAY),
        },
    ];
    for reason in reasons {
        let json = serde_json::to_value(reason.told()).expect("json");
        assert_eq!(json["code"], reason.code());
    }
}
