//! What a laptop says of itself: what waits, what the district has, what it holds and can't read, and how long it shows
//! what it holds.

use qilian_app::contract::SyncStatus;
use qilian_domain::row::Kind;
use qilian_sync::wire::DeviceState;
use qilian_testkit::{Desk, Town};

use crate::{draft, one_desk};

fn lights(desk: &Desk) -> SyncStatus {
    desk.laptop.sync_status().expect("lights")
}

fn set_state(town: &Town, state: DeviceState) {
    let devices = town.storage.devices(&town.district).expect("devices");
    (town.storage)
        .set_state(&town.district, devices[0].id, state)
        .expect("set");
}

#[test]
fn a_row_that_this_version_can_not_read_is_counted_and_never_called_synced() {
    let (town, desk, _) = one_desk();
    assert!(lights(&desk).fully_synced);
    let unit = town.enterprise(2);
    let cadre = desk.laptop.user().id.clone();
    town.written_otherwise(Kind::Enterprise, unit.as_str(), r#"{"half":"of one"}"#);
    town.assign(&unit, &cadre, "2026-10-01", 2);
    let synced = desk.sync();
    let status = lights(&desk);
    assert_eq!((synced.complete, status.unreadable), (true, 1));
    assert!(!synced.fully_synced && !status.fully_synced);
}

#[test]
fn what_the_district_has_and_no_update_confirmed_is_delivered_and_does_not_wait() {
    let (town, desk, uscc) = one_desk();
    set_state(&town, DeviceState::Suspended);
    let sent = draft(&desk, &uscc, "2026-11-16", "送到了的");
    desk.laptop.visit_record(&sent).expect("recorded");
    let waits = lights(&desk);
    assert_eq!((waits.pending, waits.delivered), (1, 0));
    desk.laptop.sync().expect_err("it is given nothing");
    let status = lights(&desk);
    assert_eq!((status.pending, status.delivered), (0, 1));
    assert_eq!(status.oldest_pending, None);
    assert!(!status.fully_synced, "no update has confirmed it");
    set_state(&town, DeviceState::Active);
    assert!(desk.sync().fully_synced);
    assert_eq!(lights(&desk).delivered, 0);
}

#[test]
fn how_long_the_laptop_shows_what_it_holds_is_in_its_status() {
    let (_town, desk, _) = one_desk();
    let lease = lights(&desk).lease;
    assert_eq!(lease.days, 14);
    let until = lease.until.expect("synced");
    assert!(until.starts_with("2026-12-02T10:00"), "{until}");
}
