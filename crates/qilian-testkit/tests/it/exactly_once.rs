//! Exactly once: lost replies, cloned disks, two processes.

use qilian_app::contract::UsccArgs;

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
fn a_copied_laptop_becomes_one_of_its_own_and_both_keep_all() {
    let (town, desk, uscc) = one_desk();
    let copy = desk.copied();
    desk.laptop
        .visit_record(&draft(&desk, &uscc, "2026-11-17", "原来的"))
        .expect("recorded");
    copy.laptop
        .visit_record(&draft(&copy, &uscc, "2026-11-16", "复制的"))
        .expect("recorded");
    desk.sync();
    assert_eq!(copy.sync().applied, 1, "its own visit arrives");
    desk.sync();
    for laptop in [&desk.laptop, &copy.laptop] {
        let file = laptop
            .enterprise(&UsccArgs {
                uscc: uscc.to_string(),
            })
            .expect("a file");
        assert_eq!(file.visits.len(), 2, "both visits on both laptops");
    }
    let devices = town.storage.devices(&town.district).expect("devices");
    let [first, second] = devices.as_slice() else {
        panic!("{} devices", devices.len())
    };
    let of_the_other = [
        first.copy_of == Some(second.id),
        second.copy_of == Some(first.id),
    ];
    assert!(
        of_the_other.contains(&true),
        "the administrator sees which is the copy"
    );
    for desk in [&desk, &copy] {
        let synced = desk.sync();
        assert!(
            synced.complete && synced.pushed == 0,
            "all is quiet after that"
        );
    }
}

#[test]
fn a_home_brought_back_from_a_backup_goes_on() {
    let (town, desk, uscc) = one_desk();
    let backup = desk.copied();
    desk.laptop
        .visit_record(&draft(&desk, &uscc, "2026-11-16", "备份之后记的"))
        .expect("recorded");
    desk.sync();
    assert!(backup.sync().complete, "it gets what it had sent");
    let file = backup
        .laptop
        .enterprise(&UsccArgs {
            uscc: uscc.to_string(),
        })
        .expect("a file");
    assert_eq!(file.visits.len(), 1);
    backup
        .laptop
        .visit_record(&draft(&backup, &uscc, "2026-11-17", "恢复之后记的"))
        .expect("recorded");
    assert_eq!(backup.sync().applied, 1);
    let visits = town
        .storage
        .rows(&town.district, &[qilian_domain::row::Kind::Visit])
        .expect("rows");
    assert_eq!(visits.len(), 2);
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
