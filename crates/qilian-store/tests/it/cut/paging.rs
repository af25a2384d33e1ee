//! Pages become a cut at once or not at all.

use qilian_domain::ids::{MutSeq, Seq};
use qilian_domain::row::Kind;
use qilian_store::{Store, StoreError};
use qilian_sync::client::{ClientStore, Forked};
use qilian_sync::wire::PullReply;

use super::bucket;
use crate::given::{Home, complete, enterprise_ops, take, unfinished};

/// A first pull of five enterprises in five pages.
fn pages() -> Vec<PullReply> {
    let mut pages: Vec<_> = (1..=4)
        .map(|n| unfinished(10, Some((bucket(n), 5)), enterprise_ops(n)))
        .collect();
    pages.push(complete(10, enterprise_ops(5)));
    pages
}

#[test]
fn an_unfinished_pull_shows_nothing_and_goes_on_after_a_kill_at_any_page() {
    for killed_after in 0..5 {
        let home = Home::new();
        let mut store = home.enrolled();
        for (n, page) in pages().into_iter().enumerate() {
            assert_eq!(
                store.count(Kind::Enterprise).expect("read"),
                0,
                "before page {n}"
            );
            let position = page.position.clone();
            take(&mut store, page);
            if n == killed_after {
                std::mem::forget(store);
                store = home.reopened();
            }
            assert_eq!(store.standing().expect("read").position, position);
        }
        assert_eq!(store.count(Kind::Enterprise).expect("read"), 5);
        assert_eq!(store.standing().expect("read").cursor.seq, Seq(10));
    }
}

#[test]
fn the_last_page_counts_what_changed() {
    let home = Home::new();
    let mut store = home.enrolled();
    let taken: Vec<_> = pages().into_iter().map(|p| take(&mut store, p)).collect();
    assert_eq!(taken, [0, 0, 0, 0, 10]);
    let again = complete(11, enterprise_ops(1));
    assert_eq!(take(&mut store, again), 0, "the same rows are no change");
}

#[test]
fn an_earlier_cut_is_refused() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    let taken = store.take_page(&complete(9, vec![]));
    assert!(
        matches!(taken, Err(StoreError::CursorBackwards { .. })),
        "{taken:?}"
    );
    assert_eq!(store.sync_state().expect("read").cursor.seq, Seq(10));
}

#[test]
fn a_page_with_mutations_of_another_copy_is_refused() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    let page = PullReply {
        last_mut_seq: MutSeq(1),
        ..complete(11, vec![])
    };
    let taken = store.take_page(&page);
    assert!(
        matches!(taken, Ok(Err(Forked { at: MutSeq(1) }))),
        "{taken:?}"
    );
}

#[test]
fn a_full_disk_during_a_flip_leaves_the_old_cut() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    store.limit_pages(1).expect("limited");
    let many = (1..=300).flat_map(enterprise_ops).collect();
    let taken = store.take_page(&complete(11, many));
    assert!(matches!(taken, Err(StoreError::DiskFull)), "{taken:?}");
    assert_eq!(store.standing().expect("read").cursor.seq, Seq(10));
    assert_eq!(store.count(Kind::Enterprise).expect("read"), 1);
}

#[test]
fn a_reader_is_not_kept_waiting_by_a_flip() {
    let home = Home::new();
    let store = home.with_enterprises(1);
    let reader = home.reader();
    let raw = crate::opening::raw(&home);
    raw.execute_batch("BEGIN IMMEDIATE; DELETE FROM base_row")
        .expect("a writer that is not done");
    assert_eq!(reader.count(Kind::Enterprise).expect("read"), 1);
    raw.execute_batch("ROLLBACK").expect("given up");
    drop::<Store>(store);
}
