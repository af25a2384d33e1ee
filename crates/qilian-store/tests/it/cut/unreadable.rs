//! Rows of a later version: kept as they came, shown once they can be read.

use qilian_domain::bucket::Bucket;
use qilian_domain::command::{Command, PromiseKeep};
use qilian_domain::ids::{PromiseId, VisitId};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{Promise, Visit};

use super::{bucket, some_visit};
use crate::given::{Home, commit, complete, day, enterprise, me, put_in, puts, take, uscc, uuid};

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
fn a_field_of_a_later_version_stays_in_the_row_under_what_is_pending() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    let promise = Promise {
        id: PromiseId::new(uuid(50)),
        uscc: uscc(1),
        visit: VisitId::new(uuid(1)),
        by: me(),
        text: "送指南".to_owned(),
        due: None,
        kept_on: None,
        kept_by: None,
        kept_said: None,
    };
    let (id, row) = (promise.id.to_string(), Row::from(promise));
    let mut body: serde_json::Value =
        serde_json::from_str(&row.to_json().expect("JSON")).expect("JSON");
    body["later"] = serde_json::json!({ "said": ["再看看"] });
    let text = body.to_string();
    let came = put_in(bucket(1), "promise", &id, 11, &text);
    take(&mut store, complete(11, vec![came]));
    let keep = Command::from(PromiseKeep {
        uscc: uscc(1),
        promise: PromiseId::new(uuid(50)),
        on: day("2026-03-04"),
    });
    commit(&mut store, 60, &keep);
    let shown = store.get::<Promise>(&id).expect("read").expect("there");
    assert_eq!(shown.kept_on, Some(day("2026-03-04")));
    let kept: String = crate::opening::raw(&home)
        .query_row(
            "SELECT body FROM base_row WHERE kind = 'promise'",
            [],
            |row| row.get(0),
        )
        .expect("kept");
    assert_eq!(kept, text);
}
