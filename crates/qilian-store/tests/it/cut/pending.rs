//! What becomes of pending work when a cut arrives.

use qilian_domain::ids::{MutSeq, VisitId};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{Enterprise, Visit};
use qilian_sync::client::{ClientStore, Forked};
use qilian_sync::wire::ReplyStatus;

use crate::given::{
    Home, commit, complete, enterprise, noted, outcome, puts, take, unsent, uuid, visit,
};

#[test]
fn an_outcome_of_another_copys_mutation_is_refused() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    commit(&mut store, 1, &visit(1, 1, "走访"));
    let taken = store.take_outcomes(&outcome(1, 999, ReplyStatus::Applied, 11));
    assert!(
        matches!(taken, Ok(Err(Forked { at: MutSeq(1) }))),
        "{taken:?}"
    );
    assert_eq!(unsent(&mut store).len(), 1, "nothing was noted");
}

#[test]
fn a_mutation_leaves_the_outbox_only_when_a_pull_has_reached_it() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    commit(&mut store, 1, &visit(1, 1, "走访"));
    noted(&mut store, &outcome(1, 1, ReplyStatus::Applied, 12));
    assert_eq!(unsent(&mut store).len(), 0, "the server has it");
    take(&mut store, complete(11, vec![]));
    assert_eq!(store.outbox().expect("read").len(), 1, "not reached yet");
    assert_eq!(
        store.count(Kind::Visit).expect("read"),
        1,
        "and still shown"
    );
    let row: Row = store
        .get::<Visit>(VisitId::new(uuid(1)))
        .expect("read")
        .expect("there")
        .into();
    take(&mut store, complete(12, puts(&row, 12)));
    assert!(store.outbox().expect("read").is_empty());
    assert_eq!(store.sent(10).expect("read").len(), 1);
    assert_eq!(store.count(Kind::Visit).expect("read"), 1);
    assert!(store.pending_keys().expect("read").is_empty());
}

#[test]
fn the_chain_goes_on_from_the_sent_log() {
    let home = Home::new();
    let mut store = home.with_enterprises(2);
    commit(&mut store, 1, &visit(1, 1, "甲"));
    let first = store.outbox().expect("read").remove(0).hash;
    noted(&mut store, &outcome(1, 1, ReplyStatus::Applied, 11));
    take(&mut store, complete(11, vec![]));
    let second = commit(&mut store, 2, &visit(2, 2, "乙"));
    assert_eq!(second.mut_seq, MutSeq(2));
    let unsent = store.unsent(Default::default()).expect("read");
    assert_eq!(unsent.map(|u| u.base_hash), Some(first));
}

#[test]
fn pending_work_is_replayed_on_the_new_truth() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    commit(&mut store, 1, &visit(1, 1, "走访"));
    let renamed = Row::from(Enterprise {
        name: "改名后的公司".to_owned(),
        ..enterprise(1)
    });
    take(&mut store, complete(11, puts(&renamed, 11)));
    let tallies = store
        .all::<qilian_domain::rows::VisitTally>()
        .expect("read");
    let names: Vec<_> = tallies.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["改名后的公司"]);
}

#[test]
fn a_rejected_mutation_shows_no_more_once_the_next_cut_is_complete() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    commit(&mut store, 1, &visit(1, 1, "走访"));
    noted(&mut store, &outcome(1, 1, ReplyStatus::Rejected, 12));
    assert_eq!(
        store.count(Kind::Visit).expect("read"),
        1,
        "until then it does not flicker"
    );
    take(&mut store, complete(12, vec![]));
    assert_eq!(store.count(Kind::Visit).expect("read"), 0);
    let kept = store.sent(10).expect("read");
    assert!(kept[0].payload.contains("走访"), "its words are kept");
}
