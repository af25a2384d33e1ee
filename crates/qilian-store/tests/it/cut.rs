//! Taking the server's truth: paging, the flip, purging, and what becomes of pending work.

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{MutSeq, Seq, VisitId};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{Enterprise, Visit};
use qilian_store::{Store, StoreError};
use qilian_sync::client::ClientStore;
use qilian_sync::wire::{Op, PullReply, ReplyStatus};

use crate::given::{
    Home, commit, complete, enterprise, enterprise_ops, me, outcome, put_in, puts, take,
    unfinished, unsent, uscc, uuid, visit,
};

fn bucket(n: u32) -> Bucket {
    Bucket::Enterprise(uscc(n))
}

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
        matches!(taken, Err(StoreError::ForkDetected { at: MutSeq(1) })),
        "{taken:?}"
    );
}

#[test]
fn an_outcome_of_another_copys_mutation_is_refused() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    commit(&mut store, 1, &visit(1, 1, "走访"));
    let taken = store.take_outcomes(&outcome(1, 999, ReplyStatus::Applied, 11));
    assert!(
        matches!(taken, Err(StoreError::ForkDetected { at: MutSeq(1) })),
        "{taken:?}"
    );
    assert_eq!(unsent(&mut store).len(), 1, "nothing was noted");
}

#[test]
fn a_dropped_bucket_leaves_nothing_and_keeps_what_is_mine() {
    let home = Home::new();
    let mut store = home.with_enterprises(2);
    commit(&mut store, 1, &visit(1, 1, "走访"));
    let page = PullReply {
        drop: vec![bucket(1)],
        ..complete(11, vec![])
    };
    take(&mut store, page);
    assert_eq!(
        store.get::<Enterprise>(uscc(1)).expect("read"),
        None,
        "the file is gone"
    );
    assert_eq!(
        store.count(Kind::Visit).expect("read"),
        0,
        "also what was pending in it"
    );
    assert_eq!(
        store.count(Kind::Assignment).expect("read"),
        2,
        "my intervals stay mine: they are also in my own bucket"
    );
    let sent = unsent(&mut store);
    assert_eq!(sent.len(), 1, "what I recorded is still sent");
    let text = format!("{:?}", raw_text(&home));
    assert!(
        !text.contains(enterprise(1).name.as_str()),
        "no table holds the name any more"
    );
}

/// Every text in every table except the outbox, whose payloads are the user's own words.
fn raw_text(home: &Home) -> Vec<String> {
    let raw = crate::opening::raw(home);
    let tables: Vec<String> = raw
        .prepare(
            "SELECT name FROM sqlite_schema
             WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'outbox'",
        )
        .expect("prepared")
        .query_map([], |row| row.get(0))
        .expect("run")
        .collect::<Result<_, _>>()
        .expect("read");
    let mut texts = Vec::new();
    for table in tables {
        let mut statement = raw
            .prepare(&format!("SELECT * FROM \"{table}\""))
            .expect("prepared");
        let columns = statement.column_count();
        let mut rows = statement.query([]).expect("run");
        while let Some(row) = rows.next().expect("read") {
            for n in 0..columns {
                if let Ok(text) = row.get::<_, String>(n) {
                    texts.push(text);
                }
            }
        }
    }
    texts
}

#[test]
fn a_reset_bucket_holds_what_the_pull_brought() {
    let home = Home::new();
    let mut store = home.with_enterprises(2);
    let row = Row::from(Enterprise {
        name: "改名后的公司".to_owned(),
        ..enterprise(1)
    });
    let visit: Row = some_visit(1, "旧").into();
    take(&mut store, complete(11, puts(&visit, 11)));
    let page = PullReply {
        reset: vec![bucket(1)],
        ..complete(12, puts(&row, 12))
    };
    take(&mut store, page);
    let name = store.get::<Enterprise>(uscc(1)).expect("read");
    assert_eq!(name.map(|e| e.name).as_deref(), Some("改名后的公司"));
    assert_eq!(
        store.count(Kind::Visit).expect("read"),
        0,
        "what the pull did not bring is gone"
    );
    assert_eq!(store.count(Kind::Enterprise).expect("read"), 2);
}

#[test]
fn a_bucket_named_on_every_page_of_a_pass_is_forgotten_once() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    let named = |page: PullReply| PullReply {
        reset: vec![bucket(1)],
        ..page
    };
    let first = unfinished(20, Some((bucket(1), 5)), enterprise_ops(1));
    take(&mut store, named(first));
    let visit: Row = some_visit(1, "").into();
    take(&mut store, named(complete(20, puts(&visit, 9))));
    assert_eq!(store.count(Kind::Enterprise).expect("read"), 1);
    assert_eq!(store.count(Kind::Visit).expect("read"), 1);
}

#[test]
fn a_bucket_reset_in_a_later_pass_loses_what_the_earlier_one_brought() {
    let home = Home::new();
    let mut store = home.enrolled();
    // The first pass ends, the next one begins with a revoked and granted bucket.
    take(&mut store, unfinished(20, None, enterprise_ops(1)));
    let reset = PullReply {
        reset: vec![bucket(1)],
        ..complete(25, enterprise_ops(2))
    };
    take(&mut store, reset);
    assert_eq!(store.get::<Enterprise>(uscc(1)).expect("read"), None);
    assert!(store.get::<Enterprise>(uscc(2)).expect("read").is_some());
}

#[test]
fn a_row_that_left_its_last_bucket_is_removed() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    let leave = |bucket| Op::Del {
        bucket,
        kind: "assignment".to_owned(),
        id: crate::given::assignment(1).id.to_string(),
    };
    take(&mut store, complete(11, vec![leave(bucket(1))]));
    assert_eq!(store.count(Kind::Assignment).expect("read"), 1);
    take(&mut store, complete(12, vec![leave(Bucket::Me(me()))]));
    assert_eq!(store.count(Kind::Assignment).expect("read"), 0);
}

#[test]
fn a_mutation_leaves_the_outbox_only_when_a_pull_has_reached_it() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    commit(&mut store, 1, &visit(1, 1, "走访"));
    store
        .take_outcomes(&outcome(1, 1, ReplyStatus::Applied, 12))
        .expect("noted");
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
    store
        .take_outcomes(&outcome(1, 1, ReplyStatus::Applied, 11))
        .expect("noted");
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
    store
        .take_outcomes(&outcome(1, 1, ReplyStatus::Rejected, 12))
        .expect("noted");
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

#[test]
fn a_row_of_an_unknown_kind_or_shape_is_kept_counted_and_not_shown() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    let ops = vec![
        put_in(Bucket::Public, "training", "t1", 11, r#"{"hours":3}"#),
        put_in(bucket(1), "visit", "v1", 11, r#"{"half":"a visit"}"#),
        put_in(
            bucket(1),
            "enterprise",
            "elsewhere",
            11,
            &crate::given::body(&enterprise(1).into()),
        ),
    ];
    take(&mut store, complete(11, ops));
    assert_eq!(store.unreadable().expect("read"), 3);
    assert_eq!(store.all::<Visit>().expect("read"), []);
    assert_eq!(store.count(Kind::Enterprise).expect("read"), 1);
    let kept: String = crate::opening::raw(&home)
        .query_row(
            "SELECT body FROM base_row WHERE kind = 'training'",
            [],
            |row| row.get(0),
        )
        .expect("kept");
    assert_eq!(kept, r#"{"hours":3}"#);
}

#[test]
fn a_later_version_shows_what_an_earlier_one_could_not() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    let visit: Row = some_visit(1, "走访").into();
    take(&mut store, complete(11, puts(&visit, 11)));
    drop(store);
    // As a version that did not know visits would have stored it.
    crate::opening::raw(&home)
        .execute_batch(
            "UPDATE base_row SET readable = 0, parent = NULL, day = NULL WHERE kind = 'visit';
             UPDATE setting SET value = '0' WHERE key = 'store.writer';",
        )
        .expect("aged");
    let store = home.reopened();
    assert_eq!(store.children::<Visit>(uscc(1)).expect("read").len(), 1);
    assert_eq!(store.unreadable().expect("read"), 0);
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

fn some_visit(n: u32, note: &str) -> Visit {
    Visit {
        id: VisitId::new(uuid(500)),
        uscc: uscc(n),
        on: crate::given::day("2026-02-03"),
        mode: qilian_domain::rows::VisitMode::Phone,
        note: note.to_owned(),
        cadres: vec![me()],
        met: vec![],
        for_demands: vec![],
        library: None,
        late_entry: false,
        recorded: qilian_domain::stamp::Stamp {
            device: crate::given::at(crate::given::NOW),
            offset_ms: None,
            received: None,
        },
    }
}
