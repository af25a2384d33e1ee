//! Whom a change concerns: those who would pull something that they have not.

use std::collections::BTreeMap;

use qilian_domain::ids::{Seq, UnitId, UserId};
use qilian_domain::rows::Unit;
use qilian_server::storage::Storage;

use crate::district::{TestDistrict, assignment, cadre};

/// Users who are concerned by what came after a number, with the last number of theirs.
fn since(district: &TestDistrict<'_>, seq: Seq) -> BTreeMap<UserId, Seq> {
    let found = district.storage.concerned(&district.id, seq);
    let found = found.expect("read");
    let head = district.storage.head(&district.id).expect("read");
    assert_eq!((found.epoch, found.head), head);
    found.users
}

fn head(district: &TestDistrict<'_>) -> Seq {
    district.storage.head(&district.id).expect("read").1
}

fn unit() -> Unit {
    Unit {
        id: UnitId::new("U1"),
        name: "发改局".to_owned(),
    }
}

pub(crate) fn a_change_concerns_those_who_hold_a_bucket_of_it(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    let before = head(&district);
    laptop.visits(1, 1, "2026-11-19", district.now);
    district.push(&mut laptop);
    let visited = head(&district);
    let concerned: Vec<_> = since(&district, before).into_keys().collect();
    assert_eq!(concerned, [cadre(1)]);
    district.write(&[unit().into()]);
    let all = (1..=3).map(|n| (cadre(n), head(&district))).collect();
    assert_eq!(since(&district, before), all);
    assert_eq!(since(&district, visited), all);
}

pub(crate) fn a_reassignment_concerns_who_loses_and_who_gains(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let before = head(&district);
    district.write(&[
        assignment(1, 1, 1, "2026-10-01", "2026-11-19").into(),
        assignment(10, 1, 3, "2026-11-20", "").into(),
    ]);
    let concerned: Vec<_> = since(&district, before).into_keys().collect();
    assert_eq!(concerned, [cadre(1), cadre(3)]);
}

pub(crate) fn what_is_not_newer_concerns_nobody(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut laptop = district.laptop(1, 1);
    laptop.visits(1, 1, "2026-11-19", district.now);
    district.push(&mut laptop);
    let head = head(&district);
    assert_eq!(since(&district, head), BTreeMap::new());
    let everybody = since(&district, Seq(0));
    assert_eq!(everybody.len(), 3, "from the beginning on");
}

pub(crate) fn who_writes_is_heard(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let mut hearer = storage.news(&district.id);
    let before = hearer.borrow_and_update().times;
    district.write(&[unit().into()]);
    assert!(hearer.borrow_and_update().times > before);
}
