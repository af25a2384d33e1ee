//! Files: who sends their bytes, who reads them, and when nobody needs them any more.

use qilian_domain::command::{AttachmentAdd, AttachmentRemove};
use qilian_domain::ids::{At, AttachmentId, Epoch};
use qilian_domain::media::ContentHash;
use qilian_domain::rows::AttachedTo;
use qilian_server::storage::files::{Proof, UNUSED_KEPT_MS};
use qilian_server::storage::{RECOVERY_MS, Storage, SyncError, SyncRefusal};
use qilian_sync::wire::{DeviceState, ReplyStatus};

use crate::district::{TestDistrict, assignment, mut_id, uscc, uuid, visit_id};
use crate::laptop::Laptop;

pub(crate) const HASH: ContentHash = ContentHash::new([7; 32]);

pub(crate) fn file(n: u64) -> AttachmentId {
    AttachmentId::new(uuid(0xF000 + n))
}

/// The `n`th file, on the `visit`th visit, which was to an enterprise.
pub(crate) fn add(n: u64, visit: u64, enterprise: u32) -> AttachmentAdd {
    AttachmentAdd {
        attachment: file(n),
        uscc: uscc(enterprise),
        to: AttachedTo::Visit(visit_id(visit)),
        name: format!("照片{n}.jpg"),
        mime: "image/jpeg".to_owned(),
        size_bytes: 1000,
        sha256: HASH,
        taken_at: None,
    }
}

/// A laptop of a cadre who visited an enterprise and added the `n`th file.
fn with_file(district: &TestDistrict<'_>, whose: u32, enterprise: u32, n: u64) -> Laptop {
    let mut laptop = district.laptop(whose, n);
    laptop.visits(n, enterprise, "2026-11-19", district.now);
    laptop.does(mut_id(100 + n), &add(n, n, enterprise).into(), district.now);
    let reply = district.push(&mut laptop);
    assert_eq!(reply.outcomes[1].status, ReplyStatus::Applied);
    laptop
}

/// Has the bytes of a file stored, as after an upload.
fn store(district: &TestDistrict<'_>, laptop: &Laptop, n: u64) {
    let storage = district.storage;
    assert!((storage.begin_keeping(&district.id, HASH, district.now)).expect("works"));
    let kept = storage.keep(
        &district.id,
        laptop.device,
        file(n),
        Proof::Sent,
        district.now,
    );
    assert!(kept.expect("works").is_some());
}

fn reads(district: &TestDistrict<'_>, laptop: &Laptop) -> bool {
    let found = (district.storage).readable(&district.id, laptop.device, HASH, district.now);
    found.expect("works").is_some()
}

pub(crate) fn only_who_added_a_file_sends_its_bytes(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let author = with_file(&district, 1, 1, 1);
    let colleague = district.laptop(2, 2);
    let upload = |laptop: &Laptop, n| {
        let found = storage.upload(&district.id, laptop.device, file(n), district.now);
        found.expect("works")
    };
    let mine = upload(&author, 1).expect("it is theirs");
    assert_eq!((mine.stored, mine.readable), (false, false));
    assert_eq!(upload(&colleague, 1), None);
    assert_eq!(upload(&author, 2), None, "nobody added it");
    let kept = storage.keep(
        &district.id,
        colleague.device,
        file(1),
        Proof::Sent,
        district.now,
    );
    assert_eq!(kept.expect("works"), None);
}

pub(crate) fn that_a_file_is_stored_reaches_who_holds_the_enterprise(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut author = with_file(&district, 1, 1, 1);
    let mut colleague = district.laptop(2, 2);
    let bucket = format!("ent:{}", uscc(1));
    district.pull(&mut author);
    assert_eq!(author.ids(&bucket, "attachment"), [file(1).to_string()]);
    assert!(author.ids(&bucket, "stored_file").is_empty());
    store(&district, &author, 1);
    district.pull(&mut author);
    assert_eq!(author.ids(&bucket, "stored_file"), [file(1).to_string()]);
    district.pull(&mut colleague);
    assert!(!colleague.buckets().contains(&bucket));
    assert!(reads(&district, &author) && !reads(&district, &colleague));
    let again = storage.keep(
        &district.id,
        author.device,
        file(1),
        Proof::Sent,
        district.now,
    );
    let head = storage.head(&district.id).expect("a head");
    assert!(again.expect("works").is_some());
    assert_eq!(
        head,
        storage.head(&district.id).expect("a head"),
        "said once"
    );
}

pub(crate) fn a_guessed_hash_opens_nothing(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let author = with_file(&district, 1, 1, 1);
    store(&district, &author, 1);
    let guesser = with_file(&district, 2, 3, 2);
    let upload = storage.upload(&district.id, guesser.device, file(2), district.now);
    let upload = upload.expect("works").expect("their own attachment");
    assert_eq!((upload.stored, upload.readable), (false, false));
    let kept = storage.keep(
        &district.id,
        guesser.device,
        file(2),
        Proof::Readable,
        district.now,
    );
    assert_eq!(kept.expect("works"), None);
    assert!(!reads(&district, &guesser));
    store(&district, &guesser, 2);
    assert!(reads(&district, &guesser), "they sent the bytes");
}

pub(crate) fn who_may_read_a_hash_need_not_send_it_again(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut author = with_file(&district, 1, 1, 1);
    store(&district, &author, 1);
    author.visits(2, 2, "2026-11-20", district.now);
    author.does(mut_id(102), &add(2, 2, 2).into(), district.now);
    district.push(&mut author);
    let upload = storage.upload(&district.id, author.device, file(2), district.now);
    assert!(upload.expect("works").expect("theirs").readable);
    let kept = storage.keep(
        &district.id,
        author.device,
        file(2),
        Proof::Readable,
        district.now,
    );
    assert!(kept.expect("works").is_some_and(|file| file.is_stored()));
}

pub(crate) fn who_lost_the_enterprise_sends_what_they_added_and_reads_nothing(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let author = with_file(&district, 1, 1, 1);
    district.write(&[
        assignment(1, 1, 1, "2026-10-01", "2026-11-19").into(),
        assignment(10, 1, 2, "2026-11-20", "").into(),
    ]);
    store(&district, &author, 1);
    let successor = district.laptop(2, 2);
    assert!(!reads(&district, &author));
    assert!(reads(&district, &successor));
}

pub(crate) fn what_was_taken_back_is_read_by_nobody_and_needed_for_thirty_days(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let mut author = with_file(&district, 1, 1, 1);
    store(&district, &author, 1);
    let collects = |at: At| {
        storage
            .begin_collecting(&district.id, HASH, at)
            .expect("works")
    };
    let much_later = district.now.plus_ms(10 * UNUSED_KEPT_MS);
    assert!(!collects(much_later), "it is needed");
    let remove = AttachmentRemove {
        uscc: uscc(1),
        attachment: file(1),
    };
    author.does(mut_id(200), &remove.into(), district.now);
    district.push(&mut author);
    assert!(!reads(&district, &author));
    let upload = storage.upload(&district.id, author.device, file(1), district.now);
    assert_eq!(upload.expect("works"), None);
    assert!(!collects(district.now.plus_ms(UNUSED_KEPT_MS - 1)));
    assert!(collects(district.now.plus_ms(UNUSED_KEPT_MS)));
}

pub(crate) fn bytes_are_never_put_and_removed_at_the_same_time(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let author = with_file(&district, 1, 1, 1);
    let (id, now) = (&district.id, district.now);
    let hour = 3600 * 1000;
    let keeps = |at| storage.begin_keeping(id, HASH, at).expect("works");
    let collects = |at| storage.begin_collecting(id, HASH, at).expect("works");
    assert!(collects(now));
    assert!(
        !keeps(now) && !collects(now),
        "whoever removes them comes first"
    );
    let kept = storage.keep(id, author.device, file(1), Proof::Sent, now);
    assert!(matches!(kept, Err(SyncError::Storage(e)) if e.is_transient()));
    storage.end_collecting(id, HASH).expect("works");
    assert!(keeps(now));
    assert!(
        !collects(now.plus_ms(hour)),
        "whoever puts them comes first"
    );
    assert!(keeps(now), "two may put the same bytes");
    assert!(collects(now.plus_ms(25 * hour)), "whoever put them is dead");
    assert!(
        keeps(now.plus_ms(27 * hour)),
        "whoever removed them is dead"
    );
}

pub(crate) fn for_a_week_on_a_new_timeline_no_bytes_are_removed(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let begun = storage.begin_epoch(&district.id, Epoch::new(uuid(0xE2)), district.now);
    begun.expect("begun");
    let collects = |at| (storage.begin_collecting(&district.id, HASH, at)).expect("works");
    assert!(!collects(district.now));
    assert!(
        !collects(district.now.plus_ms(RECOVERY_MS - 1)),
        "laptops have yet to say what they need"
    );
    assert!(collects(district.now.plus_ms(RECOVERY_MS)));
}

pub(crate) fn a_stopped_device_neither_sends_nor_reads_files(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let author = with_file(&district, 1, 1, 1);
    store(&district, &author, 1);
    (storage.set_state(&district.id, author.device, DeviceState::Revoked)).expect("works");
    let (id, now) = (&district.id, district.now);
    let stopped = |refused: Option<SyncError>| {
        let stopped = SyncRefusal::DeviceStopped(DeviceState::Revoked);
        assert!(matches!(refused, Some(SyncError::Refused(why)) if why == stopped));
    };
    stopped(storage.upload(id, author.device, file(1), now).err());
    stopped(storage.readable(id, author.device, HASH, now).err());
    stopped(
        storage
            .keep(id, author.device, file(1), Proof::Sent, now)
            .err(),
    );
}
