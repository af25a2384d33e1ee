//! The cadre's week: recorded without a network, sealed, sent, receipted.

use crate::{draft, one_desk};
use qilian_app::contract::{DraftPromise, UsccArgs, WeekArgs, WeekPreviewArgs};

const POLICIES: &str = include_str!("../../../../policies/policies.yaml");

#[test]
fn a_week_recorded_offline_reaches_the_district_and_a_receipt_comes_back() {
    let (_town, desk, uscc) = one_desk();

    desk.link.cut();
    let mut form = draft(&desk, &uscc, "2026-11-18", "订单到明年 2 月");
    form.demands = vec!["夜班缺操作工".to_owned()];
    form.promises = vec![DraftPromise {
        text: "送指南".to_owned(),
        due_on: None,
    }];
    let recorded = desk.laptop.visit_record(&form).expect("recorded");
    assert!(recorded.counted, "it was the cadre's");
    assert_eq!(recorded.week.counted, 1);
    let sealed = desk
        .laptop
        .week_submit(&WeekArgs {
            week: "2026-W47".to_owned(),
        })
        .expect("sealed offline");
    assert!(sealed.submitted_at.is_some() && sealed.receipt.is_none());
    let error = desk.laptop.sync().expect_err("the link is cut");
    assert_eq!(error.code(), "server_unreachable");
    assert_eq!(
        desk.laptop.sync_status().expect("lights").pending,
        2,
        "nothing is lost"
    );

    desk.link.mend();
    let synced = desk.sync();
    assert_eq!((synced.pushed, synced.applied, synced.rejected), (2, 2, 0));
    assert!(synced.fully_synced, "outbox empty, pull complete");
    let package = desk
        .laptop
        .week_preview(&WeekPreviewArgs { week: None })
        .expect("a package");
    let receipt = package.receipt.expect("a receipt");
    assert!(
        receipt.agrees,
        "laptop and district compute the same package"
    );
    assert_eq!(
        (receipt.visits, receipt.counted, package.revision),
        (1, 1, 1)
    );
    assert_eq!((package.demands.len(), package.promises.len()), (1, 1));
}

#[test]
fn a_visit_after_the_receipt_makes_a_supplement() {
    let (_town, desk, uscc) = one_desk();
    desk.laptop
        .week_submit(&WeekArgs {
            week: "2026-W47".to_owned(),
        })
        .expect("sealed");
    desk.sync();
    desk.laptop
        .visit_record(&draft(&desk, &uscc, "2026-11-17", "补一次"))
        .expect("recorded");
    desk.sync();
    let package = desk
        .laptop
        .week_preview(&WeekPreviewArgs { week: None })
        .expect("a package");
    assert_eq!((package.revision, package.counted), (2, 1));
    assert_eq!(package.receipt.map(|r| r.counted), Some(1));
}

#[test]
fn a_form_survives_a_crash_and_records_once() {
    let (town, desk, uscc) = one_desk();
    town.policies(1, POLICIES);
    desk.sync();
    let args = UsccArgs {
        uscc: uscc.to_string(),
    };
    let form = desk.laptop.visit_form(&args).expect("a form");
    assert!(!form.restored);
    let mut typed = form.draft;
    typed.note = "𠮷㙍😀".repeat(5_000);
    desk.laptop.draft_save(&typed).expect("kept");

    let desk = desk.reopened();
    let form = desk.laptop.visit_form(&args).expect("a form");
    assert!(form.restored, "the form is as it was");
    assert_eq!(form.draft.note, typed.note);
    desk.laptop.visit_record(&form.draft).expect("recorded");
    desk.laptop
        .visit_record(&form.draft)
        .expect("recorded again, which is the same");
    assert!(desk.laptop.drafts().expect("drafts").is_empty());
    assert_eq!(desk.sync().pushed, 1);
}

#[test]
fn a_form_keeps_the_library_it_opened_with_and_says_so() {
    let (town, desk, uscc) = one_desk();
    town.policies(1, POLICIES);
    desk.sync();
    let args = UsccArgs {
        uscc: uscc.to_string(),
    };
    let mut form = desk.laptop.visit_form(&args).expect("a form").draft;
    form.facts = vec![qilian_app::contract::Answer {
        field: "employees".to_owned(),
        value: "132".to_owned(),
    }];
    desk.laptop.draft_save(&form).expect("kept");
    town.policies(2, POLICIES);
    desk.sync();
    let recorded = desk.laptop.visit_record(&form).expect("recorded");
    let changed = recorded.library_changed.expect("it says so");
    assert_eq!(
        (changed.opened_with.as_str(), changed.now.as_str()),
        ("1", "2")
    );
    let file = desk.laptop.enterprise(&args).expect("a file");
    assert!(
        file.facts
            .iter()
            .any(|f| f.field == "employees" && f.value == "132" && f.current)
    );
}

#[test]
fn an_answer_changes_the_hints_before_it_is_saved() {
    let (town, desk, uscc) = one_desk();
    town.policies(1, POLICIES);
    desk.sync();
    desk.link.cut();
    let args = |facts| qilian_app::contract::HintsArgs {
        uscc: uscc.to_string(),
        on: None,
        facts,
        library_version: None,
    };
    let before = desk.laptop.hints(&args(Vec::new())).expect("hints");
    let question = before.questions.first().expect("something to ask");
    let answer = qilian_app::contract::Answer {
        field: question.field.clone(),
        value: match question.kind {
            qilian_app::contract::FieldKind::Bool => "false".to_owned(),
            qilian_app::contract::FieldKind::Enum => question.values[0].clone(),
            qilian_app::contract::FieldKind::Date => "2026-11-01".to_owned(),
            _ => "1".to_owned(),
        },
    };
    let after = desk.laptop.hints(&args(vec![answer])).expect("hints");
    assert!(
        after.questions.iter().all(|q| q.field != question.field),
        "it is answered"
    );
}

#[test]
fn a_visit_is_recorded_where_the_district_has_no_policies_yet() {
    let (_town, desk, uscc) = one_desk();
    let args = UsccArgs {
        uscc: uscc.to_string(),
    };
    let form = desk.laptop.visit_form(&args).expect("a form");
    assert_eq!(form.hints.library.policies, 0);
    let recorded = desk.laptop.visit_record(&form.draft).expect("recorded");
    assert!(recorded.counted);
}
