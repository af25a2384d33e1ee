//! A store whose rows are not the server's finds it out and gets them again.

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::Seq;
use qilian_domain::rows::Enterprise;
use qilian_store::Store;
use qilian_sync::client::ClientStore;
use qilian_sync::sum::BucketSum;
use qilian_sync::wire::{AuditReply, Check, Cursor, Op, PullReply};

use super::bucket;
use crate::given::{
    Home, NOW, at, commit, complete, enterprise, enterprise_ops, take, unsent, uscc, visit,
};

const DAY_MS: i64 = 24 * 3600 * 1000;

/// What a server that sent these rows says of their buckets.
fn checks(ops: &[Op]) -> Vec<Check> {
    let mut sums = std::collections::BTreeMap::<String, BucketSum>::new();
    for op in ops {
        if let Op::Put(put) = op {
            let sum = sums.entry(put.bucket.to_string()).or_default();
            sum.add(&put.kind, &put.id, put.ver);
        }
    }
    let check = |(name, holds)| Check {
        bucket: Bucket::try_from(name).expect("a bucket"),
        holds,
    };
    sums.into_iter().map(check).collect()
}

/// A store with two enterprises at cut 10, and what the server sent.
fn two_enterprises(home: &Home) -> (Store, Vec<Op>) {
    let mut store = home.enrolled();
    let ops: Vec<_> = (1..=2).flat_map(enterprise_ops).collect();
    take(
        &mut store,
        PullReply {
            checks: checks(&ops),
            ..complete(10, ops.clone())
        },
    );
    (store, ops)
}

fn audit(checks: Vec<Check>, more: bool) -> AuditReply {
    AuditReply {
        cursor: Cursor {
            seq: Seq(10),
            mark: None,
        },
        checks,
        more,
        server_time: at(NOW),
    }
}

fn again(store: &mut Store) -> Vec<Bucket> {
    store.standing().expect("read").again
}

fn behind(home: &Home, sql: &str) {
    crate::opening::raw(home).execute_batch(sql).expect("done");
}

#[test]
fn what_the_server_sent_is_what_it_says_it_sent() {
    let home = Home::new();
    let (mut store, ops) = two_enterprises(&home);
    assert_eq!(again(&mut store), []);
    store
        .take_audit(None, &audit(checks(&ops), false))
        .expect("compared");
    assert_eq!(again(&mut store), []);
}

#[test]
fn a_row_that_is_lost_changed_or_too_many_is_noticed_in_its_bucket() {
    for (damage, what) in [
        (
            "DELETE FROM base_row WHERE kind = 'enterprise' AND id = '{}'",
            "lost",
        ),
        (
            "UPDATE base_row SET ver = ver + 1 WHERE id = '{}'",
            "changed",
        ),
        (
            "DELETE FROM member WHERE kind = 'enterprise' AND id = '{}'",
            "not held",
        ),
        (
            "INSERT INTO member (bucket, kind, id) VALUES ('ent:{}', 'visit', 'x')",
            "too many",
        ),
    ] {
        let home = Home::new();
        let (mut store, ops) = two_enterprises(&home);
        behind(&home, &damage.replace("{}", uscc(1).as_str()));
        store
            .take_audit(None, &audit(checks(&ops), false))
            .expect("compared");
        assert_eq!(again(&mut store), [bucket(1)], "{what}");
    }
}

#[test]
fn a_bucket_that_the_server_does_not_name_is_noticed_wherever_the_list_is_cut() {
    let home = Home::new();
    let (mut store, ops) = two_enterprises(&home);
    let mut all = checks(&ops);
    let second = all
        .iter()
        .position(|c| c.bucket == bucket(2))
        .expect("there");
    all.remove(second);
    let rest = all.split_off(second);
    let last = all.last().expect("some").bucket.clone();
    store.take_audit(None, &audit(all, true)).expect("compared");
    assert_eq!(again(&mut store), [], "it may still come");
    store
        .take_audit(Some(&last), &audit(rest, false))
        .expect("compared");
    assert_eq!(again(&mut store), [bucket(2)]);
}

#[test]
fn a_bucket_that_comes_again_is_what_the_server_says_and_nothing_written_here_is_lost() {
    let home = Home::new();
    let (mut store, ops) = two_enterprises(&home);
    commit(&mut store, 1, &visit(1, 1, "走访"));
    let damage =
        "UPDATE base_row SET ver = 999, body = replace(body, '科技', '胡说') WHERE id = '{}'";
    behind(&home, &damage.replace("{}", uscc(1).as_str()));
    store
        .take_audit(None, &audit(checks(&ops), false))
        .expect("compared");
    assert_eq!(again(&mut store), [bucket(1)]);

    let of_one = |op: &&Op| matches!(op, Op::Put(put) if put.bucket == bucket(1));
    let sent: Vec<Op> = ops.iter().filter(of_one).cloned().collect();
    let whole = PullReply {
        reset: vec![bucket(1)],
        checks: checks(&sent),
        ..complete(10, sent)
    };
    take(&mut store, whole);
    assert_eq!(again(&mut store), []);
    let mended: Enterprise = store.get(uscc(1)).expect("read").expect("there");
    assert_eq!(mended.name, enterprise(1).name);
    assert_eq!(unsent(&mut store).len(), 1);
}

#[test]
fn sums_of_another_cut_say_nothing() {
    let home = Home::new();
    let (mut store, _) = two_enterprises(&home);
    let other = AuditReply {
        cursor: Cursor {
            seq: Seq(11),
            mark: None,
        },
        ..audit(vec![], false)
    };
    store.take_audit(None, &other).expect("taken");
    assert_eq!(again(&mut store), []);
}

#[test]
fn all_buckets_are_compared_once_a_week() {
    let home = Home::new();
    let (mut store, ops) = two_enterprises(&home);
    let due = |store: &mut Store| store.standing().expect("read").audit_due;
    assert!(!due(&mut store), "the first pull compared them");
    let after_days = |days| PullReply {
        server_time: at(NOW).plus_ms(days * DAY_MS),
        ..complete(10, vec![])
    };
    take(&mut store, after_days(6));
    assert!(!due(&mut store));
    take(&mut store, after_days(7));
    assert!(due(&mut store));
    let later = AuditReply {
        server_time: at(NOW).plus_ms(7 * DAY_MS),
        ..audit(checks(&ops), false)
    };
    store.take_audit(None, &later).expect("compared");
    assert!(!due(&mut store));
}
