//! Two server processes on one database serve the same laptops.

use std::time::{Duration, Instant};

use qilian_domain::row::Kind;
use qilian_server::storage::Storage as _;
use qilian_sync::wire::{HelloReply, PushReply};
use tempfile::TempDir;

use super::open;
use crate::cluster::{Cluster, client};
use crate::district::{NOON, TestDistrict, at, uscc};
use crate::door::Door;
use crate::laptop::Laptop;
use crate::processes::{Place, Serving, blocking, done, issue, run};

/// A district in a database with the codes `AAAA-AAA1` to `AAAA-AAA3` for its first cadre.
pub(super) fn district() -> (Cluster, String) {
    let cluster = Cluster::start();
    let address = cluster.database();
    let storage = open(&address);
    TestDistrict::found(&storage);
    for n in 1..=3 {
        issue(&storage, &format!("AAAA-AAA{n}"), 1);
    }
    (cluster, address)
}

/// A process that serves a database, with its data directory.
fn process(address: &str) -> (Serving, TempDir) {
    let data = tempfile::tempdir().expect("a directory");
    let serving = Serving::start(data.path(), Place::Database(address), &[]);
    (serving, data)
}

/// A laptop at a process, up to date.
async fn laptop(door: &Door, code: &str) -> (Laptop, String) {
    let (mut laptop, token) = door.laptop(code).await;
    door.pull(&mut laptop, &token).await;
    (laptop, token)
}

fn visits(laptop: &Laptop) -> usize {
    laptop.ids(&format!("ent:{}", uscc(1)), "visit").len()
}

#[test]
fn a_push_at_one_process_pokes_at_the_other_and_both_see_the_same() {
    let (_cluster, address) = district();
    run(async {
        let ((one, _data), (two, _other_data)) = (process(&address), process(&address));
        let (mut pushing, token) = laptop(&one.door, "AAAA-AAA1").await;
        let (mut here, here_token) = laptop(&one.door, "AAAA-AAA2").await;
        let (mut there, there_token) = laptop(&two.door, "AAAA-AAA3").await;
        let mut pokes_here = one.door.pokes(&here, &here_token).await;
        let mut pokes_there = two.door.pokes(&there, &there_token).await;
        for n in 1..=3 {
            pushing.visits(n, 1, "2026-11-20", at(NOON));
            one.door.push(&mut pushing, &token).await;
            pokes_here.poked().await;
            pokes_there.poked().await;
            one.door.pull(&mut here, &here_token).await;
            two.door.pull(&mut there, &there_token).await;
            assert_eq!(here.held, there.held);
            assert_eq!(visits(&there), usize::try_from(n).expect("few"));
        }
    });
}

#[test]
fn a_retry_at_another_process_than_was_killed_has_no_second_effect_and_laptops_go_on() {
    let (_cluster, address) = district();
    run(async {
        let ((one, _data), (two, _other_data)) = (process(&address), process(&address));
        let (mut moving, token) = laptop(&one.door, "AAAA-AAA1").await;
        let (mut staying, staying_token) = laptop(&two.door, "AAAA-AAA2").await;
        let pokes = one.door.pokes(&moving, &token).await;

        moving.visits(1, 1, "2026-11-20", at(NOON));
        moving.visits(2, 1, "2026-11-20", at(NOON));
        let request = moving.push_request();
        let path = "/api/v1/sync/push";
        let first: PushReply = one.door.post(path, &token, &request).await.expect("pushed");
        // The reply is lost on the way, and the process with it.
        one.kill();
        assert!(pokes.rest().await.iter().all(|event| event == "poke"));
        let again: PushReply = two.door.post(path, &token, &request).await.expect("pushed");
        assert_eq!(first.outcomes, again.outcomes);
        assert_eq!(again.acked_through, first.acked_through);
        moving.acknowledge(&again);

        two.door.pull(&mut staying, &staying_token).await;
        assert_eq!(visits(&staying), 2);
        let mut pokes = two.door.pokes(&staying, &staying_token).await;
        moving.visits(3, 1, "2026-11-20", at(NOON));
        two.door.push(&mut moving, &token).await;
        pokes.poked().await;
        two.door.pull(&mut moving, &token).await;
        two.door.pull(&mut staying, &staying_token).await;
        assert_eq!(moving.held, staying.held);
        let stored = blocking(move || {
            let district = qilian_domain::ids::DistrictId::new("d1");
            open(&address)
                .rows(&district, &[Kind::Visit])
                .map(|rows| rows.len())
        });
        assert_eq!(stored.await.expect("read"), 3);
    });
}

#[test]
fn a_run_that_comes_to_both_processes_at_once_has_its_effect_once() {
    let (_cluster, address) = district();
    run(async {
        let ((one, _data), (two, _other_data)) = (process(&address), process(&address));
        let (mut pushing, token) = laptop(&one.door, "AAAA-AAA1").await;
        let path = "/api/v1/sync/push";
        for n in 0..10 {
            for id in [2 * n + 1, 2 * n + 2] {
                pushing.visits(id, 1, "2026-11-20", at(NOON));
            }
            let request = pushing.push_request();
            let here = one.door.post::<_, PushReply>(path, &token, &request);
            let there = two.door.post::<_, PushReply>(path, &token, &request);
            let (here, there) = tokio::join!(here, there);
            let (here, there) = (here.expect("pushed"), there.expect("pushed"));
            assert_eq!(here.outcomes, there.outcomes);
            pushing.acknowledge(&here);
        }
        two.door.pull(&mut pushing, &token).await;
        assert_eq!(visits(&pushing), 20);
    });
}

#[test]
fn an_import_from_the_terminal_and_a_revocation_reach_the_laptops_of_a_process() {
    let (_cluster, address) = district();
    run(async {
        let (one, data) = process(&address);
        let (mut importing, token) = laptop(&one.door, "AAAA-AAA1").await;
        let mut pokes = one.door.pokes(&importing, &token).await;
        let place = Place::Database(&address);
        let calendar = data.path().join("2027.yaml");
        std::fs::write(
            &calendar,
            "{year: 2027, off: [2027-01-01], work: [], source: 通知}",
        )
        .expect("written");
        let calendar = calendar.to_str().expect("text");
        done(data.path(), place, &["import", "calendar", calendar]);
        pokes.poked().await;
        one.door.pull(&mut importing, &token).await;
        assert_eq!(importing.ids("pub", "calendar").len(), 1);
        let id = importing.device.to_string();
        done(data.path(), place, &["device", "revoke", &id]);
        assert_eq!(pokes.rest().await, [""; 0]);
    });
}

#[test]
fn where_no_connection_is_left_to_listen_on_a_process_looks_by_itself() {
    let (_cluster, address) = district();
    run(async {
        let database = address.clone();
        let sql = "CREATE ROLE poor LOGIN CONNECTION LIMIT 2;
               GRANT pg_read_all_data, pg_write_all_data TO poor";
        let made = blocking(move || client(&database).batch_execute(sql)).await;
        made.expect("made");
        let poor = address.replacen("postgres@", "poor@", 1);
        let (one, _data) = process(&poor);
        // From here on it has one connection that writes and one that reads.
        let (mut here, token) = laptop(&one.door, "AAAA-AAA1").await;
        let (two, _other_data) = process(&address);
        let (mut pushing, other_token) = laptop(&two.door, "AAAA-AAA2").await;
        let mut pokes = one.door.pokes(&here, &token).await;
        pushing.visits(1, 1, "2026-11-20", at(NOON));
        two.door.push(&mut pushing, &other_token).await;
        pokes.poked().await;
        let listening = "SELECT usename::text FROM pg_stat_activity WHERE query LIKE 'LISTEN%'";
        let listening = client_rows(&address, listening).await;
        assert!(!listening.contains(&"poor".to_owned()), "{listening:?}");
        // Both of its connections may be in use by whoever looks.
        let begun = Instant::now();
        while visits(&here) == 0 {
            let request = here.pull_request(u32::MAX);
            if let Ok(page) = one.door.post("/api/v1/sync/pull", &token, &request).await {
                here.take(page);
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "it never pulls");
        }
        let hello: Result<HelloReply, _> =
            two.door.post("/api/v1/sync/hello", &other_token, &()).await;
        assert!(hello.is_ok());
    });
}

async fn client_rows(address: &str, sql: &'static str) -> Vec<String> {
    let address = address.to_owned();
    let read = blocking(move || client(&address).query(sql, &[]));
    let found = read.await.expect("read");
    found.iter().map(|row| row.get(0)).collect()
}
