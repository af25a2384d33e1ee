//! A transaction that met another one: it changed nothing and is begun anew, and nobody notices.

use qilian_domain::row::Kind;
use qilian_server::storage::{Storage as _, SyncError};

use super::open;
use crate::cluster::{Cluster, client};
use crate::district::TestDistrict;

/// A serialization failure, and a deadlock of which this transaction is the victim.
const MET_ANOTHER: [&str; 2] = ["40001", "40P01"];

/// From now on the first `times` writes of a visit end as if they had met another transaction. Sequences go on
/// counting when a transaction is undone.
fn meets_another(address: &str, state: &str, times: u32) {
    let sql = format!(
        "CREATE SEQUENCE met;
         CREATE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             IF nextval('met') <= {times} THEN
                 RAISE EXCEPTION 'met another' USING ERRCODE = '{state}';
             END IF;
             RETURN new;
         END $$;
         CREATE TRIGGER meet BEFORE INSERT ON row FOR EACH ROW WHEN (new.kind = 'visit') EXECUTE FUNCTION meet();"
    );
    client(address).batch_execute(&sql).expect("made");
}

/// How many writes of visits there were, also those that were undone.
fn tries(address: &str) -> i64 {
    let read = client(address).query_one("SELECT last_value FROM met", &[]);
    read.expect("read").get(0)
}

#[test]
fn a_push_that_met_another_transaction_is_answered_as_if_it_had_not() {
    let cluster = Cluster::start();
    for state in MET_ANOTHER {
        for times in [0, 1, 3] {
            let address = cluster.database();
            let storage = open(&address);
            let district = TestDistrict::found(&storage);
            let mut laptop = district.laptop(1, 1);
            laptop.visits(1, 1, "2026-11-19", district.now);
            laptop.visits(2, 2, "2026-11-20", district.now);
            let undisturbed = {
                let other = open(&cluster.database());
                let district = TestDistrict::found(&other);
                district.laptop(1, 1);
                let pushed = other.push(
                    &district.id,
                    laptop.device,
                    &laptop.push_request(),
                    district.now,
                );
                pushed.expect("pushed")
            };
            meets_another(&address, state, times);
            let reply = district.push(&mut laptop);
            assert_eq!(reply, undisturbed, "{state}, {times} times");
            assert_eq!(
                tries(&address),
                i64::from(times) + 2,
                "one by one, then both"
            );
            district.pull(&mut laptop);
            for (kind, bucket) in [("visit_tally", "me:C1"), ("outcome", "me:C1")] {
                let expected = if kind == "outcome" { 0 } else { 2 };
                assert_eq!(laptop.ids(bucket, kind).len(), expected, "{kind}");
            }
            assert_eq!(district.rows(Kind::Visit).len(), 2);
        }
    }
}

#[test]
fn a_push_that_meets_another_again_and_again_is_put_off_whole_and_not_held_against_it() {
    let cluster = Cluster::start();
    let address = cluster.database();
    let storage = open(&address);
    let district = TestDistrict::found(&storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    // Four tries a push: one more than a mutation may fail on before it is put aside.
    let pushes = 4;
    meets_another(&address, "40001", 4 * pushes);
    for _ in 0..pushes {
        let refused = storage.push(
            &district.id,
            laptop.device,
            &laptop.push_request(),
            district.now,
        );
        assert!(
            matches!(&refused, Err(SyncError::Storage(error)) if error.is_transient()),
            "{refused:?}"
        );
        assert_eq!(district.rows(Kind::Visit).len(), 0);
    }
    assert_eq!(
        tries(&address),
        i64::from(4 * pushes),
        "it gives up in time"
    );
    let reply = district.push(&mut laptop);
    assert_eq!(reply.retry_after_s, None);
    assert_eq!(reply.outcomes[0].code, None, "applied");
    assert_eq!(district.rows(Kind::Visit).len(), 1);
}
