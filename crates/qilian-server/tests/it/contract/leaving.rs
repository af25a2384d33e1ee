//! A user who leaves: their laptops send what was written on them and are given nothing, until all is there.

use qilian_domain::ids::{At, DeviceId, Epoch};
use qilian_domain::row::Kind;
use qilian_domain::rows::{Service, User, Visit};
use qilian_server::secret;
use qilian_server::storage::files::Proof;
use qilian_server::storage::{NewCode, Storage, SyncError, SyncRefusal};
use qilian_sync::wire::DeviceState;

use super::files::{HASH, add, file};
use crate::district::{TestDistrict, cadre, mut_id, uuid};
use crate::laptop::Laptop;

const ROOM: u32 = 1_000_000;

/// Says so; what laptops say in the same moment is not known to be later.
fn leaves(district: &TestDistrict<'_>) {
    let since = district.now.plus_ms(-1);
    set(district, &Service::Leaving { since });
}

fn set(district: &TestDistrict<'_>, service: &Service) {
    let set = (district.storage).set_service(&district.id, &cadre(1), service, district.now);
    assert!(set.expect("works").is_some());
}

fn service(district: &TestDistrict<'_>) -> Service {
    let users = district.rows(Kind::User).into_iter();
    let mut users = users.filter_map(|row| User::try_from(row).ok());
    users
        .find(|user| user.id == cadre(1))
        .expect("the user")
        .service
}

/// Asks for a pull, which says how many mutations wait, and is refused.
fn is_given_nothing(district: &TestDistrict<'_>, laptop: &Laptop, pending: u32, at: At) {
    let mut request = laptop.pull_request(ROOM);
    request.pending = pending;
    let refused = district
        .storage
        .pull(&district.id, laptop.device, &request, at);
    let given_nothing = matches!(
        refused,
        Err(SyncError::Refused(
            SyncRefusal::UserLeaving | SyncRefusal::UserLeft(_)
        ))
    );
    assert!(given_nothing, "{refused:?}");
}

fn state(district: &TestDistrict<'_>, id: DeviceId) -> DeviceState {
    let devices = district
        .storage
        .devices(&district.id)
        .expect("works")
        .into_iter();
    let mut devices = devices.filter(|device| device.id == id);
    devices.next().expect("there").state
}

pub(crate) fn who_leaves_sends_and_is_given_nothing(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    leaves(&district);
    is_given_nothing(&district, &laptop, 1, district.now);
    district.push(&mut laptop);
    assert_eq!(
        district
            .rows(Kind::Visit)
            .into_iter()
            .filter_map(|row| Visit::try_from(row).ok())
            .count(),
        1
    );
    let code = NewCode {
        hash: secret::hash("7K3MQ0XT"),
        user: cadre(1),
        issued: district.now,
        expires: district.now.plus_ms(60_000),
    };
    let issued = storage.issue_code(&district.id, &code).expect("works");
    assert!(issued.is_none(), "no other laptop for whoever leaves");
}

pub(crate) fn who_leaves_has_left_when_every_laptop_says_that_nothing_waits(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let (first, second) = (district.laptop(1, 1), district.laptop(1, 2));
    leaves(&district);
    let since = service(&district);
    is_given_nothing(&district, &first, 0, district.now);
    is_given_nothing(&district, &second, 3, district.now);
    assert_eq!(service(&district), since, "three wait on the second");
    let later = district.now.plus_ms(60_000);
    is_given_nothing(&district, &second, 0, later);
    let left = Service::Left {
        at: later,
        reason: None,
    };
    assert_eq!(service(&district), left);
    for laptop in [first, second] {
        assert_eq!(state(&district, laptop.device), DeviceState::Revoked);
    }
}

pub(crate) fn what_a_laptop_said_before_its_user_left_is_not_believed(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    district.pull(&mut laptop);
    set(
        &district,
        &Service::Leaving {
            since: district.now,
        },
    );
    assert!(matches!(service(&district), Service::Leaving { .. }));
    let tomorrow = district.later("2026-11-21T09:00:00+08:00");
    is_given_nothing(&tomorrow, &laptop, 0, tomorrow.now);
    assert!(matches!(service(&tomorrow), Service::Left { .. }));
}

pub(crate) fn who_leaves_has_not_left_while_a_file_is_missing(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    laptop.does(mut_id(101), &add(1, 1, 1).into(), district.now);
    district.push(&mut laptop);
    leaves(&district);
    is_given_nothing(&district, &laptop, 0, district.now);
    assert!(matches!(service(&district), Service::Leaving { .. }));
    assert!((storage.begin_keeping(&district.id, HASH, district.now)).expect("works"));
    let kept = storage.keep(
        &district.id,
        laptop.device,
        file(1),
        Proof::Sent,
        district.now,
    );
    assert!(kept.expect("they may send it").is_some());
    is_given_nothing(&district, &laptop, 0, district.now);
    assert!(matches!(service(&district), Service::Left { .. }));
}

pub(crate) fn who_has_no_laptop_has_left_at_once(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    leaves(&district);
    assert!(matches!(
        service(&district),
        Service::Left { reason: None, .. }
    ));
}

pub(crate) fn an_administrator_ends_it_with_a_reason_and_may_take_it_back(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    leaves(&district);
    let left = Service::Left {
        at: district.now,
        reason: Some("电脑已报废".to_owned()),
    };
    set(&district, &left);
    assert_eq!(service(&district), left);
    assert_eq!(state(&district, laptop.device), DeviceState::Revoked);
    set(&district, &Service::Serving);
    let restored = storage.set_state(&district.id, laptop.device, DeviceState::Active);
    assert!(restored.expect("works").is_some());
    district.push(&mut laptop);
    district.pull(&mut laptop);
}

pub(crate) fn who_leaves_hears_of_a_restore_and_has_not_left_before_their_laptops_did(
    storage: &dyn Storage,
) {
    let district = TestDistrict::found(storage);
    let (mut first, mut second) = (district.laptop(1, 1), district.laptop(1, 2));
    leaves(&district);
    is_given_nothing(&district, &first, 0, district.now);
    is_given_nothing(&district, &second, 1, district.now);

    let day = 24 * 3600 * 1000;
    let restored = TestDistrict {
        now: district.now.plus_ms(day),
        ..district
    };
    let epoch = Epoch::new(uuid(0xE2));
    let begun = storage.begin_epoch(&restored.id, epoch, restored.now);
    begun.expect("begun");
    let mut pull = second.pull_request(ROOM);
    pull.pending = 0;
    let refused = storage.pull(&restored.id, second.device, &pull, restored.now);
    let changed = matches!(&refused, Err(SyncError::Refused(SyncRefusal::EpochChanged)));
    assert!(
        changed,
        "it has to send again what is not there: {refused:?}"
    );
    assert!(matches!(service(&restored), Service::Leaving { .. }));

    second.epoch = epoch;
    is_given_nothing(&restored, &second, 0, restored.now.plus_ms(1000));
    assert!(
        matches!(service(&restored), Service::Leaving { .. }),
        "what the first said was before the restore"
    );
    first.epoch = epoch;
    is_given_nothing(&restored, &first, 0, restored.now.plus_ms(2000));
    assert!(matches!(service(&restored), Service::Left { .. }));
}
