//! The feed's order with several processes: a change that took its number earlier and committed later is
//! never passed over by a cursor (`sync.md` A.8).

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use qilian_domain::command::Loaded;
use qilian_domain::ids::{DistrictId, Seq};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::Enterprise;
use qilian_server::storage::Storage;

use super::open;
use crate::cluster::{Cluster, client};
use crate::district::{NOON, TestDistrict, at, enterprise, uscc};

const WRITERS: u64 = 4;
const RUNS: u64 = 12;

/// The district, as another process sees it.
fn seen_by<'a>(storage: &'a dyn Storage, district: &TestDistrict<'_>) -> TestDistrict<'a> {
    TestDistrict {
        storage,
        id: district.id.clone(),
        now: district.now,
    }
}

#[test]
fn who_pulls_while_others_write_misses_nothing() {
    let cluster = Cluster::start();
    let address = cluster.database();
    let storage = open(&address);
    let district = TestDistrict::found(&storage);
    let mut reading = district.laptop(1, 1);
    let writing: Vec<_> = (0..WRITERS).map(|n| district.laptop(1, 10 + n)).collect();
    let done = AtomicBool::new(false);
    let mut pulls = 0;
    thread::scope(|scope| {
        let writers: Vec<_> = (0_u64..)
            .zip(writing)
            .map(|(n, mut laptop)| {
                let (address, district) = (&address, &district);
                scope.spawn(move || {
                    let process = open(address);
                    let district = seen_by(&process, district);
                    for run in 0..RUNS {
                        let id = 1000 * (n + 1) + 2 * run;
                        laptop.visits(id, 1, "2026-11-19", district.now);
                        laptop.visits(id + 1, 2, "2026-11-20", district.now);
                        let reply = district.push(&mut laptop);
                        assert_eq!(reply.outcomes.len(), 2);
                    }
                })
            })
            .collect();
        let reader = scope.spawn(|| {
            let process = open(&address);
            let district = seen_by(&process, &district);
            let mut pulls = 0;
            while !done.load(Ordering::SeqCst) {
                district.pull_by(&mut reading, 2_000, |_| {});
                pulls += 1;
            }
            district.pull(&mut reading);
            pulls
        });
        let wrote: Vec<_> = (writers.into_iter())
            .map(thread::ScopedJoinHandle::join)
            .collect();
        done.store(true, Ordering::SeqCst);
        pulls = reader.join().expect("read");
        assert!(wrote.iter().all(Result::is_ok), "all wrote");
    });
    assert!(pulls > 1, "it read while they wrote");
    let visits = storage.rows(&district.id, &[Kind::Visit]).expect("rows");
    assert_eq!(visits.len() as u64, WRITERS * RUNS * 2);
    let mut whole = district.laptop(1, 2);
    district.pull(&mut whole);
    assert_eq!(reading.held, whole.held);
}

/// Waits until a session waits for a lock.
fn wait_for_a_waiter(watching: &mut postgres::Client) {
    let sql = "SELECT 1 FROM pg_stat_activity
               WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while watching.query(sql, &[]).expect("read").is_empty() {
        thread::yield_now();
    }
}

#[test]
fn a_change_that_took_its_number_earlier_and_commits_later_is_not_passed_over() {
    let cluster = Cluster::start();
    let address = cluster.database();
    let storage = open(&address);
    let district = TestDistrict::found(&storage);
    let mut reading = district.laptop(1, 1);
    let mut writing = district.laptop(1, 2);
    district.pull(&mut reading);
    let before = reading.head();
    // Another process, in the middle of its transaction: it has its number and has not committed.
    let mut slow = client(&address);
    slow.batch_execute(
        "BEGIN;
         UPDATE feed_head SET seq = seq + 1 WHERE district_id = 'd1';
         INSERT INTO row (district_id, kind, id, ver, parent, day, body)
             SELECT 'd1', 'unit', 'U9', seq, NULL, NULL, '{\"id\":\"U9\",\"name\":\"发改局\"}'
             FROM feed_head WHERE district_id = 'd1';
         INSERT INTO bucket_row (district_id, bucket, seq, kind, id, live)
             SELECT 'd1', 'pub', seq, 'unit', 'U9', true FROM feed_head WHERE district_id = 'd1'",
    )
    .expect("written");
    writing.visits(1, 1, "2026-11-19", district.now);
    thread::scope(|scope| {
        let pushing = scope.spawn(|| district.push(&mut writing));
        wait_for_a_waiter(&mut client(&address));
        district.pull(&mut reading);
        assert_eq!(reading.head(), before, "neither is there yet");
        slow.batch_execute("COMMIT").expect("committed");
        let reply = pushing.join().expect("pushed");
        assert!(reply.head > Seq(before.0 + 1), "its numbers come after");
    });
    district.pull(&mut reading);
    assert_eq!(reading.ids("pub", "unit"), ["U9"]);
    assert_eq!(reading.ids(&format!("ent:{}", uscc(1)), "visit").len(), 1);
}

#[test]
fn a_pull_waits_for_no_writer_however_many_wait_for_their_turn() {
    let cluster = Cluster::start();
    let address = cluster.database();
    let storage = open(&address);
    let district = TestDistrict::found(&storage);
    let mut reading = district.laptop(1, 1);
    let writing: Vec<_> = (10..22).map(|n| district.laptop(1, n)).collect();
    let mut slow = client(&address);
    slow.batch_execute("BEGIN; SELECT 1 FROM district WHERE district_id = 'd1' FOR UPDATE")
        .expect("its turn");
    thread::scope(|scope| {
        for (n, mut laptop) in (1..).zip(writing) {
            laptop.visits(n, 1, "2026-11-19", district.now);
            let (storage, id, now) = (&storage, &district.id, district.now);
            scope.spawn(move || {
                let pushed = storage.push(id, laptop.device, &laptop.push_request(), now);
                assert_eq!(pushed.expect("pushed").outcomes.len(), 1);
            });
        }
        wait_for_a_waiter(&mut client(&address));
        district.pull(&mut reading);
        slow.batch_execute("COMMIT").expect("its turn is over");
    });
    let visits = storage.rows(&district.id, &[Kind::Visit]).expect("rows");
    assert_eq!(visits.len(), 12);
}

#[test]
fn a_page_is_found_by_keys_and_no_more_of_a_bucket_is_read_than_fits() {
    let cluster = Cluster::start();
    let address = cluster.database();
    drop(open(&address));
    let sql = include_str!("../../../src/storage/postgres/pull_page.sql");
    let mut client = client(&address);
    // In an empty database it would rather read a table whole.
    client
        .batch_execute(&format!(
            "SET enable_seqscan = off; SET enable_bitmapscan = off; SET plan_cache_mode = force_generic_plan;
             PREPARE page (text, text, bigint, bigint, text, bigint, bigint, text[]) AS {sql}"
        ))
        .expect("prepared");
    let explain = "EXPLAIN (COSTS OFF) EXECUTE page ('d1', 'C1', 0, 9, '', 0, 512, '{}')";
    let plan = client.query(explain, &[]).expect("planned");
    let steps: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
    let scans: Vec<_> = steps.iter().filter(|step| step.contains("Scan")).collect();
    assert_eq!(scans.len(), 3, "{steps:#?}");
    assert!(
        scans.iter().all(|step| step.contains("Index Scan")),
        "{steps:#?}"
    );
    let limits = steps.iter().filter(|step| step.contains("Limit"));
    assert_eq!(limits.count(), 2, "{steps:#?}");
}

#[test]
fn those_who_decide_on_the_same_row_take_turns() {
    let cluster = Cluster::start();
    let address = cluster.database();
    let storage = open(&address);
    let district = TestDistrict::found(&storage);
    let before = enterprise(1).name.len();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let process = open(&address);
                for _ in 0..5 {
                    lengthen(&process, &district.id);
                }
            });
        }
    });
    let rows = storage.rows(&district.id, &[Kind::Enterprise]);
    let names = rows.expect("rows").into_iter().find_map(|row| match row {
        Row::Enterprise(found) if found.uscc == uscc(1) => Some(found.name),
        _ => None,
    });
    let after = names.map(|name| name.len());
    assert_eq!(after, Some(before + 4 * 5), "nobody's change was lost");
}

/// Adds a letter to the name of the first enterprise.
fn lengthen(storage: &dyn Storage, district: &DistrictId) {
    let mut decide = |loaded: &Loaded| {
        let found = loaded.get::<Enterprise>(uscc(1));
        let mut renamed = found.expect("there").clone();
        renamed.name.push('a');
        vec![Row::from(renamed)]
    };
    storage
        .change(district, &[Kind::Enterprise], at(NOON), &mut decide)
        .expect("written");
}
