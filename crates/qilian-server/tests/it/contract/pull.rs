//! A consistent cut of exactly one user's scope, however it is paged.

use qilian_domain::ids::{Epoch, Seq};
use qilian_domain::row::Row;
use qilian_server::storage::{Storage, SyncError, SyncRefusal};
use qilian_sync::wire::Cursor;

use crate::district::{TestDistrict, assignment, cadre, enterprise, uscc, uuid};
use crate::laptop::Laptop;

pub(crate) fn a_user_receives_exactly_their_scope(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    district.pull(&mut laptop);
    let theirs = [
        format!("ent:{}", uscc(1)),
        format!("ent:{}", uscc(2)),
        "me:C1".to_owned(),
        "pub".to_owned(),
    ];
    assert_eq!(laptop.buckets(), theirs);
    let text: String = laptop
        .held
        .values()
        .map(|(_, body)| body.as_str())
        .collect();
    assert!(
        !text.contains(uscc(3).as_str()),
        "another cadre's enterprise"
    );
    assert!(!text.contains("13800000002"), "another cadre's telephone");
}

pub(crate) fn nothing_new_is_one_empty_page(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    district.pull(&mut laptop);
    district.pull(&mut laptop);
    let [page] = laptop.pages.as_slice() else {
        panic!("{} pages", laptop.pages.len());
    };
    assert!(page.ops.is_empty() && page.reset.is_empty() && page.drop.is_empty());
}

pub(crate) fn a_row_written_as_it_was_takes_no_number(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let before = storage.head(&district.id).expect("a head").1;
    let written = district.write(&[
        enterprise(1).into(),
        assignment(1, 1, 1, "2026-10-01", "").into(),
    ]);
    assert_eq!((written.rows, written.head), (0, before));
    let mut renamed = enterprise(1);
    renamed.name = "澜州第一精密制造有限公司".to_owned();
    let written = district.write(&[renamed.into(), enterprise(2).into()]);
    assert_eq!((written.rows, written.head), (1, before.next()));
}

pub(crate) fn a_row_that_leaves_a_bucket_and_returns_is_there_for_everybody(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let of = |laptop: &Laptop| laptop.ids("me:C1", "assignment").len();
    let mut saw_all = district.laptop(1, 1);
    let mut saw_the_start = district.laptop(1, 2);
    let mut saw_it_gone = district.laptop(1, 3);
    district.pull(&mut saw_all);
    district.pull(&mut saw_the_start);
    assert_eq!(of(&saw_all), 2);
    for _ in 0..2 {
        district.write(&[assignment(2, 2, 3, "2026-10-01", "").into()]);
        district.pull(&mut saw_all);
        district.pull(&mut saw_it_gone);
        assert_eq!((of(&saw_all), of(&saw_it_gone)), (1, 1), "it left");
        district.write(&[assignment(2, 2, 1, "2026-10-01", "").into()]);
        district.pull(&mut saw_all);
        assert_eq!(of(&saw_all), 2, "it returned");
    }
    district.pull(&mut saw_the_start);
    district.pull(&mut saw_it_gone);
    let mut new = district.laptop(1, 4);
    district.pull_by(&mut new, 1, |_| {});
    for laptop in [&saw_the_start, &saw_it_gone, &new] {
        assert_eq!(laptop.held, saw_all.held);
    }
}

pub(crate) fn tiny_pages_with_writes_between_give_the_cut_that_one_page_gives(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let mut writer = district.laptop(1, 1);
    let mut paging = district.laptop(1, 2);
    for n in 1..=12 {
        writer.visits(
            n,
            1 + u32::try_from(n).expect("small") % 2,
            "2026-11-19",
            district.now,
        );
    }
    district.push(&mut writer);
    let mut pages = 0;
    district.pull_by(&mut paging, 1, |page| {
        pages = page;
        // Each of the first pages sees a row change that was sent, one that was not, and a new one.
        if page <= 6 {
            let mut renamed = enterprise(1);
            renamed.name = format!("更名{page}");
            let mut also = enterprise(2);
            also.name = format!("也更名{page}");
            district.write(&[renamed.into(), also.into()]);
            writer.visits(100 + u64::from(page), 2, "2026-11-20", district.now);
            district.push(&mut writer);
        }
    });
    assert!(pages > 20, "paged at all: {pages}");
    let mut whole = district.laptop(1, 3);
    district.pull(&mut whole);
    assert_eq!(paging.held, whole.held);
    assert_eq!(paging.head(), whole.head());
}

pub(crate) fn a_pull_goes_on_after_a_lost_reply(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    for _ in 0..10_000 {
        let request = laptop.pull_request(200);
        let pull = || {
            storage
                .pull(&district.id, laptop.device, &request, district.now)
                .expect("pulled")
        };
        let lost = pull();
        let again = pull();
        let shown =
            |reply: &qilian_sync::wire::PullReply| serde_json::to_string(reply).expect("JSON");
        assert_eq!(shown(&lost), shown(&again), "the same page is given again");
        if laptop.take(again) {
            break;
        }
    }
    let mut whole = district.laptop(1, 2);
    district.pull(&mut whole);
    assert_eq!(laptop.held, whole.held);
}

pub(crate) fn a_cursor_of_another_timeline_is_refused(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    district.pull(&mut laptop);
    let mut beyond = laptop.pull_request(1000);
    beyond.cursor = Cursor {
        seq: Seq(laptop.head().0 + 1),
        mark: None,
    };
    let mut other = laptop.pull_request(1000);
    other.epoch = Epoch::new(uuid(5));
    for request in [beyond, other] {
        let result = storage.pull(&district.id, laptop.device, &request, district.now);
        assert!(
            matches!(result, Err(SyncError::Refused(SyncRefusal::EpochChanged))),
            "{result:?}"
        );
    }
}

pub(crate) fn a_complete_pull_is_noted_for_the_administrator(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    district.pull(&mut laptop);
    let devices = storage.devices(&district.id).expect("listed");
    let [device] = devices.as_slice() else {
        panic!("{devices:?}")
    };
    assert_eq!(device.user, cadre(1));
    assert_eq!((device.last_sync, device.pending), (Some(district.now), 1));
    let rows = storage
        .rows(&district.id, qilian_domain::row::Kind::ALL)
        .expect("rows");
    assert!(
        rows.iter().all(|row| !matches!(row, Row::Visit(_))),
        "a pull pushes nothing"
    );
}
