//! Exactly once: lost replies, cloned disks, two processes.

use qilian_testkit::Town;

use crate::{NOW, draft};

#[test]
fn a_lost_reply_neither_loses_nor_doubles() {
    let mut town = Town::at(NOW);
    let cadre = town.cadre("BA0001");
    let uscc = town.enterprise(1);
    town.assign(&uscc, &cadre, "2026-10-01", 1);
    let desk = town.desk(&cadre);
    desk.sync();
    desk.laptop
        .visit_record(&draft(&desk, &uscc, "2026-11-17", "一次"))
        .expect("recorded");
    desk.link.lose_replies();
    desk.laptop.sync().expect_err("the reply is lost");
    assert_eq!(
        desk.laptop.sync_status().expect("lights").pending,
        1,
        "it still waits"
    );
    desk.link.mend();
    assert_eq!(desk.sync().applied, 1, "the stored outcome");
    let visits = town
        .storage
        .rows(&town.district, &[qilian_domain::row::Kind::Visit])
        .expect("rows");
    assert_eq!(visits.len(), 1, "one effect");
}

#[test]
fn a_copied_laptop_is_noticed_and_loses_nothing() {
    let mut town = Town::at(NOW);
    let cadre = town.cadre("BA0001");
    let uscc = town.enterprise(1);
    town.assign(&uscc, &cadre, "2026-10-01", 1);
    let desk = town.desk(&cadre);
    desk.sync();
    let copy = desk.copied();
    desk.laptop
        .visit_record(&draft(&desk, &uscc, "2026-11-17", "原来的"))
        .expect("recorded");
    copy.laptop
        .visit_record(&draft(&copy, &uscc, "2026-11-16", "复制的"))
        .expect("recorded");
    desk.sync();
    let error = copy.laptop.sync().expect_err("two copies of one laptop");
    assert_eq!(error.code(), "fork_detected");
    assert_eq!(
        copy.laptop.sync_status().expect("lights").pending,
        1,
        "its own visit is kept"
    );
}

#[test]
fn nothing_to_do_is_one_small_exchange() {
    let mut town = Town::at(NOW);
    let cadre = town.cadre("BA0001");
    let uscc = town.enterprise(1);
    town.assign(&uscc, &cadre, "2026-10-01", 1);
    let desk = town.desk(&cadre);
    desk.sync();
    desk.link.take_bytes();
    let synced = desk.sync();
    let (up, down) = desk.link.take_bytes();
    assert_eq!((synced.pushed, synced.pulled), (0, 0));
    assert!(
        up + down < 2_048,
        "headers and bodies: {up} up, {down} down"
    );
}
