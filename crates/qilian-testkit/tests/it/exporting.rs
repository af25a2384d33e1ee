//! A laptop that was revoked hands over what it had not sent.

use qilian_app::contract::{AttachmentState, ExportView, LimitArgs};
use qilian_domain::ids::{At, DeviceId, UserId};
use qilian_domain::rows::District;
use qilian_domain::uscc::Uscc;
use qilian_server::routes::{BroughtIn, NotBroughtIn};
use qilian_sync::export::{Export, ExportFault, ExportWriter};
use qilian_sync::wire::DeviceState;
use qilian_testkit::{Desk, Town};

use crate::files::{files, noise, photo, saved, take_in};
use crate::{draft, one_desk};

fn revoke(town: &Town) {
    let devices = town.storage.devices(&town.district).expect("devices");
    let first = devices.first().expect("one").id;
    (town.storage)
        .set_state(&town.district, first, DeviceState::Revoked)
        .expect("revoked");
}

/// A visit with a picture and a video that was not sent; the laptop may not send any more.
fn revoked() -> (Town, Desk, Uscc, String) {
    let (town, desk, uscc) = one_desk();
    let sent = draft(&desk, &uscc, "2026-11-16", "送过的");
    desk.laptop.visit_record(&sent).expect("recorded");
    desk.sync();
    let form = draft(&desk, &uscc, "2026-11-17", "没传的");
    desk.laptop.visit_record(&form).expect("recorded");
    take_in(&desk, &form.draft_id, "车间.jpg", &photo());
    take_in(&desk, &form.draft_id, "车间.mp4", &noise(7, 1_500_000));
    revoke(&town);
    let refused = desk.laptop.sync().expect_err("revoked");
    assert_eq!(refused.code(), "device_revoked");
    (town, desk, uscc, form.draft_id)
}

fn export(desk: &Desk) -> ExportView {
    desk.laptop.export_unsent(desk.folder()).expect("exported")
}

fn all(applied: u32, files: u32) -> BroughtIn {
    BroughtIn {
        user: UserId::new("BA0001"),
        laptop: "测试笔记本".to_owned(),
        applied,
        rejected: 0,
        aside: 0,
        files,
        files_left: 0,
    }
}

fn notes(desk: &Desk) -> Vec<String> {
    let visits = desk.laptop.visits(&LimitArgs { limit: 100 });
    let visits = visits.expect("visits").into_iter();
    visits.map(|visit| visit.note).collect()
}

#[test]
fn what_a_revoked_laptop_had_not_sent_is_there_once_with_its_files() {
    let (mut town, desk, _, visit) = revoked();
    let handed = export(&desk);
    let with_thumbnail = 4;
    assert_eq!((handed.unsent, handed.files), (with_thumbnail, 2));
    let sealed = std::fs::read(&handed.path).expect("read");
    let clear = "没传的".as_bytes();
    assert!(!sealed.windows(clear.len()).any(|part| part == clear));

    let brought = town.bring_in(&handed.path, None).expect("brought in");
    assert_eq!(
        brought,
        BroughtIn {
            laptop: brought.laptop.clone(),
            ..all(5, 2)
        }
    );
    let again = town.bring_in(&handed.path, None).expect("once more");
    assert_eq!(again, brought, "brought in twice, it is there once");

    let next = town.desk(&UserId::new("BA0001"));
    next.sync();
    assert_eq!(notes(&next), ["没传的", "送过的"]);
    let mut there = files(&next, &visit);
    there.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(
        there
            .iter()
            .all(|file| file.state == AttachmentState::Stored)
    );
    assert!(saved(&next, &there[1]).expect("fetched") == noise(7, 1_500_000));
    assert_eq!(
        notes(&desk),
        ["没传的", "送过的"],
        "nothing is gone from the laptop"
    );
}

#[test]
fn a_laptop_that_was_revoked_by_mistake_goes_on_after_its_export_was_brought_in() {
    let (town, desk, uscc, _) = revoked();
    town.bring_in(&export(&desk).path, None)
        .expect("brought in");
    let known = town.storage.devices(&town.district).expect("devices");
    let laptop = known.iter().find(|device| device.copy_of.is_none());
    (town.storage)
        .set_state(&town.district, laptop.expect("one").id, DeviceState::Active)
        .expect("restored");
    desk.laptop
        .visit_record(&draft(&desk, &uscc, "2026-11-18", "后来的"))
        .expect("recorded");
    let synced = desk.sync();
    assert_eq!((synced.rejected, synced.pending), (0, 0));
    assert_eq!(notes(&desk), ["后来的", "没传的", "送过的"]);
    desk.laptop.send_files().expect("sent");
    assert!(desk.sync().fully_synced);
}

#[test]
fn a_second_export_brings_what_came_since() {
    let (mut town, desk, uscc, _) = revoked();
    town.bring_in(&export(&desk).path, None)
        .expect("brought in");
    desk.laptop
        .visit_record(&draft(&desk, &uscc, "2026-11-18", "后来的"))
        .expect("recorded");
    let second = town
        .bring_in(&export(&desk).path, None)
        .expect("brought in");
    assert_eq!((second.applied, second.files), (6, 2));
    let next = town.desk(&UserId::new("BA0001"));
    next.sync();
    assert_eq!(notes(&next), ["后来的", "没传的", "送过的"]);
}

#[test]
fn an_export_whose_end_is_missing_brings_what_is_there_and_the_whole_one_the_rest() {
    let (mut town, desk, _, visit) = revoked();
    let handed = export(&desk);
    let whole = std::fs::read(&handed.path).expect("read");
    let part = format!("{}.part", handed.path);
    std::fs::write(&part, &whole[..whole.len() - 600_000]).expect("written");
    let cut = town.bring_in(&part, None).expect_err("cut off");
    assert!(
        matches!(cut, NotBroughtIn::File(ExportFault::CutOff)),
        "{cut:?}"
    );
    let brought = town.bring_in(&handed.path, None).expect("brought in");
    assert_eq!((brought.applied, brought.files), (5, 2));
    let next = town.desk(&UserId::new("BA0001"));
    next.sync();
    assert_eq!(notes(&next), ["没传的", "送过的"]);
    assert_eq!(files(&next, &visit).len(), 2);
}

/// What a laptop hands over that the district does not know: it was enrolled after the backup that came back.
fn of_an_unknown_laptop(desk: &Desk) -> (DeviceId, String) {
    let identity = desk.laptop.reader().identity().expect("read").expect("one");
    let district: District = (desk.laptop.reader().get(&identity.district.id))
        .expect("read")
        .expect("one");
    let unknown = Export {
        id: DeviceId::new(uuid::Uuid::from_u128(8)),
        device: DeviceId::new(uuid::Uuid::from_u128(7)),
        token: "made after the backup".to_owned(),
        made: At::from_unix_ms(0).expect("a moment"),
        mutations: desk.laptop.reader().written().expect("read"),
        files: Vec::new(),
    };
    let path = desk.folder().join("unknown.export");
    let file = std::fs::File::create(&path).expect("made");
    let key = district.export_key.expect("a key");
    ExportWriter::begin(file, key, &identity.district.id, &mut rand::rng(), &unknown)
        .and_then(ExportWriter::finish)
        .expect("written");
    (unknown.device, path.display().to_string())
}

#[test]
fn what_an_unknown_laptop_hands_over_is_taken_once_if_an_administrator_says_whose_it_is() {
    let (mut town, desk, uscc) = one_desk();
    let form = draft(&desk, &uscc, "2026-11-17", "备份以后登记的电脑上写的");
    desk.laptop.visit_record(&form).expect("recorded");
    let (device, path) = of_an_unknown_laptop(&desk);
    let cadre = UserId::new("BA0001");
    let refused = town.bring_in(&path, None).expect_err("nobody says whose");
    assert!(
        matches!(refused, NotBroughtIn::LaptopUnknown),
        "{refused:?}"
    );
    let nobody = UserId::new("BA9999");
    let refused = town
        .bring_in(&path, Some(&nobody))
        .expect_err("no such user");
    assert!(
        matches!(&refused, NotBroughtIn::UserUnknown(user) if *user == nobody),
        "{refused:?}"
    );

    let brought = town.bring_in(&path, Some(&cadre)).expect("vouched for");
    assert_eq!((&brought.user, brought.applied), (&cadre, 1));
    for user in [Some(&cadre), None] {
        let again = town.bring_in(&path, user).expect("known now");
        assert_eq!(again, brought);
    }
    let colleague = town.cadre("BA0002");
    let refused = town
        .bring_in(&path, Some(&colleague))
        .expect_err("another's");
    assert!(
        matches!(&refused, NotBroughtIn::LaptopOf(user) if *user == cadre),
        "{refused:?}"
    );
    let known = town.storage.devices(&town.district).expect("devices");
    let laptops: Vec<_> = known.iter().filter(|one| one.id == device).collect();
    assert_eq!(laptops.len(), 1);
    assert_eq!(
        (laptops[0].state, laptops[0].copy_of),
        (DeviceState::Revoked, None),
        "it may not sync before it is restored"
    );
    let next = town.desk(&cadre);
    next.sync();
    assert_eq!(notes(&next), ["备份以后登记的电脑上写的"]);
}

#[test]
fn an_export_says_how_much_the_district_never_answered() {
    let (town, desk, uscc) = one_desk();
    let devices = town.storage.devices(&town.district).expect("devices");
    (town.storage)
        .set_state(&town.district, devices[0].id, DeviceState::Suspended)
        .expect("suspended");
    let put_aside = draft(&desk, &uscc, "2026-11-16", "先放着的");
    desk.laptop.visit_record(&put_aside).expect("recorded");
    desk.laptop.sync().expect_err("it is given nothing");
    revoke(&town);
    let unsent = draft(&desk, &uscc, "2026-11-17", "没传的");
    desk.laptop.visit_record(&unsent).expect("recorded");
    desk.laptop.sync().expect_err("revoked");
    assert_eq!(export(&desk).unsent, 1);
}

#[test]
fn an_export_that_no_laptop_of_the_district_made_is_refused() {
    let (town, desk, _, _) = revoked();
    let identity = desk.laptop.reader().identity().expect("read").expect("one");
    let district: District = (desk.laptop.reader().get(&identity.district.id))
        .expect("read")
        .expect("one");
    let made_up = Export {
        id: DeviceId::new(uuid::Uuid::from_u128(9)),
        device: identity.device,
        token: "guessed".to_owned(),
        made: At::from_unix_ms(0).expect("a moment"),
        mutations: Vec::new(),
        files: Vec::new(),
    };
    let path = desk.folder().join("made-up.export");
    let file = std::fs::File::create(&path).expect("made");
    let key = district.export_key.expect("a key");
    ExportWriter::begin(file, key, &town.district, &mut rand::rng(), &made_up)
        .and_then(ExportWriter::finish)
        .expect("written");
    let refused = town
        .bring_in(&path.display().to_string(), None)
        .expect_err("not ours");
    assert!(
        matches!(refused, NotBroughtIn::LaptopUnknown),
        "{refused:?}"
    );
}
