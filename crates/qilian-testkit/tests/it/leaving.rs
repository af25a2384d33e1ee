//! A cadre leaves: what was written on their laptop still arrives, files too, and then the laptop is revoked.

use std::sync::mpsc;
use std::time::Duration;

use qilian_app::{AutoSync, SyncEvent};
use qilian_domain::ids::UserId;
use qilian_domain::row::Kind;
use qilian_domain::rows::{Service, StoredFile, User, Visit};
use qilian_testkit::Town;

use crate::files::{photo, take_in};
use crate::{draft, one_desk};

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(60);

fn service(town: &Town) -> Service {
    let rows = town.storage.rows(&town.district, &[Kind::User]);
    let users = rows.expect("users").into_iter();
    let mut users = users.filter_map(|row| User::try_from(row).ok());
    let user = users.find(|user| user.id.as_str() == "BA0001");
    user.expect("the cadre").service
}

#[test]
fn what_a_leaving_cadre_wrote_arrives_with_its_files_and_then_they_have_left() {
    let (town, desk, uscc) = one_desk();
    let form = draft(&desk, &uscc, "2026-11-17", "走之前写的");
    desk.laptop.visit_record(&form).expect("recorded");
    take_in(&desk, &form.draft_id, "车间.jpg", &photo());
    let since = town.server_now();
    let leaving = Service::Leaving { since };
    let user = UserId::new("BA0001");
    (town.storage)
        .set_service(&town.district, &user, &leaving, since)
        .expect("said");

    let laptop = std::sync::Arc::new(desk.laptop);
    let (told, hears) = mpsc::channel();
    let auto = AutoSync::start(std::sync::Arc::clone(&laptop), move |event| {
        // Nobody hears it any more when the test is over.
        let _ = told.send(event);
    })
    .expect("started");
    while !matches!(service(&town), Service::Left { .. }) {
        let event = hears.recv_timeout(LONG).expect("it goes on");
        if matches!(event, SyncEvent::Files) {
            // With the file nothing waits: the next pull says so.
            auto.now();
        }
    }
    auto.stop();
    let rows = |kind| {
        town.storage
            .rows(&town.district, &[kind])
            .expect("rows")
            .into_iter()
    };
    let notes: Vec<String> = rows(Kind::Visit)
        .filter_map(|row| Visit::try_from(row).ok())
        .map(|visit| visit.note)
        .collect();
    assert_eq!(notes, ["走之前写的"]);
    let files = rows(Kind::StoredFile).filter_map(|row| StoredFile::try_from(row).ok());
    assert!(files.into_iter().all(|file| file.is_stored()));
    let refused = laptop.sync().expect_err("it is over");
    assert_eq!(refused.code(), "device_revoked");
}
