//! Two copies of one laptop: each becomes its own, and nothing is lost or done twice.

use qilian_domain::ids::{DeviceId, Incarnation};
use qilian_domain::row::Kind;
use qilian_server::secret;
use qilian_server::storage::{NewCopy, Storage, SyncError, SyncRefusal};

use crate::district::{TestDistrict, uuid};
use crate::laptop::Laptop;

fn copy(district: &TestDistrict<'_>, id: u64, token: &str) -> NewCopy {
    NewCopy {
        id: DeviceId::new(uuid(id)),
        token: secret::hash(token),
        version: "0.1.0".to_owned(),
        at: district.now,
    }
}

/// The laptop, and a copy of it that has forked and chained its outbox anew.
fn forked(district: &TestDistrict<'_>) -> (Laptop, Laptop) {
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    let mut its_copy = laptop.clone();
    district.push(&mut laptop);
    its_copy.visits(2, 2, "2026-11-19", district.now);
    let copy = copy(district, 0xC0, "copy");
    let incarnation = district
        .storage
        .fork(&district.id, laptop.device, &copy)
        .expect("forked");
    its_copy.device = copy.id;
    its_copy.incarnation = incarnation;
    (laptop, its_copy)
}

pub(crate) fn a_copy_sends_its_outbox_anew_and_nothing_is_done_twice(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let (mut laptop, mut its_copy) = forked(&district);
    let reply = district.push(&mut its_copy);
    assert_eq!(reply.outcomes.len(), 2, "all of it is answered");
    laptop.visits(3, 1, "2026-11-20", district.now);
    assert_eq!(district.push(&mut laptop).outcomes.len(), 1);
    let visits = storage.rows(&district.id, &[Kind::Visit]).expect("rows");
    assert_eq!(visits.len(), 3);
    for laptop in [&mut laptop, &mut its_copy] {
        district.pull(laptop);
    }
    assert_eq!(laptop.held, its_copy.held);
}

pub(crate) fn asking_twice_makes_one_copy(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let (laptop, its_copy) = forked(&district);
    let again = storage.fork(&district.id, laptop.device, &copy(&district, 0xC0, "copy"));
    assert_eq!(again.expect("the same"), Incarnation(1));
    let devices = storage.devices(&district.id).expect("devices");
    assert_eq!(devices.len(), 2);
    let known = devices.iter().find(|device| device.id == its_copy.device);
    assert_eq!(known.and_then(|device| device.copy_of), Some(laptop.device));
}

pub(crate) fn the_id_of_another_laptop_is_not_given_to_a_copy(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let (laptop, _) = forked(&district);
    let other = district.laptop(2, 2);
    for (id, token) in [(0xC0, "another token"), (0xD02, "token 2")] {
        let refused = storage.fork(&district.id, laptop.device, &copy(&district, id, token));
        let unreadable = matches!(refused, Err(SyncError::Refused(SyncRefusal::Unreadable(_))));
        assert!(unreadable, "{refused:?}");
    }
    let device = storage.device(&district.id, &secret::hash("token 2"));
    assert_eq!(device.expect("read").map(|d| d.id), Some(other.device));
}

pub(crate) fn a_cut_that_is_not_believed_is_not_believed_of_a_copy(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    district.pull(&mut laptop);
    let told = storage.invalidate_cuts(&district.id, &[laptop.device], district.now);
    assert_eq!(told.expect("works").len(), 1);
    let mut its_copy = laptop.clone();
    let copy = copy(&district, 0xC0, "copy");
    let forked = storage.fork(&district.id, laptop.device, &copy);
    its_copy.device = copy.id;
    its_copy.incarnation = forked.expect("forked");
    for laptop in [&mut laptop, &mut its_copy] {
        laptop.held.clear();
        district.pull(laptop);
        assert!(laptop.pages[0].anew);
        district.pull(laptop);
        assert!(!laptop.pages[0].anew, "once is enough");
    }
    assert_eq!(laptop.held, its_copy.held);
}
