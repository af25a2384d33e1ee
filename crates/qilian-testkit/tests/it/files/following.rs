//! Files of a visit that came back: they follow it when it is sent again.

use qilian_app::contract::{AttachmentState, IdArgs, LimitArgs, WaitingKind};
use qilian_testkit::Desk;

use super::{colleague, files, photo, saved, take_in};
use crate::{draft, one_desk};

/// The id under which a visit with this note is on record.
fn visit_called(desk: &Desk, note: &str) -> String {
    let visits = desk
        .laptop
        .visits(&LimitArgs { limit: 100 })
        .expect("visits");
    let found = visits.into_iter().find(|visit| visit.note == note);
    found.expect("a visit with this note").visit_id
}

#[test]
fn files_of_a_visit_that_came_back_follow_it_under_its_other_id() {
    let (mut town, desk, uscc) = one_desk();
    let other = colleague(&mut town, &uscc);
    let form = draft(&desk, &uscc, "2026-11-17", "看了新车间");
    let mut theirs = form.clone();
    theirs.note = "另一次走访".to_owned();
    other.laptop.visit_record(&theirs).expect("recorded");
    other.sync();
    desk.laptop.visit_record(&form).expect("recorded");
    let mine = take_in(&desk, &form.draft_id, "车间.jpg", &photo());
    let original = saved(&desk, &mine).expect("read");
    desk.sync();

    let tray = desk.laptop.rejected().expect("a tray");
    let visit = tray.iter().find(|item| item.kind == WaitingKind::Visit);
    let id = visit.expect("the visit came back").id.clone();
    desk.laptop
        .rejected_resubmit(&IdArgs { id })
        .expect("sent again");
    let visit = visit_called(&desk, "看了新车间");
    assert_ne!(visit, form.draft_id);
    assert_eq!(
        files(&desk, &visit)[0].state,
        AttachmentState::Waiting { sent_bytes: 0 }
    );
    let left = desk.laptop.rejected().expect("a tray");
    assert_eq!(left, [], "all that came back went with it");

    desk.link.take_bytes();
    let synced = desk.sync();
    let (up, _) = desk.link.take_bytes();
    assert_eq!((synced.rejected, synced.pending), (0, 0));
    assert!(up < original.len() as u64, "{up} bytes: records go first");
    assert!(!synced.fully_synced, "a file waits");
    assert_eq!(desk.laptop.send_files().expect("sent").stored, 1);
    assert!(desk.sync().fully_synced);

    other.sync();
    let seen = files(&other, &visit);
    assert_eq!(seen[0].state, AttachmentState::Stored);
    assert!(saved(&other, &seen[0]).expect("fetched") == original);
    assert!(
        files(&other, &form.draft_id).is_empty(),
        "not with the other visit"
    );
}
