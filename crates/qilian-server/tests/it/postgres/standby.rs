//! A standby is promoted while laptops push: with synchronous replication nothing that was acknowledged is
//! lost, nothing is done twice, and laptops go on as if nothing had been. Without it something may be lost, and
//! a new timeline has the laptops send it again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use postgres::Client;
use qilian_domain::ids::{Epoch, MutSeq};
use qilian_sync::wire::{ErrorCode, HelloReply, PullReply};

use super::open;
use crate::cluster::{Cluster, client};
use crate::district::{NOON, TestDistrict, at, uscc};
use crate::door::{Door, PATIENCE};
use crate::laptop::Laptop;
use crate::processes::{Place, Serving, blocking, done, issue, run};

const LAPTOPS: u64 = 5;
/// Acknowledged by the primary before it is cut off, and by the promoted standby before it ends.
const ENOUGH: u64 = 60;

/// What the laptops did.
#[derive(Default)]
struct Load {
    acknowledged: AtomicU64,
    failed: AtomicU64,
    over: AtomicBool,
}

impl Load {
    /// Waits until so many more pushes were acknowledged.
    async fn more(&self, count: u64) {
        let from = self.acknowledged.load(Ordering::SeqCst);
        let begun = Instant::now();
        while self.acknowledged.load(Ordering::SeqCst) < from + count {
            assert!(begun.elapsed() < PATIENCE, "pushes are not acknowledged");
            tokio::task::yield_now().await;
        }
    }
}

/// A laptop that records a visit and pushes it until it is acknowledged, again and again.
async fn pushes(door: Door, n: u64, mut laptop: Laptop, token: String, load: Arc<Load>) -> u64 {
    let mut visits = 0;
    while !load.over.load(Ordering::SeqCst) {
        visits += 1;
        laptop.visits(100_000 * (n + 1) + visits, 1, "2026-11-20", at(NOON));
        let begun = Instant::now();
        while let Err(why) = door.try_push(&mut laptop, &token).await {
            load.failed.fetch_add(1, Ordering::SeqCst);
            assert!(begun.elapsed() < PATIENCE, "it is never taken: {why}");
        }
        assert!(laptop.unsent.is_empty(), "acknowledged");
        load.acknowledged.fetch_add(1, Ordering::SeqCst);
    }
    visits
}

/// A number that a query finds.
fn number(client: &mut Client, sql: &str) -> u64 {
    let found: i64 = client.query_one(sql, &[]).expect("read").get(0);
    u64::try_from(found).expect("a count")
}

/// A primary with a district and codes for all laptops, its standby, and the address of both.
fn pair() -> (Cluster, Cluster, String, String) {
    let primary = Cluster::start();
    let address = primary.database();
    let storage = open(&address);
    TestDistrict::found(&storage);
    for n in 0..=LAPTOPS {
        issue(&storage, &format!("AAAA-AA1{n}"), 1);
    }
    drop(storage);
    let standby = primary.standby();
    let hosts = format!("{},{}", primary.host(), standby.host());
    let both = address.replacen(&primary.host(), &hosts, 1) + "?target_session_attrs=read-write";
    let promoted = address.replacen(&primary.host(), &standby.host(), 1);
    (primary, standby, both, promoted)
}

#[test]
fn a_standby_promoted_under_load_has_all_that_was_acknowledged_once() {
    let (mut primary, standby, both, promoted) = pair();
    primary.wait_for_standby();
    run(async {
        let data = tempfile::tempdir().expect("a directory");
        let serving = Serving::start(data.path(), Place::Database(&both), &[]);
        let load = Arc::new(Load::default());
        let mut laptops = Vec::new();
        for n in 0..LAPTOPS {
            let (laptop, token) = serving.door.laptop(&format!("AAAA-AA1{n}")).await;
            let (door, load) = (serving.door.clone(), Arc::clone(&load));
            laptops.push(tokio::spawn(pushes(door, n, laptop, token, load)));
        }
        let (mut watching, token) = serving.door.laptop(&format!("AAAA-AA1{LAPTOPS}")).await;
        serving.door.pull(&mut watching, &token).await;
        let epoch: Epoch = watching.epoch;
        load.more(ENOUGH).await;
        let mut pokes = serving.door.pokes(&watching, &token).await;

        let (primary, standby) = blocking(move || {
            primary.crash();
            standby.promote();
            (primary, standby)
        })
        .await;
        load.more(ENOUGH).await;
        assert!(load.failed.load(Ordering::SeqCst) > 0, "it was under load");
        pokes.poked().await;
        load.over.store(true, Ordering::SeqCst);
        let mut acknowledged = 0;
        for laptop in laptops {
            acknowledged += laptop.await.expect("all were taken");
        }

        serving.door.pull(&mut watching, &token).await;
        let seen = watching.ids(&format!("ent:{}", uscc(1)), "visit").len();
        assert_eq!(seen as u64, acknowledged, "the cut has all, once");
        let hello: Result<HelloReply, _> =
            serving.door.post("/api/v1/sync/hello", &token, &()).await;
        assert_eq!(hello.expect("hello").epoch, epoch, "the same timeline");
        let (rows, mutations, ids) = blocking(move || {
            let mut client = client(&promoted);
            let visits = "SELECT count(*) FROM row WHERE kind = 'visit'";
            let mutations = "SELECT count(*) FROM mutation WHERE status = 'applied' AND NOT copied";
            let ids = "SELECT count(DISTINCT mut_id) FROM mutation";
            let found = [visits, mutations, ids].map(|sql| number(&mut client, sql));
            drop((primary, standby));
            found.into()
        })
        .await;
        assert_eq!(
            (rows, mutations, ids),
            (acknowledged, acknowledged, acknowledged)
        );
    });
}

#[test]
fn without_synchronous_replication_a_promoted_standby_may_lack_something_and_a_new_timeline_brings_it_back()
 {
    let (mut primary, mut standby, both, promoted) = pair();
    let data = tempfile::tempdir().expect("a directory");
    let place = Place::Database(&both);
    let serving = Serving::start(data.path(), place, &[]);
    let door = &serving.door;
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (mut laptop, token) = runtime.block_on(async {
        let (mut laptop, token) = door.laptop("AAAA-AA10").await;
        laptop.visits(1, 1, "2026-11-20", at(NOON));
        door.push(&mut laptop, &token).await;
        (laptop, token)
    });
    let visits = "SELECT count(*) FROM row WHERE kind = 'visit'";
    let mut following = client(&promoted);
    while number(&mut following, visits) == 0 {
        std::thread::yield_now();
    }
    drop(following);
    standby.stop();
    laptop.visits(2, 1, "2026-11-20", at(NOON));
    laptop.visits(3, 1, "2026-11-20", at(NOON));
    // A laptop keeps for weeks what it sent.
    let mut sent = laptop.clone();
    runtime.block_on(async {
        let acknowledged = door.push(&mut laptop, &token).await;
        assert_eq!(acknowledged.outcomes.len(), 2, "by the primary alone");
        door.pull(&mut laptop, &token).await;
    });
    primary.crash();
    standby.start_again();
    standby.promote();
    assert_eq!(number(&mut client(&promoted), visits), 1, "they are lost");

    let changed = runtime.block_on(refusal(door, &laptop, &token));
    assert_eq!(changed, ErrorCode::EpochChanged, "the laptop is ahead");
    let begun = done(data.path(), place, &["epoch", "new"]);
    assert_eq!(begun["enlisted"], 0, "the standby had all laptops");
    runtime.block_on(async {
        let hello: Result<HelloReply, _> = door.post("/api/v1/sync/hello", &token, &()).await;
        let hello = hello.expect("hello");
        assert_ne!(hello.epoch, sent.epoch);
        assert_eq!(
            hello.last_mut_seq,
            MutSeq(1),
            "from there on it sends again"
        );
        sent.epoch = hello.epoch;
        assert_eq!(door.push(&mut sent, &token).await.outcomes.len(), 2);
    });
    assert_eq!(
        number(&mut client(&promoted), visits),
        3,
        "all are there, once"
    );
}

/// Why a laptop may not pull, as soon as the server has its database again.
async fn refusal(door: &Door, laptop: &Laptop, token: &str) -> ErrorCode {
    let begun = Instant::now();
    loop {
        let request = laptop.pull_request(u32::MAX);
        let pulled: Result<PullReply, _> = door.post("/api/v1/sync/pull", token, &request).await;
        match pulled.err() {
            Some((_, ErrorCode::Busy { .. })) => {
                assert!(begun.elapsed() < PATIENCE, "it stays away");
            }
            Some((_, refused)) => return refused,
            None => panic!("it may not pull"),
        }
    }
}
