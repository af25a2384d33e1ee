//! Files when something breaks: the line, the program, the disk.

use std::path::{Path, PathBuf};

use qilian_app::contract::AttachmentState;
use tempfile::TempDir;

use super::{MIB, colleague, files, noise, photo, saved, with_file};
use crate::{draft, one_desk};

/// Does one job on a laptop, and can be killed.
const PROGRAM: &str = env!("CARGO_BIN_EXE_one_job");

/// The one file of the laptop's folder, sealed.
fn sealed(home: &Path) -> PathBuf {
    let mut entries = std::fs::read_dir(home.join("files")).expect("a folder");
    entries.next().expect("a file").expect("an entry").path()
}

#[test]
fn a_cut_line_costs_a_part_and_not_the_file() {
    let (mut town, desk, uscc) = one_desk();
    let other = colleague(&mut town, &uscc);
    let bytes = noise(1, 3 * MIB);
    let (_, view) = with_file(&desk, &uscc, "讲话.mp3", &bytes);
    desk.sync();
    desk.link.cut_after(MIB as u64 + MIB as u64 / 2);
    let broken = desk.laptop.send_files().expect_err("the line is cut");
    assert!(broken.unreachable(), "{broken}");
    desk.link.mend();
    desk.link.take_bytes();
    let desk = desk.reopened();
    assert_eq!(desk.laptop.send_files().expect("sent").stored, 1);
    let (up, _) = desk.link.take_bytes();
    assert!(up < 2 * MIB as u64 + 512 * 1024, "{up} bytes went again");
    other.sync();
    other.link.cut_after_down(MIB as u64 + MIB as u64 / 2);
    saved(&other, &view).expect_err("the line is cut");
    other.link.mend();
    other.link.take_bytes();
    let other = other.reopened();
    assert!(saved(&other, &view).expect("fetched") == bytes);
    let (_, down) = other.link.take_bytes();
    assert!(
        down < 2 * MIB as u64 + 512 * 1024,
        "{down} bytes came again"
    );
}

#[test]
fn a_program_killed_while_it_sends_goes_on_where_the_server_stands() {
    let (mut town, desk, uscc) = one_desk();
    let other = colleague(&mut town, &uscc);
    let bytes = noise(6, 8 * MIB);
    let (_, view) = with_file(&desk, &uscc, "讲话.mp3", &bytes);
    desk.sync();
    desk.link.take_bytes();
    let desk = desk.killed_while(PROGRAM, &["send"], |link, _| {
        link.bytes_up() > 3 * MIB as u64
    });
    desk.link.take_bytes();
    assert_eq!(desk.laptop.send_files().expect("sent").stored, 1);
    let (up, _) = desk.link.take_bytes();
    assert!(up < 7 * MIB as u64, "{up} bytes went again");
    other.sync();
    assert!(
        saved(&other, &view).expect("fetched") == bytes,
        "one whole file"
    );
}

#[test]
fn a_program_killed_while_it_copies_leaves_nothing_that_counts() {
    let (_town, desk, uscc) = one_desk();
    let form = draft(&desk, &uscc, "2026-11-17", "看了新车间");
    desk.laptop.visit_record(&form).expect("recorded");
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("讲话.mp4");
    std::fs::write(&file, noise(7, 24 * MIB)).expect("written");
    let job = ["attach", &form.draft_id, file.to_str().expect("a path")];
    let desk = desk.killed_while(PROGRAM, &job, |_, home| {
        let begun = std::fs::read_dir(home.join("files")).into_iter().flatten();
        begun
            .flatten()
            .any(|entry| entry.metadata().is_ok_and(|file| file.len() > MIB as u64))
    });
    assert!(files(&desk, &form.draft_id).is_empty());
    let left = std::fs::read_dir(desk.laptop.home().folder().join("files"));
    assert_eq!(left.expect("a folder").count(), 0, "swept at the start");
    desk.laptop
        .attach_file(&form.draft_id, &file)
        .expect("taken in");
    assert_eq!(files(&desk, &form.draft_id).len(), 1);
}

#[test]
fn lost_replies_store_one_file_once() {
    let (_town, desk, uscc) = one_desk();
    let (visit, _) = with_file(&desk, &uscc, "车间.jpg", &photo());
    desk.sync();
    desk.link.lose_replies();
    desk.laptop.send_files().expect_err("no reply");
    desk.link.mend();
    assert_eq!(desk.laptop.send_files().expect("sent").stored, 1);
    desk.sync();
    assert_eq!(files(&desk, &visit)[0].state, AttachmentState::Stored);
}

#[test]
fn bytes_wait_for_their_row_and_records_never_for_bytes() {
    let (_town, desk, uscc) = one_desk();
    with_file(&desk, &uscc, "讲话.mp3", &noise(2, MIB));
    let sent = desk.laptop.send_files().expect("asked");
    assert_eq!(sent.stored, 0, "the server does not know the visit yet");
    assert_eq!(
        desk.laptop.files_waiting().expect("listed")[0].trouble,
        None
    );
    let synced = desk.sync();
    assert_eq!(synced.pending, 0);
    let (up, _) = desk.link.take_bytes();
    assert!(up < 100_000, "{up} bytes: records alone");
    assert!(!synced.fully_synced, "a file waits");
}

#[test]
fn a_file_that_was_damaged_here_is_told_and_keeps_nothing_else_waiting() {
    let (_town, desk, uscc) = one_desk();
    with_file(&desk, &uscc, "讲话.mp3", &noise(3, MIB));
    desk.sync();
    let path = sealed(desk.laptop.home().folder());
    let mut raw = std::fs::read(&path).expect("there");
    raw[200_000] ^= 1;
    std::fs::write(&path, raw).expect("damaged");
    let (visit, _) = with_file(&desk, &uscc, "现场.mp3", &noise(4, 2 * MIB));
    desk.sync();
    let sent = desk.laptop.send_files().expect("sent");
    assert_eq!(sent.stored, 1, "the other one");
    assert_eq!(files(&desk, &visit)[0].state, AttachmentState::Stored);
    let waiting = desk.laptop.files_waiting().expect("listed");
    assert_eq!(waiting[0].trouble.as_deref(), Some("file_damaged"));
    let status = desk.laptop.sync_status().expect("lights");
    assert_eq!((status.files.trouble, status.fully_synced), (1, false));
}
