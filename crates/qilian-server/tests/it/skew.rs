//! A server of this version on a database that a later one wrote, as while both run: what it does not know passes
//! through, and stays in what it writes anew.

use std::path::Path;

use qilian_domain::command::{NewPromise, OutcomeHandle, PromiseKeep, VisitRecord};
use qilian_domain::ids::PromiseId;
use qilian_domain::rows::HandledHow;
use qilian_server::storage::sqlite::{FILE, SqliteStorage};
use qilian_sync::wire::ReplyStatus;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::district::{TestDistrict, day, mut_id, uscc, uuid};
use crate::laptop::{Laptop, visit};

/// The later version writes.
fn later(data: &Path, sql: &str) {
    let file = Connection::open(data.join(FILE)).expect("opened");
    file.execute_batch(sql).expect("written");
}

fn held(laptop: &Laptop, bucket: &str, kind: &str, id: &str) -> Value {
    let key = (bucket.to_owned(), kind.to_owned(), id.to_owned());
    serde_json::from_str(&laptop.held[&key].1).expect("JSON")
}

#[test]
fn a_field_that_only_a_later_version_knows_stays_in_rows_that_commands_write_anew() {
    let data = tempfile::tempdir().expect("a directory");
    let storage = SqliteStorage::open(data.path()).expect("opened");
    let district = TestDistrict::found(&storage);
    let mut laptop = district.laptop(1, 1);
    let promise = PromiseId::new(uuid(50));
    let promised = NewPromise {
        id: promise,
        text: "送指南".to_owned(),
        due: None,
    };
    let record = VisitRecord {
        promises: vec![promised],
        ..visit(1, 1, "2026-11-19")
    };
    laptop.does(mut_id(1), &record.into(), district.now);
    laptop.visits(2, 1, "2026-12-24", district.now);
    district.push(&mut laptop);
    later(
        data.path(),
        r#"UPDATE row SET body = json_set(body, '$.later', json('{"said":["再看看"]}'))
           WHERE kind IN ('promise', 'outcome')"#,
    );

    let keep = PromiseKeep {
        uscc: uscc(1),
        promise,
        on: day("2026-11-20"),
    };
    let handle = OutcomeHandle {
        mutation: mut_id(2),
        how: HandledHow::Seen,
    };
    laptop.does(mut_id(3), &keep.into(), district.now);
    laptop.does(mut_id(4), &handle.into(), district.now);
    let reply = district.push(&mut laptop);
    assert!(
        reply
            .outcomes
            .iter()
            .all(|o| o.status == ReplyStatus::Applied)
    );
    district.pull(&mut laptop);
    let kept = held(
        &laptop,
        &format!("ent:{}", uscc(1)),
        "promise",
        &promise.to_string(),
    );
    assert_eq!(kept["kept_on"], "2026-11-20");
    assert_eq!(kept["later"], json!({ "said": ["再看看"] }));
    let handled = held(&laptop, "me:C1", "outcome", &mut_id(2).to_string());
    assert_eq!(handled["handled"]["how"], "seen");
    assert_eq!(handled["later"], kept["later"]);
}

#[test]
fn a_row_with_such_a_field_written_as_it_was_takes_no_number() {
    let data = tempfile::tempdir().expect("a directory");
    let storage = SqliteStorage::open(data.path()).expect("opened");
    let district = TestDistrict::found(&storage);
    later(
        data.path(),
        "UPDATE row SET body = json_set(body, '$.later', 1) WHERE kind = 'enterprise'",
    );
    let same = district.rows(qilian_domain::row::Kind::Enterprise);
    assert_eq!(district.write(&same).rows, 0);
}

#[test]
fn a_row_of_a_kind_that_only_a_later_version_knows_reaches_laptops_as_it_is() {
    let data = tempfile::tempdir().expect("a directory");
    let storage = SqliteStorage::open(data.path()).expect("opened");
    let district = TestDistrict::found(&storage);
    later(
        data.path(),
        r#"UPDATE row SET kind = 'training', body = '{"hours":3,"on":"2026-11-20"}' WHERE kind = 'user_contact';
           UPDATE bucket_row SET kind = 'training' WHERE kind = 'user_contact';"#,
    );
    let mut laptop = district.laptop(1, 1);
    district.pull(&mut laptop);
    let came = held(&laptop, "me:C1", "training", "C1");
    assert_eq!(came, json!({ "hours": 3, "on": "2026-11-20" }));
}
