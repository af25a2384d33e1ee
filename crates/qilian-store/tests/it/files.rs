//! Files: sealed on the disk, whole or not there, and never let go of while only this laptop has them.

mod sealed;

use std::io::Write;

use qilian_domain::bucket::Bucket;
use qilian_domain::command::{AttachmentAdd, Command};
use qilian_domain::ids::{AttachmentId, MutId, VisitId};
use qilian_domain::row::Row;
use qilian_domain::rows::{AttachedTo, Attachment, Held, StoredFile};
use qilian_store::{CommitAs, DataKey, Draft, FileFolder, HeldFile, LocalFile, Store};
use qilian_sync::wire::PullReply;
use uuid::Uuid;

use crate::given::{
    Home, NOW, at, commit, complete, identity, puts, rules, take, unsent, uscc, uuid, visit,
};

const SIZE: usize = 200_000;

fn folder(home: &Home) -> FileFolder {
    FileFolder::beside(&home.path())
}

/// Bytes in which every window differs.
fn bytes(seed: u64, size: usize) -> Vec<u8> {
    (0..size as u64)
        .map(|n| (n.wrapping_add(seed).wrapping_mul(2_654_435_761) >> 7) as u8)
        .collect()
}

fn key(n: u8) -> DataKey {
    DataKey::new([n; 32])
}

/// Seals the `n`th file; its "hash" is made up, since the store takes it as said.
fn sealed(home: &Home, n: u8) -> LocalFile {
    let place = uuid(9_000 + u128::from(n));
    let mut writer = folder(home).begin(place, &key(n)).expect("begun");
    writer
        .write_all(&bytes(u64::from(n), SIZE))
        .expect("written");
    writer.finish().expect("finished");
    LocalFile {
        sha256: format!("{n:02x}").repeat(32),
        size: SIZE as u64,
        place,
        key: key(n),
        whole: true,
        used_at: at(NOW).plus_ms(i64::from(n)),
    }
}

fn held(n: u8, form: &str) -> HeldFile {
    HeldFile {
        id: uuid(700 + u128::from(n)),
        form: form.to_owned(),
        sha256: format!("{n:02x}").repeat(32),
        size: SIZE as u64,
        name: "西门积水.jpg".to_owned(),
        mime: "image/jpeg".to_owned(),
        thumbnail: None,
        added_at: at(NOW),
    }
}

fn hold(home: &Home, store: &mut Store, n: u8) -> HeldFile {
    let held = held(n, "visit:1");
    assert!(store.hold_file(&sealed(home, n), &held).expect("held"));
    held
}

fn add(held: &HeldFile) -> Command {
    AttachmentAdd {
        attachment: AttachmentId::new(held.id),
        uscc: uscc(1),
        to: AttachedTo::Visit(VisitId::new(uuid(1))),
        name: held.name.clone(),
        mime: held.mime.clone(),
        size_bytes: held.size,
        sha256: held.sha256.parse().expect("a hash"),
        taken_at: None,
    }
    .into()
}

/// A store with a visit of mine and an attachment of it that is owed to the server.
fn attached(home: &Home, n: u8) -> (Store, HeldFile) {
    let mut store = home.with_enterprises(1);
    commit(&mut store, 1, &visit(1, 1, "走访"));
    let held = hold(home, &mut store, n);
    attach(&mut store, &held, 2);
    (store, held)
}

fn attach(store: &mut Store, held: &HeldFile, mut_id: u128) {
    let rules = rules();
    let commit_as = CommitAs {
        mut_id: MutId::new(uuid(mut_id)),
        device_time: at(NOW),
        rules: &rules,
        closes: None,
    };
    store
        .attach(held, &[(add(held), commit_as)])
        .expect("written")
        .expect("not refused");
}

fn owed(store: &Store) -> Vec<Uuid> {
    (store.uploads().expect("read").iter())
        .map(|upload| upload.attachment)
        .collect()
}

fn here(store: &Store, held: &HeldFile) -> bool {
    store.local_file(&held.sha256).expect("read").is_some()
}

#[test]
fn a_photo_of_an_open_form_is_back_after_a_crash() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    let held = hold(&home, &mut store, 1);
    std::mem::forget(store);
    let store = home.reopened();
    assert_eq!(store.held_files_of("visit:1").expect("read"), [held]);
}

#[test]
fn a_discarded_form_takes_its_photos_along() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    let draft = Draft {
        key: "visit:1".to_owned(),
        body: "{}".to_owned(),
        saved_at: at(NOW),
    };
    store.save_draft(&draft).expect("saved");
    let held = hold(&home, &mut store, 1);
    store.discard_form("visit:1").expect("discarded");
    assert!(!here(&store, &held), "not even its key");
    assert!(store.drafts().expect("read").is_empty());
}

#[test]
fn the_same_bytes_lie_here_once_and_go_with_the_last_that_needs_them() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    let one = hold(&home, &mut store, 1);
    let again = LocalFile {
        place: uuid(43),
        ..sealed(&home, 2)
    };
    let again = LocalFile {
        sha256: one.sha256.clone(),
        ..again
    };
    let other = HeldFile {
        id: uuid(800),
        ..one.clone()
    };
    assert!(
        !store.hold_file(&again, &other).expect("held"),
        "those here serve"
    );
    store.drop_held_file(one.id).expect("dropped");
    assert!(here(&store, &other));
    store.drop_held_file(other.id).expect("dropped");
    assert!(!here(&store, &other));
}

#[test]
fn an_attachment_is_in_the_outbox_and_its_bytes_are_owed_in_one_transaction() {
    let home = Home::new();
    let (store, held) = attached(&home, 1);
    std::mem::forget(store);
    let mut store = home.reopened();
    assert_eq!(owed(&store), [held.id]);
    assert!(store.held_files().expect("read").is_empty());
    let names: Vec<_> = unsent(&mut store).into_iter().map(|m| m.name).collect();
    assert_eq!(names, ["visit.record@1", "attachment.add@1"]);
}

#[test]
fn a_refused_attachment_stays_held() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    let held = hold(&home, &mut store, 1);
    let rules = rules();
    let commit_as = CommitAs {
        mut_id: MutId::new(uuid(2)),
        device_time: at(NOW),
        rules: &rules,
        closes: None,
    };
    let done = store.attach(&held, &[(add(&held), commit_as)]);
    assert!(done.expect("decided").is_err(), "there is no such visit");
    assert_eq!(store.held_files().expect("read"), [held]);
    assert!(owed(&store).is_empty());
}

#[test]
fn bytes_that_only_this_laptop_has_are_never_let_go_of() {
    let home = Home::new();
    let (mut store, owed_one) = attached(&home, 1);
    let held = hold(&home, &mut store, 2);
    store.free_files(0).expect("freed");
    assert!(here(&store, &owed_one) && here(&store, &held));
    store.note_stored(owed_one.id).expect("noted");
    assert!(owed(&store).is_empty());
    store.free_files(SIZE as u64 * 2).expect("freed");
    assert!(here(&store, &owed_one), "there is room for it");
    store.free_files(SIZE as u64).expect("freed");
    assert!(!here(&store, &owed_one), "the server has it");
    assert!(here(&store, &held));
}

#[test]
fn what_was_looked_at_longest_ago_goes_first() {
    let home = Home::new();
    let (mut store, one) = attached(&home, 1);
    let two = hold(&home, &mut store, 2);
    attach(&mut store, &two, 3);
    for held in [&one, &two] {
        store.note_stored(held.id).expect("noted");
    }
    store
        .use_file(&one.sha256, at(NOW).plus_ms(60_000))
        .expect("used");
    store.free_files(SIZE as u64).expect("freed");
    assert!(here(&store, &one) && !here(&store, &two));
}

#[test]
fn a_server_on_another_timeline_is_owed_again_what_is_still_here() {
    let home = Home::new();
    let (mut store, held) = attached(&home, 1);
    store.note_stored(held.id).expect("noted");
    assert!(owed(&store).is_empty());
    crate::opening::raw(&home)
        .execute("UPDATE identity SET epoch = ?1", [uuid(88).to_string()])
        .expect("another epoch");
    assert_ne!(identity().epoch.to_string(), uuid(88).to_string());
    assert_eq!(owed(&store), [held.id]);
    store.free_files(0).expect("freed");
    assert!(here(&store, &held), "it may be the only copy again");
}

#[test]
fn bytes_that_the_server_found_missing_are_owed_again() {
    let home = Home::new();
    let (mut store, held) = attached(&home, 1);
    store.note_stored(held.id).expect("noted");
    let stored = Row::from(StoredFile {
        attachment: AttachmentId::new(held.id),
        uscc: uscc(1),
        sha256: held.sha256.parse().expect("a hash"),
        size_bytes: held.size,
        held: Held::Stored(at(NOW)),
    });
    take(&mut store, complete(11, puts(&stored, 11)));
    assert!(owed(&store).is_empty());
    let gone = qilian_sync::wire::Op::Del {
        bucket: Bucket::Enterprise(uscc(1)),
        kind: "stored_file".to_owned(),
        id: held.id.to_string(),
    };
    take(&mut store, complete(12, vec![gone]));
    assert_eq!(owed(&store), [held.id]);
}

#[test]
fn bytes_that_the_server_lost_before_it_told_that_it_had_them_are_owed_again() {
    let home = Home::new();
    let (mut store, held) = attached(&home, 1);
    store.note_stored(held.id).expect("noted");
    take(&mut store, complete(11, Vec::new()));
    assert!(
        owed(&store).is_empty(),
        "that pull may have begun before they were stored"
    );
    take(&mut store, complete(12, Vec::new()));
    assert_eq!(owed(&store), [held.id]);
}

#[test]
fn an_attachment_that_the_server_did_not_know_and_nobody_refused_is_offered_again() {
    let home = Home::new();
    let (mut store, held) = attached(&home, 1);
    let unknown = Some("attachment_unknown");
    store.note_trouble(held.id, unknown).expect("noted");
    // It left the scope while it was on its way: there is no row of it here.
    take(&mut store, complete(11, Vec::new()));
    assert_eq!(store.uploads().expect("owed")[0].trouble, None);
}

#[test]
fn a_dropped_bucket_takes_cached_bytes_along_and_leaves_what_is_owed() {
    let home = Home::new();
    let (mut store, mine) = attached(&home, 1);
    let theirs = held(2, "");
    let fetched = LocalFile {
        sha256: theirs.sha256.clone(),
        ..sealed(&home, 2)
    };
    store.keep_file(&fetched).expect("kept");
    let row = Row::from(Attachment {
        id: AttachmentId::new(theirs.id),
        uscc: uscc(1),
        to: AttachedTo::Visit(VisitId::new(uuid(1))),
        on: crate::given::day("2026-03-03"),
        by: qilian_domain::ids::UserId::new("BA0002"),
        name: "设备.jpg".to_owned(),
        mime: "image/jpeg".to_owned(),
        kind: qilian_domain::media::MediaKind::Photo,
        size_bytes: SIZE as u64,
        sha256: theirs.sha256.parse().expect("a hash"),
        taken_at: None,
        recorded: qilian_domain::stamp::Stamp {
            device: at(NOW),
            offset_ms: None,
            received: None,
        },
        removed: None,
    });
    take(&mut store, complete(11, puts(&row, 11)));
    assert!(here(&store, &theirs), "it is somebody's in scope");
    let drop = PullReply {
        drop: vec![Bucket::Enterprise(uscc(1))],
        ..complete(12, vec![])
    };
    take(&mut store, drop);
    assert!(!here(&store, &theirs), "its key is gone with the bucket");
    assert!(here(&store, &mine), "what is mine and owed stays");
    assert_eq!(owed(&store), [mine.id]);
    folder(&home)
        .sweep(&store.file_places().expect("read"))
        .expect("swept");
    let left = std::fs::read_dir(home.files()).expect("listed").count();
    assert_eq!(left, 1);
    store.note_stored(mine.id).expect("noted");
    store.free_files(0).expect("freed");
    assert!(!here(&store, &mine), "once the server has it, it goes too");
}
