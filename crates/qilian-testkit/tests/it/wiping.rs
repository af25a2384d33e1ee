//! The district has a laptop's store destroyed.

use std::path::PathBuf;

use qilian_app::Session;
use qilian_domain::ids::UserId;
use qilian_server::storage::Device;
use qilian_sync::wire::DeviceState;
use qilian_testkit::{Desk, Town};
use serde_json::json;

use crate::{draft, one_desk};

fn device(town: &Town) -> Device {
    let devices = town.storage.devices(&town.district).expect("devices");
    devices.into_iter().next().expect("one")
}

fn order(town: &Town) {
    let known = device(town);
    (town.storage)
        .set_state(&town.district, known.id, DeviceState::Wipe)
        .expect("told");
}

/// What is left of a store in a folder.
fn left(folder: &std::path::Path) -> Vec<&'static str> {
    let names = [
        "store.db",
        "store.db-wal",
        "store.db-shm",
        "key.json",
        "last-sync.json",
    ];
    let there = |name: &&str| folder.join(name).exists();
    names.into_iter().filter(there).collect()
}

fn unsent(desk: &Desk, uscc: &qilian_domain::uscc::Uscc) {
    desk.laptop
        .visit_record(&draft(desk, uscc, "2026-11-17", "没传的"))
        .expect("recorded");
}

/// Leaves a laptop as it is when it has heard the order and done nothing yet; where it notes that, and its token.
fn heard(desk: &Desk) -> (PathBuf, String) {
    let identity = desk.laptop.reader().identity().expect("read");
    let token = identity.expect("one").token;
    let heard = json!({ "server": desk.link.url(), "token": token, "unsent": 1 });
    let kept = desk.folder().join("wiped.json");
    std::fs::write(&kept, heard.to_string()).expect("kept");
    (kept, token)
}

#[test]
fn key_and_store_are_destroyed_and_the_district_has_the_receipt() {
    let (mut town, desk, uscc) = one_desk();
    unsent(&desk, &uscc);
    order(&town);
    let refused = desk.laptop.sync().expect_err("it is told to");
    assert_eq!(refused.code(), "laptop_wiped");
    assert_eq!(
        desk.laptop.may_read().expect_err("nothing").code(),
        "laptop_wiped",
        "what is still in memory is not shown"
    );
    assert_eq!(left(desk.folder()), [""; 0]);
    let wiped = device(&town).wiped.expect("a receipt");
    assert_eq!(wiped.unsent, 1, "the district knows what was lost");
    let office = town.desk(&UserId::new("admin"));
    office.sync();
    let told = office.laptop.admin_devices().expect("listed").laptops;
    let receipt = told.iter().find_map(|laptop| laptop.wiped.as_ref());
    let receipt = receipt.expect("the administrator sees the receipt");
    assert_eq!((&receipt.at, receipt.unsent), (&wiped.at.to_string(), 1));

    let again = desk.laptop.sync().expect_err("it is over");
    assert_eq!(again.code(), "laptop_wiped");
    let (session, _home) = desk.session();
    assert!(matches!(session, Session::Wiped), "{session:?}");
}

#[test]
fn an_order_that_was_interrupted_is_carried_out_at_the_next_start() {
    let (town, desk, uscc) = one_desk();
    unsent(&desk, &uscc);
    order(&town);
    // Killed just after it heard the order.
    let (kept, token) = heard(&desk);

    let (session, home) = desk.session();
    assert!(matches!(session, Session::Wiped), "{session:?}");
    assert_eq!(left(home.path()), [""; 0]);
    assert!(device(&town).wiped.is_some());
    let rest = std::fs::read_to_string(&kept).expect("still there");
    assert!(!rest.contains(&token), "the token is of no use any more");
}

#[test]
fn a_receipt_that_does_not_arrive_is_sent_at_the_next_start() {
    let (town, desk, _) = one_desk();
    order(&town);
    let token = desk
        .laptop
        .reader()
        .identity()
        .expect("read")
        .expect("one")
        .token;
    let heard = json!({ "server": desk.link.url(), "token": token, "unsent": 0 });
    std::fs::write(desk.folder().join("wiped.json"), heard.to_string()).expect("kept");
    let link = desk.link.clone();
    link.cut();
    let (session, home) = desk.session();
    assert!(matches!(session, Session::Wiped), "without a network too");
    assert_eq!((left(home.path()), device(&town).wiped), (vec![], None));

    link.mend();
    let at_home = qilian_app::Home::new(home.path()).expect("a path");
    let unlock = qilian_app::Unlock {
        passphrase: None,
        key_store: qilian_app::OsKeyStore::Off,
    };
    let next = qilian_app::Laptop::open(at_home, &unlock, qilian_app::Clock::system());
    assert!(matches!(next, Ok(Session::Wiped)));
    assert!(device(&town).wiped.is_some());
}

#[test]
fn a_wiped_laptop_may_be_enrolled_again() {
    let (mut town, desk, _) = one_desk();
    order(&town);
    desk.laptop.sync().expect_err("it is told to");
    let (_, home) = desk.session();
    let desk = town.desk_in(home, &UserId::new("BA0001"));
    assert!(desk.sync().complete);
    let (session, _home) = desk.session();
    assert!(matches!(session, Session::Ready(_)), "and it stays");
}

#[test]
fn the_receipt_counts_what_the_district_never_answered() {
    let (town, desk, uscc) = one_desk();
    let known = device(&town);
    (town.storage)
        .set_state(&town.district, known.id, DeviceState::Suspended)
        .expect("suspended");
    unsent(&desk, &uscc);
    desk.laptop
        .sync()
        .expect_err("put aside, and not confirmed");
    unsent(&desk, &uscc);
    order(&town);
    desk.laptop.sync().expect_err("it is told to");
    assert_eq!(device(&town).wiped.expect("a receipt").unsent, 1);
}

#[test]
fn a_receipt_that_is_refused_for_good_is_not_sent_again() {
    let (town, desk, _) = one_desk();
    // It heard the order; then somebody had the laptop go on.
    let (kept, token) = heard(&desk);
    let (session, _home) = desk.session();
    assert!(matches!(session, Session::Wiped), "{session:?}");
    assert_eq!(device(&town).wiped, None);
    let rest = std::fs::read_to_string(&kept).expect("still there");
    assert!(!rest.contains(&token), "nobody waits for it");
}
