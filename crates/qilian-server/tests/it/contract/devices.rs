//! Which laptops may sync, and what a backup brought back makes of them.

use qilian_domain::ids::{DeviceId, Epoch, Incarnation};
use qilian_domain::row::Kind;
use qilian_domain::rows::Visit;
use qilian_server::secret;
use qilian_server::storage::{Enlisted, Released, Storage, SyncError, SyncRefusal, Wiped};
use qilian_sync::wire::{DeviceState, ReplyStatus};

use crate::district::{TestDistrict, cadre, mut_id, uuid};
use crate::laptop::Laptop;

pub(crate) fn a_stopped_device_is_given_nothing_and_makes_no_other(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let laptop = district.laptop(1, 1);
    for state in [
        DeviceState::Suspended,
        DeviceState::Revoked,
        DeviceState::Wipe,
    ] {
        let set = storage.set_state(&district.id, laptop.device, state);
        assert_eq!(set.expect("works").expect("a device").state, state);
        let stopped = |refused: Option<SyncError>| {
            let is_so = matches!(&refused, Some(SyncError::Refused(SyncRefusal::DeviceStopped(s))) if *s == state);
            assert!(is_so, "{refused:?}");
        };
        let pull = laptop.pull_request(1000);
        stopped(
            storage
                .pull(&district.id, laptop.device, &pull, district.now)
                .err(),
        );
        let copy = qilian_server::storage::NewCopy {
            id: DeviceId::new(uuid(0xC0)),
            token: secret::hash("copy"),
            version: String::new(),
            at: district.now,
        };
        stopped(storage.fork(&district.id, laptop.device, &copy).err());
    }
}

fn set(district: &TestDistrict<'_>, laptop: &Laptop, state: DeviceState) {
    let set = (district.storage).set_state(&district.id, laptop.device, state);
    set.expect("works").expect("a device");
}

pub(crate) fn nothing_is_taken_from_a_revoked_device_or_one_to_be_wiped(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    for state in [DeviceState::Revoked, DeviceState::Wipe] {
        set(&district, &laptop, state);
        let request = laptop.push_request();
        let push = storage.push(&district.id, laptop.device, &request, district.now);
        let refused =
            matches!(&push, Err(SyncError::Refused(SyncRefusal::DeviceStopped(s))) if *s == state);
        assert!(refused, "{push:?}");
    }
    assert!(district.rows(Kind::Outcome).is_empty());
}

pub(crate) fn what_a_suspended_device_sends_is_put_aside_and_answered_so_for_ever(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let (mut laptop, mut other) = (district.laptop(1, 1), district.laptop(1, 2));
    laptop.visits(1, 1, "2026-11-19", district.now);
    set(&district, &laptop, DeviceState::Suspended);
    let before = laptop.clone();
    let reply = district.push(&mut laptop);
    let told = &reply.outcomes[0];
    assert_eq!(told.status, ReplyStatus::Quarantined);
    assert_eq!(told.code.as_deref(), Some("sent_while_suspended"));
    assert!(district.rows(Kind::Visit).is_empty(), "nothing is decided");
    district.pull(&mut other);
    assert_eq!(
        other.ids("me:C1", "outcome"),
        [mut_id(1).to_string()],
        "its author sees it where they may"
    );

    set(&district, &laptop, DeviceState::Active);
    let mut again = before;
    assert_eq!(district.push(&mut again).outcomes, reply.outcomes);
    laptop.visits(2, 1, "2026-11-18", district.now);
    let next = district.push(&mut laptop);
    assert_eq!(next.outcomes[0].status, ReplyStatus::Applied);
}

pub(crate) fn what_a_suspended_device_sent_is_released_for_its_author_as_of_then(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    laptop.visits(2, 3, "2026-11-19", district.now);
    set(&district, &laptop, DeviceState::Suspended);
    district.push(&mut laptop);
    let later = district.later("2026-11-24T09:00:00+08:00");
    let release = |n| storage.release(&later.id, mut_id(n), later.now);
    assert_eq!(release(1).expect("works"), Released::Done);
    let refused = release(2).expect("works");
    assert!(
        matches!(refused, Released::Refused(_)),
        "it is decided, not waved through: {refused:?}"
    );
    let visits = district.rows(Kind::Visit).into_iter();
    let visits: Vec<Visit> = visits.filter_map(|row| row.try_into().ok()).collect();
    assert_eq!(visits.len(), 1);
    assert_eq!(visits[0].cadres, [cadre(1)]);
    assert_eq!(visits[0].recorded.received, Some(district.now));
}

pub(crate) fn a_suspended_device_is_told_nothing_of_what_others_wrote(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-12-24", district.now);
    let mut again = laptop.clone();
    let told = district.push(&mut laptop);
    assert!(!told.outcomes[0].params.is_null());
    set(&district, &laptop, DeviceState::Suspended);
    let told = &district.push(&mut again).outcomes[0];
    assert_eq!(told.code.as_deref(), Some("visit_in_future"));
    assert!(told.params.is_null(), "{:?}", told.params);
}

pub(crate) fn a_device_that_may_sync_again_sends_what_it_kept(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    for state in [DeviceState::Revoked, DeviceState::Active] {
        storage
            .set_state(&district.id, laptop.device, state)
            .expect("works");
    }
    assert_eq!(district.push(&mut laptop).outcomes.len(), 1);
    let nobody = DeviceId::new(uuid(404));
    let unknown = storage.set_state(&district.id, nobody, DeviceState::Revoked);
    assert!(unknown.expect("works").is_none());
}

pub(crate) fn a_device_that_a_backup_lacks_is_enlisted_once_and_sends_all_again(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let device = Enlisted {
        id: DeviceId::new(uuid(0xD77)),
        user: cadre(1),
        name: "笔记本".to_owned(),
        copy_of: None,
        token: secret::hash("token 77"),
        version: "0.1.0".to_owned(),
        at: district.now,
    };
    assert!(storage.enlist(&district.id, &device).expect("works"));
    assert!(
        !storage.enlist(&district.id, &device).expect("works"),
        "once"
    );
    let (epoch, _) = storage.head(&district.id).expect("a head");
    let mut laptop = Laptop::new(device.id, epoch, Incarnation(1));
    laptop.visits(1, 1, "2026-11-19", district.now);
    district.push(&mut laptop);
    let visits = storage.rows(&district.id, &[Kind::Visit]).expect("rows");
    assert_eq!(visits.len(), 1);
}

pub(crate) fn on_a_new_timeline_nothing_of_the_old_one_is_taken(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    let epoch = Epoch::new(uuid(0xE2));
    storage
        .begin_epoch(&district.id, epoch, district.now)
        .expect("works");
    let push = storage.push(
        &district.id,
        laptop.device,
        &laptop.push_request(),
        district.now,
    );
    let changed = matches!(push, Err(SyncError::Refused(SyncRefusal::EpochChanged)));
    assert!(changed, "{push:?}");
    assert_eq!(storage.head(&district.id).expect("a head").0, epoch);
    laptop.epoch = epoch;
    assert_eq!(district.push(&mut laptop).outcomes.len(), 1);
}

pub(crate) fn the_receipt_of_a_wiped_device_is_kept_once_and_only_if_it_was_told_to(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let laptop = district.laptop(1, 1);
    let receipt = |unsent| Wiped {
        at: district.now.plus_ms(i64::from(unsent)),
        unsent,
    };
    let untold = storage.note_wiped(&district.id, laptop.device, receipt(1));
    assert!(
        matches!(untold, Err(SyncError::Refused(SyncRefusal::Unreadable(_)))),
        "{untold:?}"
    );
    let told = storage.set_state(&district.id, laptop.device, DeviceState::Wipe);
    assert_eq!(told.expect("told").expect("a device").wiped, None);
    for unsent in [2, 3] {
        storage
            .note_wiped(&district.id, laptop.device, receipt(unsent))
            .expect("noted");
    }
    let devices = storage.devices(&district.id).expect("devices");
    let wiped: Vec<_> = devices.iter().map(|device| device.wiped).collect();
    assert_eq!(wiped, [Some(receipt(2))]);
}
