//! Files: the bytes of a visit reach the district once, whole, after its records, and colleagues see them.

mod aside;
mod broken;
mod following;

use std::io::Cursor;
use std::time::Duration;

use qilian_app::contract::{
    AttachmentArgs, AttachmentState, AttachmentView, AttachmentsArgs, DraftArgs, FilePace,
    FileSettings, IntakeArgs, IntakeBeginArgs, IntakePieceArgs,
};
use qilian_app::{AutoSync, SyncEvent};
use qilian_domain::ids::UserId;
use qilian_domain::uscc::Uscc;
use qilian_testkit::{Desk, Town};
use tempfile::TempDir;

use crate::{draft, one_desk};

const MIB: usize = 1024 * 1024;

/// Base64 without a crate for it: a picture's bytes as the page sends them.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let n = group.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - group.len()));
        for at in 0..4 {
            let letter = LETTERS[(n >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= group.len() {
                letter as char
            } else {
                '='
            });
        }
    }
    text
}

pub(crate) fn photo() -> Vec<u8> {
    let picture = image::RgbImage::from_fn(800, 600, |x, y| {
        image::Rgb([(x / 4) as u8, (y / 3) as u8, ((x ^ y) & 0xff) as u8])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Jpeg)
        .expect("a JPEG");
    bytes.into_inner()
}

pub(crate) fn noise(seed: u64, size: usize) -> Vec<u8> {
    let mut n = seed;
    (0..size)
        .map(|_| {
            n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (n >> 33) as u8
        })
        .collect()
}

/// Takes a file in as the page does, in pieces.
pub(crate) fn take_in(desk: &Desk, visit_id: &str, name: &str, bytes: &[u8]) -> AttachmentView {
    let begun = desk
        .laptop
        .intake_begin(&IntakeBeginArgs {
            visit_id: visit_id.to_owned(),
            name: name.to_owned(),
            size_bytes: bytes.len() as u64,
        })
        .expect("begun");
    for piece in bytes.chunks(100_000) {
        desk.laptop
            .intake_piece(&IntakePieceArgs {
                intake_id: begun.intake_id.clone(),
                data: base64(piece),
            })
            .expect("taken");
    }
    let args = IntakeArgs {
        intake_id: begun.intake_id,
    };
    desk.laptop.intake_end(&args).expect("kept")
}

pub(crate) fn files(desk: &Desk, visit_id: &str) -> Vec<AttachmentView> {
    let args = AttachmentsArgs {
        visit_id: visit_id.to_owned(),
    };
    desk.laptop.attachments(&args).expect("listed")
}

fn args(view: &AttachmentView) -> AttachmentArgs {
    AttachmentArgs {
        attachment_id: view.attachment_id.clone(),
    }
}

/// A visit on record, with one file that has not been sent.
fn with_file(desk: &Desk, uscc: &Uscc, name: &str, bytes: &[u8]) -> (String, AttachmentView) {
    let form = draft(desk, uscc, "2026-11-17", "看了新车间");
    desk.laptop.visit_record(&form).expect("recorded");
    let view = take_in(desk, &form.draft_id, name, bytes);
    (form.draft_id, view)
}

/// A laptop of a colleague who holds the same enterprise since.
fn colleague(town: &mut Town, uscc: &Uscc) -> Desk {
    let other = town.cadre("BA0002");
    assign_too(town, uscc, &other);
    let desk = town.desk(&other);
    desk.sync();
    desk
}

/// Shares an enterprise: an interval beside the other's.
fn assign_too(town: &Town, uscc: &Uscc, cadre: &UserId) {
    town.import(vec![
        qilian_domain::rows::Assignment {
            id: qilian_domain::ids::AssignmentId::new(uuid::Uuid::from_u128(77)),
            uscc: uscc.clone(),
            cadre: cadre.clone(),
            from: "2026-10-01".parse().expect("a day"),
            to: None,
        }
        .into(),
    ]);
}

pub(crate) fn saved(desk: &Desk, view: &AttachmentView) -> Result<Vec<u8>, qilian_app::AppError> {
    let folder = TempDir::new().expect("a folder");
    let saved = desk.laptop.attachment_save(&args(view), folder.path())?;
    Ok(std::fs::read(saved.path).expect("a copy"))
}

#[test]
fn a_photo_of_an_open_form_survives_a_crash_and_goes_with_the_visit() {
    let (_town, desk, uscc) = one_desk();
    let form = draft(&desk, &uscc, "2026-11-17", "看了新车间");
    desk.laptop.draft_save(&form).expect("saved");
    take_in(&desk, &form.draft_id, "车间.jpg", &photo());
    let desk = desk.reopened();
    let held = files(&desk, &form.draft_id);
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].state, AttachmentState::Held);
    assert!(held[0].thumbnail.is_some(), "it is seen in the form");
    desk.laptop.visit_record(&form).expect("recorded");
    let attached = files(&desk, &form.draft_id);
    assert_eq!(attached[0].attachment_id, held[0].attachment_id);
    assert_eq!(
        attached[0].state,
        AttachmentState::Waiting { sent_bytes: 0 }
    );
    assert!(!desk.sync().fully_synced, "its bytes are not there yet");
    assert_eq!(desk.laptop.send_files().expect("sent").stored, 1);
    assert!(desk.sync().fully_synced);
    assert_eq!(
        files(&desk, &form.draft_id)[0].state,
        AttachmentState::Stored
    );
}

#[test]
fn a_visit_recorded_by_a_program_that_died_still_gets_its_photos() {
    let (_town, desk, uscc) = one_desk();
    let form = draft(&desk, &uscc, "2026-11-17", "看了新车间");
    take_in(&desk, &form.draft_id, "车间.jpg", &photo());
    let copy = desk.copied();
    // On the copy the visit is recorded elsewhere than through its form, as if it died in between.
    copy.laptop.visit_record(&form).expect("recorded");
    assert_eq!(
        files(&copy.reopened(), &form.draft_id)[0].state,
        AttachmentState::Waiting { sent_bytes: 0 }
    );
}

#[test]
fn a_colleague_sees_the_small_picture_first_and_the_whole_one_when_it_is_there() {
    let (mut town, desk, uscc) = one_desk();
    let other = colleague(&mut town, &uscc);
    let (visit, mine) = with_file(&desk, &uscc, "车间.jpg", &photo());
    desk.sync();
    other.sync();
    let seen = files(&other, &visit);
    assert_eq!(seen.len(), 1);
    assert!(seen[0].thumbnail.is_some(), "without its bytes");
    assert_eq!(seen[0].state, AttachmentState::Elsewhere);
    let early = saved(&other, &seen[0]).expect_err("nobody has it");
    assert_eq!(early.code(), "file_not_there");
    desk.laptop.send_files().expect("sent");
    other.sync();
    assert_eq!(files(&other, &visit)[0].state, AttachmentState::Stored);
    let theirs = saved(&other, &seen[0]).expect("fetched");
    assert!(
        theirs == saved(&desk, &mine).expect("read"),
        "byte for byte"
    );
    assert!(files(&other, &visit)[0].here, "and kept");
    other.link.cut();
    assert!(saved(&other, &seen[0]).expect("without a network") == theirs);
}

#[test]
fn reassigning_an_enterprise_takes_its_pictures_along_and_leaves_what_is_owed() {
    let (town, desk, uscc) = one_desk();
    let (visit, sent) = with_file(&desk, &uscc, "车间.jpg", &photo());
    desk.sync();
    desk.laptop.send_files().expect("sent");
    desk.sync();
    let (_, owed) = with_file(&desk, &uscc, "讲话.mp3", &noise(5, MIB));
    desk.sync();
    let other = town.cadre("BA0003");
    town.assign(&uscc, &other, "2026-11-18", 9);
    desk.sync();
    assert!(files(&desk, &visit).is_empty(), "no picture, no thumbnail");
    let shown = desk.laptop.attachment_bytes(&args(&sent));
    assert_eq!(shown.expect_err("gone").code(), "attachment_unknown");
    let desk = desk.reopened();
    let folder = desk.laptop.home().folder().join("files");
    assert_eq!(
        std::fs::read_dir(&folder).expect("a folder").count(),
        1,
        "only what is owed is left on the disk"
    );
    let waiting = desk.laptop.files_waiting().expect("listed");
    assert_eq!(waiting[0].attachment_id, owed.attachment_id);
    assert_eq!(waiting[0].name, "讲话.mp3", "it has a name still");
    assert_eq!(desk.laptop.send_files().expect("sent").stored, 1);
    assert!(desk.laptop.files_waiting().expect("listed").is_empty());
}

#[test]
fn a_discarded_form_leaves_nothing_of_its_photos() {
    let (_town, desk, uscc) = one_desk();
    let form = draft(&desk, &uscc, "2026-11-17", "");
    desk.laptop.draft_save(&form).expect("saved");
    take_in(&desk, &form.draft_id, "车间.jpg", &photo());
    desk.laptop
        .draft_discard(&DraftArgs {
            draft_id: form.draft_id,
        })
        .expect("discarded");
    let folder = desk.laptop.home().folder().join("files");
    assert_eq!(std::fs::read_dir(folder).expect("a folder").count(), 0);
}

#[test]
fn what_only_this_laptop_has_is_told_apart_from_what_may_go() {
    let (_town, desk, uscc) = one_desk();
    let room = || desk.laptop.file_room().expect("read");
    let (_, view) = with_file(&desk, &uscc, "讲话.mp3", &noise(8, MIB));
    assert_eq!(room().used_bytes, view.size_bytes);
    assert_eq!(room().needed_bytes, view.size_bytes, "it is owed");
    desk.sync();
    desk.laptop.send_files().expect("sent");
    assert_eq!(room().used_bytes, view.size_bytes);
    assert_eq!(room().needed_bytes, 0, "the district has it");
}

#[test]
fn a_room_for_files_is_kept_and_one_that_may_not_be_is_refused() {
    let (_town, desk, _) = one_desk();
    let settings = desk.laptop.file_settings().expect("read");
    assert_eq!(settings.room_mb, 2_000);
    let of = |room_mb| FileSettings {
        room_mb,
        ..settings
    };
    for room_mb in [0, 199, 1_000_001] {
        let refused = desk.laptop.file_settings_change(&of(room_mb));
        assert_eq!(refused.expect_err("refused").code(), "argument_invalid");
    }
    desk.laptop.file_settings_change(&of(500)).expect("kept");
    let desk = desk.reopened();
    assert_eq!(desk.laptop.file_settings().expect("read"), of(500));
}

#[test]
fn what_is_not_taken_in_is_said_with_its_reason() {
    let (_town, desk, uscc) = one_desk();
    let form = draft(&desk, &uscc, "2026-11-17", "");
    let refused = |name: &str, size_bytes: u64| {
        let begun = desk.laptop.intake_begin(&IntakeBeginArgs {
            visit_id: form.draft_id.clone(),
            name: name.to_owned(),
            size_bytes,
        });
        begun.expect_err("refused").code().to_owned()
    };
    assert_eq!(refused("IMG_0001.HEIC", 100), "photo_heic_unsupported");
    assert_eq!(refused("setup.exe", 100), "file_type_unsupported");
    assert_eq!(refused("车间.jpg", 0), "file_empty");
    assert_eq!(refused("车间.jpg", 21 * MIB as u64), "file_too_large");
}

#[test]
fn files_go_by_themselves_and_a_pause_holds_them() {
    let (_town, desk, uscc) = one_desk();
    let laptop = std::sync::Arc::new(desk.laptop);
    laptop
        .file_settings_change(&FileSettings {
            pace: FilePace::Paused,
            ..laptop.file_settings().expect("read")
        })
        .expect("kept");
    let (told, heard) = std::sync::mpsc::channel();
    let auto = AutoSync::start(std::sync::Arc::clone(&laptop), move |event| {
        let what = match event {
            SyncEvent::Started => "started",
            SyncEvent::Ended(_) => "ended",
            SyncEvent::Files => "files",
        };
        // The test may have ended.
        let _ = told.send(what);
    })
    .expect("a thread");
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("车间.jpg");
    std::fs::write(&path, photo()).expect("written");
    let form = qilian_app::contract::VisitDraft {
        draft_id: laptop.new_id().to_string(),
        ..crate::draft_of(laptop.new_id(), &uscc, "2026-11-17", "看了新车间")
    };
    laptop.visit_record(&form).expect("recorded");
    laptop.attach_file(&form.draft_id, &path).expect("taken in");
    let until = |what: &str| {
        while heard
            .recv_timeout(Duration::from_secs(30))
            .expect("an event")
            != what
        {}
    };
    auto.now();
    until("ended");
    while laptop.standing().expect("read").pending > 0 {
        auto.now();
        until("ended");
    }
    assert_eq!(laptop.files_waiting().expect("listed").len(), 1, "paused");
    laptop.send_files_soon();
    while !laptop.files_waiting().expect("listed").is_empty() {
        until("files");
    }
    auto.stop();
}
