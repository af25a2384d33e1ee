//! Exactly once: lost replies, cloned disks, two processes.

use crate::{draft, one_desk};

#[test]
fn a_lost_reply_neither_loses_nor_doubles() {
    let (town, desk, uscc) = one_desk();
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
    let (_town, desk, uscc) = one_desk();
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
    let (_town, desk, _uscc) = one_desk();
    desk.link.take_bytes();
    let synced = desk.sync();
    let (up, down) = desk.link.take_bytes();
    assert_eq!((synced.pushed, synced.pulled), (0, 0));
    assert!(
        up + down < 2_048,
        "headers and bodies: {up} up, {down} down"
    );
}
