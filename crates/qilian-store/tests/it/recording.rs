//! Recording: a command is durable and whole when `commit` returns, or it did nothing.

use qilian_domain::command::Command;
use qilian_domain::ids::{MutId, MutSeq, VisitId};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Kind, RowKey};
use qilian_domain::rows::{Visit, VisitTally};
use qilian_store::{CommitAs, Draft, StoreError};
use qilian_sync::chain::ChainHash;

use crate::given::{Home, NOW, at, commit, day, me, rules, unsent, uuid, visit};

#[test]
fn a_visit_is_there_after_a_crash() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    commit(&mut store, 1, &visit(1, 1, "走访"));
    // No destructor runs: the file is left as a killed process leaves it.
    std::mem::forget(store);
    let mut store = home.reopened();
    let kept: Option<Visit> = store.get(VisitId::new(uuid(1))).expect("read");
    assert_eq!(kept.map(|v| v.note).as_deref(), Some("走访"));
    assert_eq!(unsent(&mut store).len(), 1, "it will be sent");
}

#[test]
fn a_long_note_with_rare_characters_stays_as_it_is() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    let note: String = "𠮷野家㙍👩‍🏭走访记录\u{0}\"\\\n"
        .chars()
        .cycle()
        .take(20_000)
        .collect();
    commit(&mut store, 1, &visit(1, 1, &note));
    drop(store);
    let mut store = home.reopened();
    let kept: Option<Visit> = store.get(VisitId::new(uuid(1))).expect("read");
    assert_eq!(kept.map(|v| v.note), Some(note.clone()), "in the row");
    let sent = unsent(&mut store);
    assert_eq!(
        sent.first().map(|m| m.args["note"].as_str()),
        Some(Some(note.as_str())),
        "and in what is sent"
    );
}

#[test]
fn mutations_are_numbered_from_one_and_chained() {
    let home = Home::new();
    let mut store = home.with_enterprises(2);
    commit(&mut store, 1, &visit(1, 1, "甲"));
    drop(store);
    let mut store = home.reopened();
    commit(&mut store, 2, &visit(2, 2, "乙"));
    let items = store.outbox().expect("read");
    let numbers: Vec<_> = items.iter().map(|item| item.mut_seq).collect();
    assert_eq!(numbers, [MutSeq(1), MutSeq(2)]);
    let mut hash = ChainHash::START;
    for item in &items {
        hash = hash.then(&item.payload);
        assert_eq!(item.hash, hash, "hash after {}", item.mut_seq);
    }
}

#[test]
fn a_refused_command_writes_nothing() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    let before = store.sync_state().expect("read");
    let rules = rules();
    let commit_as = CommitAs {
        mut_id: MutId::new(uuid(1)),
        device_time: at(NOW),
        rules: &rules,
        closes: None,
    };
    let refused = store
        .commit(&visit(1, 99, "走访"), &commit_as)
        .expect("decided");
    assert!(
        matches!(refused, Err(Refusal::EnterpriseUnknown(_))),
        "{refused:?}"
    );
    assert_eq!(store.sync_state().expect("read"), before);
    assert!(store.outbox().expect("read").is_empty());
}

#[test]
fn a_store_that_belongs_to_nobody_takes_no_command() {
    let home = Home::new();
    let mut store = qilian_store::Store::create(&home.path(), &Home::key()).expect("made");
    let rules = rules();
    let commit_as = CommitAs {
        mut_id: MutId::new(uuid(1)),
        device_time: at(NOW),
        rules: &rules,
        closes: None,
    };
    let done = store.commit(&visit(1, 1, ""), &commit_as);
    assert!(matches!(done, Err(StoreError::NotEnrolled)), "{done:?}");
}

#[test]
fn what_was_recorded_shows_at_once_as_pending() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    let committed = commit(&mut store, 1, &visit(1, 1, "走访"));
    let reader = home.reader();
    let tallies = reader
        .tallies(&me(), day("2026-03-02"), day("2026-03-08"))
        .expect("read");
    assert_eq!(tallies.len(), 1);
    assert!(tallies[0].counted, "the enterprise was mine that day");
    let visit = RowKey::of::<Visit>(uuid(1));
    let tally = RowKey::of::<VisitTally>(VisitTally::key(VisitId::new(uuid(1)), &me()));
    assert_eq!(
        reader.pending(&visit).expect("read"),
        Some(committed.mut_seq)
    );
    let pending = reader.pending_keys().expect("read");
    assert_eq!(pending, [visit, tally].into());
}

#[test]
fn two_processes_take_turns() {
    let home = Home::new();
    let mut one = home.with_enterprises(2);
    let mut other = home.reopened();
    commit(&mut one, 1, &visit(1, 1, "甲"));
    commit(&mut other, 2, &visit(2, 2, "乙"));
    commit(&mut one, 3, &visit(3, 2, "丙"));
    let ids: Vec<_> = (one.outbox().expect("read").iter())
        .map(|item| (item.mut_seq.0, item.mut_id.uuid().as_u128()))
        .collect();
    assert_eq!(ids, [(1, 1), (2, 2), (3, 3)], "one chain, nothing lost");
}

#[test]
fn a_full_disk_is_said_and_leaves_everything_as_it_was() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    commit(&mut store, 1, &visit(1, 1, "走访"));
    let before = store.sync_state().expect("read");
    store.limit_pages(1).expect("limited");
    let long: Command = visit(2, 1, &"长".repeat(40_000));
    let rules = rules();
    let commit_as = CommitAs {
        mut_id: MutId::new(uuid(2)),
        device_time: at(NOW),
        rules: &rules,
        closes: None,
    };
    let done = store.commit(&long, &commit_as);
    assert!(matches!(done, Err(StoreError::DiskFull)), "{done:?}");
    assert_eq!(store.sync_state().expect("read"), before);
    assert_eq!(store.count(Kind::Visit).expect("read"), 1);
    store.limit_pages(u32::MAX).expect("room again");
    store
        .commit(&long, &commit_as)
        .expect("written")
        .expect("not refused");
}

#[test]
fn a_draft_is_back_after_a_crash() {
    let home = Home::new();
    let mut store = home.enrolled();
    let draft = Draft {
        key: "visit:new".to_owned(),
        body: r#"{"note":"写到一半"}"#.to_owned(),
        saved_at: at(NOW),
    };
    store.save_draft(&draft).expect("saved");
    std::mem::forget(store);
    let mut store = home.reopened();
    assert_eq!(store.draft("visit:new").expect("read"), Some(draft));
    store.discard_draft("visit:new").expect("discarded");
    assert_eq!(store.drafts().expect("read"), []);
}

#[test]
fn a_form_is_closed_with_what_it_recorded_and_not_with_a_refusal() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    let draft = Draft {
        key: "visit:1".to_owned(),
        body: "{}".to_owned(),
        saved_at: at(NOW),
    };
    store.save_draft(&draft).expect("saved");
    let rules = rules();
    let commit_as = CommitAs {
        mut_id: MutId::new(uuid(1)),
        device_time: at(NOW),
        rules: &rules,
        closes: Some(&draft.key),
    };
    let refused = store.commit(&visit(1, 99, "走访"), &commit_as);
    assert!(refused.expect("decided").is_err(), "an unknown enterprise");
    assert_eq!(store.drafts().expect("read").len(), 1, "nothing is lost");
    let done = store.commit(&visit(1, 1, "走访"), &commit_as);
    assert!(done.expect("written").is_ok());
    assert!(store.drafts().expect("read").is_empty());
}
