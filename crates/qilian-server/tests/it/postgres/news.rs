//! Processes on one database hear of each other's commits, and of nothing that would tie transactions together.

use std::time::{Duration, Instant};

use postgres::fallible_iterator::FallibleIterator as _;
use qilian_domain::ids::{DistrictId, UnitId};
use qilian_domain::rows::Unit;
use qilian_server::storage::{News, Storage};
use tokio::sync::watch;
use tokio::time::timeout;

use super::open;
use super::processes::district;
use crate::cluster::{Cluster, client};
use crate::district::TestDistrict;
use crate::door::PATIENCE;
use crate::processes::{blocking, run};

/// Waits until what is heard fits.
async fn heard(hearer: &mut watch::Receiver<News>, fits: impl FnMut(&News) -> bool) -> News {
    let waited = timeout(PATIENCE, hearer.wait_for(fits)).await;
    *waited.expect("it is heard").expect("there is a teller")
}

fn unit(n: u32) -> Unit {
    Unit {
        id: UnitId::new(format!("U{n}")),
        name: format!("第{n}局"),
    }
}

/// Writes something as another process does that ends right after it.
fn written_elsewhere(address: &str, n: u32) {
    let process = open(address);
    let district = TestDistrict {
        storage: &process,
        id: DistrictId::new("d1"),
        now: crate::district::at(crate::district::NOON),
    };
    district.write(&[unit(n).into()]);
}

/// Ends the sessions that listen, as a switch on the way does that forgets connections.
fn cut_off(address: &str) {
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'";
    let ended = client(address).query(cut, &[]).expect("asked");
    assert_eq!(ended.len(), 1, "one connection listens");
}

#[test]
fn a_process_hears_of_the_others_commits_also_after_it_was_cut_off() {
    let (_cluster, address) = district();
    run(async {
        let hearing = {
            let address = address.clone();
            blocking(move || open(&address)).await
        };
        let mut hearer = hearing.news(&DistrictId::new("d1"));
        let before = heard(&mut hearer, |news| news.of_others).await;
        let write = async |n: u32| {
            let address = address.clone();
            blocking(move || written_elsewhere(&address, n)).await;
        };
        write(1).await;
        let after = heard(&mut hearer, |news| news.times > before.times).await;

        let cut = address.clone();
        let cut = tokio::spawn(blocking(move || cut_off(&cut)));
        heard(&mut hearer, |news| !news.of_others).await;
        cut.await.expect("cut off");
        let again = heard(&mut hearer, |news| news.of_others).await;
        assert!(again.times > after.times, "something may have been missed");
        write(2).await;
        heard(&mut hearer, |news| news.times > again.times).await;
        blocking(move || drop(hearing)).await;
    });
}

#[test]
fn another_district_s_commits_are_not_heard() {
    let cluster = Cluster::start();
    let address = cluster.database();
    let storage = open(&address);
    TestDistrict::found(&storage);
    let mut hearer = storage.news(&DistrictId::new("d2"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let before = runtime.block_on(heard(&mut hearer, |news| news.of_others));
    written_elsewhere(&address, 1);
    client(&address)
        .batch_execute("NOTIFY qilian, 'd2'")
        .expect("told");
    let after = runtime.block_on(heard(&mut hearer, |news| news.times > before.times));
    assert_eq!(after.times, before.times + 1, "only its own district's");
}

#[test]
fn others_are_told_at_most_ten_times_a_second_however_much_is_written() {
    const WRITES: u32 = 40;
    let cluster = Cluster::start();
    let address = cluster.database();
    let storage = open(&address);
    let district = TestDistrict::found(&storage);
    let mut listening = client(&address);
    listening.batch_execute("LISTEN qilian").expect("listens");
    let begun = Instant::now();
    for n in 0..WRITES {
        district.write(&[unit(n).into()]);
    }
    drop(storage);
    let tenths = begun.elapsed().as_millis() / 100;
    let mut told = 0;
    let mut notifications = listening.notifications();
    let mut said = notifications.timeout_iter(Duration::from_secs(1));
    while let Some(notification) = said.next().expect("read") {
        assert_eq!(notification.payload(), "d1");
        told += 1;
    }
    assert!(told >= 1, "the last is told before the process ends");
    assert!(told <= tenths + 2, "{told} in {tenths} tenths of a second");
}
