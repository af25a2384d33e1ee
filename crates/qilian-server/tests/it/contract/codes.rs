//! One-time codes, and a district's beginning.

use qilian_domain::ids::{DeviceId, Epoch, UserId};
use qilian_domain::rows::District;
use qilian_server::secret;
use qilian_server::storage::{CodeRefusal, Founding, NewCode, NewDevice, Storage, StorageError};

use crate::district::{TestDistrict, cadre, uuid};

fn code(district: &TestDistrict<'_>, user: UserId) -> NewCode {
    NewCode {
        hash: secret::hash("7K3MQ0XT"),
        user,
        issued: district.now,
        expires: district.now.plus_ms(15 * 60 * 1000),
    }
}

fn device(district: &TestDistrict<'_>, n: u64, after_ms: i64) -> NewDevice {
    NewDevice {
        code: secret::hash(&secret::normal_code("7k3m-qoxt")),
        id: DeviceId::new(uuid(n)),
        token: secret::hash(&n.to_string()),
        name: "笔记本".to_owned(),
        version: String::new(),
        at: district.now.plus_ms(after_ms),
    }
}

pub(crate) fn a_code_enrols_once(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    storage
        .issue_code(&district.id, &code(&district, cadre(1)))
        .expect("works")
        .expect("issued");
    let enrolled = storage
        .enrol(&district.id, &device(&district, 1, 0))
        .expect("works")
        .expect("enrolled");
    assert_eq!(enrolled.user.id, cadre(1));
    let token = secret::hash("1");
    let found = storage
        .device(&district.id, &token)
        .expect("works")
        .expect("known by its token");
    assert_eq!(found.id, DeviceId::new(uuid(1)));
    let again = storage
        .enrol(&district.id, &device(&district, 2, 0))
        .expect("works");
    assert_eq!(again.err(), Some(CodeRefusal::Used));
    assert_eq!(storage.devices(&district.id).expect("listed").len(), 1);
}

pub(crate) fn an_expired_code_enrols_nobody(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    storage
        .issue_code(&district.id, &code(&district, cadre(1)))
        .expect("works")
        .expect("issued");
    let late = device(&district, 1, 15 * 60 * 1000);
    assert_eq!(
        storage.enrol(&district.id, &late).expect("works").err(),
        Some(CodeRefusal::Expired)
    );
}

pub(crate) fn a_code_for_nobody_is_not_issued(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let nobody = code(&district, UserId::new("C9"));
    assert!(
        storage
            .issue_code(&district.id, &nobody)
            .expect("works")
            .is_none()
    );
    let unknown = storage
        .enrol(&district.id, &device(&district, 1, 0))
        .expect("works");
    assert_eq!(unknown.err(), Some(CodeRefusal::Unknown));
}

pub(crate) fn a_district_is_founded_once(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    let again = Founding {
        district: District {
            id: district.id.clone(),
            name: "另一个".to_owned(),
            export_key: None,
        },
        epoch: Epoch::new(uuid(9)),
        rows: Vec::new(),
        at: district.now,
    };
    assert!(matches!(
        storage.found(&again),
        Err(StorageError::DistrictExists)
    ));
    assert_eq!(storage.districts().expect("listed")[0].name, "澜州市示范区");
}
