//! Adding files to visits, taking them back, small pictures.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qilian_domain::bucket::Bucket;
use qilian_domain::command::{
    AttachmentAdd, AttachmentRemove, Loaded, Scope, THUMBNAIL_BYTES, ThumbnailAdd,
};
use qilian_domain::ids::{AttachmentId, UserId, VisitId};
use qilian_domain::media::{ContentHash, MediaKind, NotAHash, of_file_name, of_mime};
use qilian_domain::row::{Body as _, Row};
use qilian_domain::rows::{AttachedTo, Attachment, Held, StoredFile, Thumbnail};
use uuid::Uuid;

use super::{TUESDAY_NOON, at, cadre, decide, decide_as, district, only, stamp, visit};
use crate::given::uscc;

const MIB: u64 = 1024 * 1024;

fn photo(n: u128) -> AttachmentAdd {
    AttachmentAdd {
        attachment: AttachmentId::new(Uuid::from_u128(n)),
        uscc: uscc(1),
        to: AttachedTo::Visit(VisitId::new(Uuid::from_u128(1))),
        name: "车间.jpg".to_owned(),
        mime: "image/jpeg".to_owned(),
        size_bytes: 3 * MIB,
        sha256: ContentHash::new([7; 32]),
        taken_at: None,
    }
}

fn remove(n: u128) -> AttachmentRemove {
    AttachmentRemove {
        uscc: uscc(1),
        attachment: photo(n).attachment,
    }
}

fn small(mime: &str, bytes: &[u8]) -> ThumbnailAdd {
    ThumbnailAdd {
        uscc: uscc(1),
        attachment: photo(10).attachment,
        mime: mime.to_owned(),
        data: STANDARD.encode(bytes),
    }
}

const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 0, 0];

/// A district in which the cadre visited enterprise 1.
fn visited() -> Loaded {
    let mut loaded = district();
    decide(visit(1, "2026-11-17"), &mut loaded, TUESDAY_NOON).expect("a decision");
    loaded
}

#[test]
fn a_file_hangs_on_its_enterprise_on_the_day_of_its_visit() {
    let mut loaded = visited();
    decide(photo(10), &mut loaded, TUESDAY_NOON).expect("a decision");
    let added = only::<Attachment>(&loaded);
    assert_eq!(added.parent(), Some(uscc(1).to_string()));
    assert_eq!(added.day(), Some(crate::given::day("2026-11-17")));
    assert_eq!(added.buckets(), [Bucket::Enterprise(uscc(1))]);
    assert_eq!((added.by, added.kind), (cadre(), MediaKind::Photo));
}

#[test]
fn refusals_name_what_is_wrong_with_a_file() {
    let with = |change: fn(&mut AttachmentAdd)| {
        let mut add = photo(10);
        change(&mut add);
        add
    };
    let cases: Vec<(AttachmentAdd, &str)> = vec![
        (with(|a| a.size_bytes = 0), "file_empty"),
        (with(|a| a.size_bytes = 20 * MIB + 1), "file_too_large"),
        (
            with(|a| a.mime = "application/x-msdownload".into()),
            "file_type_unsupported",
        ),
        (with(|a| a.name = " ".into()), "text_missing"),
        (with(|a| a.name = "字".repeat(201)), "text_too_long"),
        (
            with(|a| a.name = "../车间.jpg".into()),
            "file_name_unusable",
        ),
        (with(|a| a.name = "车间\n.jpg".into()), "file_name_unusable"),
        (
            with(|a| a.to = AttachedTo::Visit(VisitId::new(Uuid::from_u128(9)))),
            "visit_unknown",
        ),
        (with(|a| a.uscc = uscc(2)), "visit_unknown"),
    ];
    for (add, code) in cases {
        let refused = decide(add, &mut visited(), TUESDAY_NOON).map_err(|e| e.code());
        assert_eq!(refused, Err(code));
    }
}

#[test]
fn a_video_may_be_larger_than_a_photo() {
    let video = AttachmentAdd {
        mime: "video/mp4".to_owned(),
        size_bytes: 200 * MIB,
        ..photo(10)
    };
    let mut loaded = visited();
    decide(video, &mut loaded, TUESDAY_NOON).expect("a decision");
    assert_eq!(only::<Attachment>(&loaded).kind, MediaKind::Video);
}

#[test]
fn only_who_was_on_the_visit_adds_files_to_it() {
    let colleague = UserId::new("C0002");
    let now = stamp(TUESDAY_NOON, None);
    let refused = decide_as(&colleague, photo(10), &mut visited(), now, Scope::Held);
    assert_eq!(refused.map_err(|e| e.code()), Err("not_yours"));
}

#[test]
fn who_lost_the_enterprise_may_still_add_files_to_visits_of_days_on_which_it_was_theirs() {
    let now = stamp(TUESDAY_NOON, Some(TUESDAY_NOON));
    let mut loaded = visited();
    decide_as(&cadre(), photo(10), &mut loaded, now, Scope::Outside).expect("a decision");
}

#[test]
fn an_id_that_is_taken_is_refused() {
    let mut loaded = visited();
    decide(photo(10), &mut loaded, TUESDAY_NOON).expect("a decision");
    let renamed = AttachmentAdd {
        name: "另一张.jpg".to_owned(),
        ..photo(10)
    };
    let another = decide(renamed, &mut loaded, TUESDAY_NOON);
    assert_eq!(another.map_err(|e| e.code()), Err("id_taken"));
}

#[test]
fn the_same_file_sent_once_more_changes_nothing() {
    let mut loaded = visited();
    decide(photo(10), &mut loaded, TUESDAY_NOON).expect("a decision");
    let before = only::<Attachment>(&loaded);
    decide(photo(10), &mut loaded, TUESDAY_NOON).expect("a decision");
    assert_eq!(only::<Attachment>(&loaded), before);
}

#[test]
fn a_file_that_was_taken_back_stays_known_and_nobody_holds_its_bytes() {
    let mut loaded = visited();
    decide(photo(10), &mut loaded, TUESDAY_NOON).expect("a decision");
    decide(small("image/jpeg", JPEG), &mut loaded, TUESDAY_NOON).expect("a decision");
    loaded.insert(Row::from(StoredFile {
        attachment: photo(10).attachment,
        uscc: uscc(1),
        sha256: photo(10).sha256,
        size_bytes: 3 * MIB,
        held: Held::Stored(at(TUESDAY_NOON)),
    }));
    assert_eq!(only::<StoredFile>(&loaded).buckets().len(), 1);

    decide(remove(10), &mut loaded, TUESDAY_NOON).expect("a decision");
    let removed = only::<Attachment>(&loaded);
    assert_eq!(removed.removed.map(|removed| removed.by), Some(cadre()));
    assert_eq!(only::<Thumbnail>(&loaded).image, None);
    assert!(only::<Thumbnail>(&loaded).buckets().is_empty());
    assert!(only::<StoredFile>(&loaded).buckets().is_empty());

    let again = decide(remove(10), &mut loaded, TUESDAY_NOON);
    assert_eq!(again, Ok(Vec::new()), "once is enough");
    let late = decide(small("image/jpeg", JPEG), &mut loaded, TUESDAY_NOON);
    assert_eq!(late.map_err(|e| e.code()), Err("attachment_unknown"));
}

#[test]
fn a_file_is_taken_back_by_who_added_it() {
    let mut loaded = visited();
    decide(photo(10), &mut loaded, TUESDAY_NOON).expect("a decision");
    let colleague = UserId::new("C0002");
    let now = stamp(TUESDAY_NOON, None);
    let refused = decide_as(&colleague, remove(10), &mut loaded, now, Scope::Held);
    assert_eq!(refused.map_err(|e| e.code()), Err("not_yours"));
    let unknown = decide(remove(11), &mut loaded, TUESDAY_NOON);
    assert_eq!(unknown.map_err(|e| e.code()), Err("attachment_unknown"));
}

#[test]
fn a_small_picture_is_small_and_a_picture() {
    let mut large = JPEG.to_vec();
    large.resize(THUMBNAIL_BYTES + 1, 0);
    let not_base64 = ThumbnailAdd {
        data: "不".to_owned(),
        ..small("image/jpeg", JPEG)
    };
    let cases = [
        (small("image/jpeg", &large), "file_too_large"),
        (small("image/png", JPEG), "file_type_unsupported"),
        (small("image/webp", JPEG), "thumbnail_unreadable"),
        (small("image/jpeg", b"<html>"), "thumbnail_unreadable"),
        (not_base64, "thumbnail_unreadable"),
    ];
    for (add, code) in cases {
        let mut loaded = visited();
        decide(photo(10), &mut loaded, TUESDAY_NOON).expect("a decision");
        let refused = decide(add, &mut loaded, TUESDAY_NOON).map_err(|e| e.code());
        assert_eq!(refused, Err(code));
    }
    let mut largest = b"RIFF\0\0\0\0WEBP".to_vec();
    largest.resize(THUMBNAIL_BYTES, 0);
    let mut loaded = visited();
    decide(photo(10), &mut loaded, TUESDAY_NOON).expect("a decision");
    decide(small("image/webp", &largest), &mut loaded, TUESDAY_NOON).expect("a decision");
    let twice = decide(small("image/jpeg", JPEG), &mut loaded, TUESDAY_NOON);
    assert_eq!(twice.map_err(|e| e.code()), Err("id_taken"));
}

#[test]
fn a_hash_is_written_in_one_way() {
    let hash: ContentHash = "0123456789abcdef".repeat(4).parse().expect("a hash");
    assert_eq!(hash.to_string(), "0123456789abcdef".repeat(4));
    for text in [
        "",
        "0123",
        &"0123456789ABCDEF".repeat(4),
        &"g".repeat(64),
        &"é".repeat(32),
    ] {
        assert_eq!(text.parse::<ContentHash>(), Err(NotAHash), "{text}");
    }
}

#[test]
fn a_files_type_follows_from_its_name() {
    let kind = |name| of_file_name(name).map(|media| media.kind);
    assert_eq!(kind("IMG_0001.JPG"), Some(MediaKind::Photo));
    assert_eq!(kind("合同.v2.ofd"), Some(MediaKind::Document));
    assert_eq!(kind("setup.exe"), None);
    assert_eq!(kind("没有后缀"), None);
    assert_eq!(
        of_mime("audio/mp4").map(|media| media.kind),
        Some(MediaKind::Audio)
    );
}
