//! A database that went back to an earlier state by its own means begins a timeline, and knows again whom the
//! journals know.

use qilian_domain::ids::DistrictId;
use qilian_server::storage::Storage as _;
use qilian_sync::wire::{DeviceState, ErrorCode, HelloReply, PullReply};
use reqwest::StatusCode;

use super::open;
use super::processes::district;
use crate::cluster::{Cluster, client};
use crate::district::{NOON, TestDistrict, at};
use crate::processes::{Place, Serving, blocking, done, run};

#[test]
fn laptops_that_only_the_journals_know_are_back_and_all_go_over_to_the_new_timeline() {
    let (_cluster, address) = district();
    run(async {
        let place = Place::Database(&address);
        let (data, other_data) = (tempfile::tempdir(), tempfile::tempdir());
        let (data, other_data) = (data.expect("a directory"), other_data.expect("a directory"));
        let one = Serving::start(data.path(), place, &[]);
        let two = Serving::start(other_data.path(), place, &[]);
        let (mut kept, kept_token) = one.door.laptop("AAAA-AAA1").await;
        let (_, here_token) = one.door.laptop("AAAA-AAA2").await;
        let (there, there_token) = two.door.laptop("AAAA-AAA3").await;
        // Stopped at one server, enrolled at the other.
        let id = there.device.to_string();
        done(data.path(), place, &["device", "revoke", &id]);
        one.door.pull(&mut kept, &kept_token).await;
        let mut pokes = one.door.pokes(&kept, &kept_token).await;

        // As after a dump from before the two were enrolled.
        let backed_up = format!("DELETE FROM device WHERE device_id <> '{}'", kept.device);
        let database = address.clone();
        let back = blocking(move || client(&database).batch_execute(&backed_up));
        back.await.expect("back");
        let journal = other_data.path().join("journal.jsonl");
        let journal = journal.to_str().expect("text");
        let begun = done(data.path(), place, &["epoch", "new", "--journal", journal]);
        assert_eq!(begun["district"], "澜州市示范区");
        assert_eq!(begun["enlisted"], 2);
        assert_eq!(begun["journal_unreadable"], 0);
        let epoch = begun["epoch"].as_str().expect("a timeline");
        assert_ne!(epoch, kept.epoch.to_string());

        pokes.poked().await;
        let request = kept.pull_request(u32::MAX);
        let refused = one
            .door
            .post::<_, PullReply>("/api/v1/sync/pull", &kept_token, &request)
            .await;
        let changed = (StatusCode::CONFLICT, ErrorCode::EpochChanged);
        assert_eq!(refused.err(), Some(changed));
        for (token, state) in [
            (&kept_token, DeviceState::Active),
            (&here_token, DeviceState::Active),
            (&there_token, DeviceState::Revoked),
        ] {
            let hello: Result<HelloReply, _> =
                two.door.post("/api/v1/sync/hello", token, &()).await;
            let hello = hello.expect("known");
            assert_eq!(
                (hello.epoch.to_string().as_str(), hello.device_state),
                (epoch, state)
            );
        }
    });
}

#[test]
fn a_journal_that_is_not_there_changes_nothing() {
    let cluster = Cluster::start();
    let address = cluster.database();
    let storage = open(&address);
    let district = TestDistrict::found(&storage);
    let before = storage.head(&district.id).expect("read");
    let data = tempfile::tempdir().expect("a directory");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_qilian-server"))
        .args([
            "epoch",
            "new",
            "--json",
            "--journal",
            "/nowhere/journal.jsonl",
            "--data",
        ])
        .arg(data.path())
        .env("QILIAN_DATABASE", &address)
        .env("QILIAN_NOW", NOON)
        .output()
        .expect("started");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("file_unreadable"), "{told}");
    assert_eq!(storage.head(&DistrictId::new("d1")).expect("read"), before);
    assert_eq!(district.now, at(NOON));
}
