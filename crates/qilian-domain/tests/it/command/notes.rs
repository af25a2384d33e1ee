//! What is kept where it could not go where it was meant for: notes, the same thing sent once more, and both
//! values where two people wrote one.

use qilian_domain::command::NewPromise;
use qilian_domain::command::{
    Command, Context, Lateness, Loaded, NoteWrite, PromiseKeep, Rules, Scope, VisitRecord,
};
use qilian_domain::ids::{MutId, NoteId, PromiseId};
use qilian_domain::row::Row;
use qilian_domain::rows::{Assignment, Note, Promise, Visit};
use serde_json::json;
use uuid::Uuid;

use super::{MONDAY, TUESDAY_NOON, cadre, decide, decide_as, district, only, stamp, visit};
use crate::given::{self, day, uscc};

fn note(text: &str) -> NoteWrite {
    NoteWrite {
        note: NoteId::new(Uuid::from_u128(9)),
        uscc: uscc(1),
        visit: None,
        from: Some(MutId::new(Uuid::from_u128(9))),
        on: day(MONDAY),
        text: text.to_owned(),
    }
}

/// The district after its enterprise went to the colleague.
fn reassigned() -> Loaded {
    let mut loaded = district();
    let mine: Assignment = loaded.all::<Assignment>().next().expect("mine").clone();
    let closed = Assignment {
        to: Some(day("2026-11-01")),
        ..mine
    };
    loaded.insert(closed.into());
    loaded
}

#[test]
fn who_had_the_enterprise_may_leave_a_note_there_and_nobody_else() {
    let now = stamp(TUESDAY_NOON, Some(TUESDAY_NOON));
    let mut loaded = reassigned();
    decide_as(
        &cadre(),
        note("车间用电不够"),
        &mut loaded,
        now,
        Scope::Outside,
    )
    .expect("filed");
    assert_eq!(only::<Note>(&loaded).text, "车间用电不够");
    let stranger = given::cadre(2);
    let refused = decide_as(
        &stranger,
        note("随便写"),
        &mut reassigned(),
        now,
        Scope::Outside,
    );
    assert_eq!(refused.map_err(|e| e.code()), Err("scope_lost"));
}

#[test]
fn a_note_sent_once_more_changes_nothing_and_other_words_under_its_id_are_refused() {
    let mut loaded = district();
    decide(note("一次"), &mut loaded, TUESDAY_NOON).expect("written");
    let again = decide(note("一次"), &mut loaded, TUESDAY_NOON).expect("known");
    assert!(again.is_empty());
    assert_eq!(only::<Note>(&loaded).text, "一次");
    let other = decide(note("两次"), &mut loaded, TUESDAY_NOON);
    assert_eq!(other.map_err(|e| e.code()), Err("id_taken"));
}

#[test]
fn the_same_visit_from_the_authors_other_laptop_changes_nothing() {
    let mut loaded = district();
    decide(visit(1, MONDAY), &mut loaded, TUESDAY_NOON).expect("recorded");
    let before: Visit = only::<Visit>(&loaded);
    let again = decide(visit(1, MONDAY), &mut loaded, "2026-11-17T15:00:00+08:00");
    assert!(again.is_ok());
    assert_eq!(only::<Visit>(&loaded), before);
}

/// A promise of enterprise 1, kept on Monday by the colleague.
fn kept_by_the_colleague() -> Loaded {
    let mut loaded = district();
    let record = VisitRecord {
        promises: vec![NewPromise {
            id: PromiseId::new(Uuid::from_u128(4)),
            text: "送指南".to_owned(),
            due: None,
        }],
        ..visit(1, MONDAY)
    };
    decide(record, &mut loaded, TUESDAY_NOON).expect("recorded");
    let promise = Promise {
        kept_on: Some(day(MONDAY)),
        kept_by: Some(given::cadre(2)),
        kept_said: Some(stamp(TUESDAY_NOON, Some(TUESDAY_NOON))),
        ..only::<Promise>(&loaded)
    };
    loaded.insert(Row::from(promise));
    loaded
}

#[test]
fn a_promise_kept_on_another_day_is_told_with_both_days_and_who_said_the_first() {
    let loaded = kept_by_the_colleague();
    let command = Command::from(PromiseKeep {
        uscc: uscc(1),
        promise: PromiseId::new(Uuid::from_u128(4)),
        on: day("2026-11-17"),
    });
    let (actor, rules) = (cadre(), Rules::default());
    let told = |received| {
        let context = Context {
            actor: &actor,
            stamp: stamp(TUESDAY_NOON, received),
            scope: Scope::Held,
            lateness: Lateness::Weighed,
            rules: &rules,
        };
        command.conflicts(&context, &loaded)
    };
    let conflicts = told(Some(TUESDAY_NOON));
    let conflict = conflicts.first().expect("told");
    assert_eq!(
        (&conflict.mine, &conflict.theirs),
        (&json!("2026-11-17"), &json!(MONDAY))
    );
    assert_eq!(conflict.by, Some(given::cadre(2)));
    assert_eq!(conflict.clone().without_theirs().theirs, json!(null));
    assert!(
        told(None).is_empty(),
        "a laptop does not know what came first"
    );
}
