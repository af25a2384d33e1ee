//! What one laptop sends reaches the others without their asking, and as well without a poke.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use qilian_app::contract::UsccArgs;
use qilian_app::{AutoSync, Laptop, SyncEvent, Synced};
use qilian_domain::uscc::Uscc;
use qilian_testkit::{Desk, Town};

use crate::{NOW, draft};

/// Shorter than the shortest pause between syncs that nobody asked for.
const PATIENCE: Duration = Duration::from_secs(50);

/// Two laptops of one cadre, of whom enterprise 1 is, synced.
fn two_desks() -> (Town, [Desk; 2], Uscc) {
    let mut town = Town::at(NOW);
    let cadre = town.cadre("BA0001");
    let uscc = town.enterprise(1);
    town.assign(&uscc, &cadre, "2026-10-01", 1);
    let desks = [town.desk(&cadre), town.desk(&cadre)];
    for desk in &desks {
        desk.sync();
    }
    (town, desks, uscc)
}

/// Lets a laptop sync by itself; what its syncs come to.
fn by_itself(laptop: &Arc<Laptop>) -> (AutoSync, Receiver<Synced>) {
    let (tell, told) = channel();
    let auto = AutoSync::start(Arc::clone(laptop), move |event| {
        if let SyncEvent::Ended(synced) = event {
            // Whoever listened may have heard enough.
            drop(tell.send(*synced));
        }
    });
    (auto.expect("a thread"), told)
}

/// Waits until the laptop has visits of the enterprise; syncs that come to nothing do not count.
fn wait_for_visits(laptop: &Laptop, told: &Receiver<Synced>, uscc: &Uscc, count: usize) {
    let begun = Instant::now();
    let of = UsccArgs {
        uscc: uscc.to_string(),
    };
    loop {
        let file = laptop.enterprise(&of).expect("the enterprise");
        if file.visits.len() == count {
            return;
        }
        let left = PATIENCE.saturating_sub(begun.elapsed());
        let synced = told.recv_timeout(left).expect("a sync by a poke");
        drop(synced);
    }
}

#[test]
fn a_visit_recorded_on_one_laptop_is_on_the_other_without_its_asking() {
    let (town, [writing, reading], uscc) = two_desks();
    let form = draft(&writing, &uscc, "2026-11-17", "第一次");
    let second = draft(&writing, &uscc, "2026-11-18", "第二次");
    let (writing, reading) = (Arc::new(writing.laptop), Arc::new(reading.laptop));
    let (sending, sent) = by_itself(&writing);
    let (hearing, heard) = by_itself(&reading);
    for told in [&sent, &heard] {
        let first = told.recv_timeout(PATIENCE).expect("the first sync");
        first.result.expect("goes well");
    }
    for (count, form) in [(1, form), (2, second)] {
        writing.visit_record(&form).expect("recorded");
        wait_for_visits(&reading, &heard, &uscc, count);
        assert_eq!(reading.status().expect("lights").online, Some(true));
    }
    let stored = town
        .storage
        .rows(&town.district, &[qilian_domain::row::Kind::Visit]);
    assert_eq!(stored.expect("rows").len(), 2);
    sending.stop();
    hearing.stop();
}

#[test]
fn a_laptop_whose_network_comes_back_has_what_it_missed_before_its_clock_says_so() {
    let (_town, [writing, reading], uscc) = two_desks();
    let form = draft(&writing, &uscc, "2026-11-17", "断网时写的");
    let link = reading.link.clone();
    let reading = Arc::new(reading.laptop);
    let (hearing, heard) = by_itself(&reading);
    heard.recv_timeout(PATIENCE).expect("the first sync");
    link.cut();
    hearing.now();
    let failed = heard.recv_timeout(PATIENCE).expect("a sync");
    assert!(failed.result.is_err(), "there is no network");
    assert_eq!(reading.status().expect("lights").online, Some(false));
    writing.laptop.visit_record(&form).expect("recorded");
    writing.sync();
    link.mend();
    wait_for_visits(&reading, &heard, &uscc, 1);
    assert_eq!(reading.status().expect("lights").online, Some(true));
    hearing.stop();
}
