//! Buckets that are dropped or reset, and what of them stays.

use qilian_domain::bucket::Bucket;
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::Enterprise;
use qilian_sync::wire::{Op, PullReply};

use super::{bucket, some_visit};
use crate::given::{
    Home, commit, complete, enterprise, enterprise_ops, me, puts, take, unfinished, unsent, uscc,
    visit,
};

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
