//! A laptop can tell whether it holds what the server holds, and gets again what it does not; a server that
//! is not the one it knew is noticed; what is forgotten is not missed.

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::At;
use qilian_server::storage::{Storage, SyncError, SyncRefusal};
use qilian_sync::sum::Mark;
use qilian_sync::wire::{AuditReply, AuditRequest, Cursor};

use crate::district::{TestDistrict, assignment, enterprise, uscc};
use crate::laptop::Laptop;

fn audited(district: &TestDistrict<'_>, laptop: &Laptop) -> AuditReply {
    let request = AuditRequest {
        epoch: laptop.epoch,
        incarnation: laptop.incarnation,
        cursor: laptop.cursor,
        after: None,
    };
    let reply = (district.storage).audit(&district.id, laptop.device, &request, district.now);
    reply.expect("audited")
}

fn of(n: u32) -> Bucket {
    Bucket::Enterprise(uscc(n))
}

pub(crate) fn sums_are_those_of_what_a_laptop_holds(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    for n in 1..=5 {
        laptop.visits(n, 1, "2026-11-19", district.now);
    }
    district.push(&mut laptop);
    district.pull(&mut laptop);
    let reply = audited(&district, &laptop);
    let named: Vec<_> = (reply.checks.iter())
        .map(|c| c.bucket.to_string())
        .collect();
    assert_eq!(named, laptop.buckets());
    for check in &reply.checks {
        assert_eq!(laptop.sum(&check.bucket), check.holds, "{}", check.bucket);
    }
    assert!(!reply.more);
}

pub(crate) fn the_last_page_tells_the_sums_of_what_changed(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    district.pull(&mut laptop);
    let first = laptop.pages.last().expect("a page").checks.clone();
    assert_eq!(first.len(), laptop.buckets().len(), "all of them are new");

    let mut renamed = enterprise(2);
    renamed.name = "改名有限公司".to_owned();
    district.write(&[renamed.into()]);
    district.pull_by(&mut laptop, 1, |_| {});
    let checks = &laptop.pages.last().expect("a page").checks;
    let [check] = checks.as_slice() else {
        panic!("{checks:?}");
    };
    assert_eq!((&check.bucket, check.holds), (&of(2), laptop.sum(&of(2))));
}

pub(crate) fn sums_of_another_cut_are_not_told(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    district.pull(&mut laptop);
    district.write(&[enterprise(4).into()]);
    let reply = audited(&district, &laptop);
    assert_ne!(reply.cursor, laptop.cursor);
    assert!(reply.checks.is_empty() && !reply.more, "{reply:?}");
}

pub(crate) fn a_bucket_asked_for_again_comes_whole_and_one_not_held_is_dropped(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    district.push(&mut laptop);
    district.pull(&mut laptop);
    let whole = laptop.held.clone();
    let mut request = laptop.pull_request(1);
    request.again = vec![of(1), of(3)];
    for _ in 0..100 {
        let reply = storage.pull(&district.id, laptop.device, &request, district.now);
        let reply = reply.expect("pulled");
        if laptop.pages.is_empty() || request.position.is_none() {
            assert_eq!((&reply.reset, &reply.drop), (&vec![of(1)], &vec![of(3)]));
            // What it held of it is not right.
            laptop
                .held
                .retain(|(bucket, ..), _| *bucket != of(1).to_string());
        }
        let done = laptop.take(reply);
        request = laptop.pull_request(1);
        if done {
            break;
        }
    }
    assert_eq!(laptop.held, whole);
    let checks = &laptop.pages.last().expect("a page").checks;
    assert_eq!(
        checks.len(),
        1,
        "the sums of what was sent again: {checks:?}"
    );
}

pub(crate) fn a_cursor_of_another_history_is_refused(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    district.pull(&mut laptop);
    let own = laptop.cursor;
    assert!(own.mark.is_some(), "a cut has the mark of its history");
    district.write(&[enterprise(4).into()]);
    for (cursor, taken) in [
        (own, true),
        // From a laptop that synced before there were marks.
        (Cursor { mark: None, ..own }, true),
        (
            Cursor {
                mark: own.mark.map(|mark| Mark::from_signed(mark.signed() ^ 1)),
                ..own
            },
            false,
        ),
    ] {
        let mut request = laptop.pull_request(1000);
        request.cursor = cursor;
        let reply = storage.pull(&district.id, laptop.device, &request, district.now);
        match reply {
            Ok(_) => assert!(taken, "{cursor:?}"),
            Err(error) => assert!(
                !taken && matches!(error, SyncError::Refused(SyncRefusal::EpochChanged)),
                "{cursor:?}: {error:?}"
            ),
        }
    }
}

/// An enterprise goes from C1 to C2 and its assignment leaves C1's own bucket; then 400 days pass. Returns
/// the day of the change, plus so many days, swept.
fn handed_over_and_swept<'a>(district: &TestDistrict<'a>, days: i64) -> TestDistrict<'a> {
    let changed = [
        assignment(1, 1, 2, "2026-10-01", "").into(),
        assignment(2, 2, 1, "2026-10-01", "").into(),
    ];
    district.write(&changed);
    let later: At = district.now.plus_ms(days * 24 * 3600 * 1000);
    let later = TestDistrict {
        now: later,
        storage: district.storage,
        id: district.id.clone(),
    };
    // The grants of that day are another change, a day before.
    later.storage.settle(&later.id, later.now).expect("settled");
    later.storage.sweep(&later.id, later.now).expect("swept");
    later
}

pub(crate) fn a_laptop_away_for_longer_than_the_horizon_gets_everything_anew(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let mut away = district.laptop(1, 1);
    district.pull(&mut away);
    let later = handed_over_and_swept(&district, 401);
    assert!(
        !storage.sweep(&later.id, later.now).expect("swept"),
        "there is nothing left to forget"
    );
    later.pull_by(&mut away, 300, |_| {});
    assert!(
        away.pages.len() > 1 && away.pages[0].anew,
        "everything anew"
    );
    let mut new = later.laptop(1, 2);
    later.pull(&mut new);
    assert_eq!(away.held, new.held);
    assert!(!away.buckets().contains(&of(1).to_string()));
    later.pull(&mut away);
    assert!(!away.pages[0].anew, "once");
}

pub(crate) fn a_laptop_within_the_horizon_hears_what_left_its_buckets(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut away = district.laptop(1, 1);
    district.pull(&mut away);
    let later = handed_over_and_swept(&district, 399);
    later.pull(&mut away);
    assert!(!away.pages[0].anew);
    assert_eq!(away.pages[0].drop, [of(1)]);
    let mut new = later.laptop(1, 2);
    later.pull(&mut new);
    assert_eq!(away.held, new.held);
}
