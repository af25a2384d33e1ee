//! The secret that opens the exports of laptops.

use qilian_domain::row::Kind;
use qilian_domain::rows::District;
use qilian_server::storage::Storage;
use qilian_sync::export::ExportSecret;

use crate::district::TestDistrict;

fn said(district: &TestDistrict<'_>) -> District {
    let mut rows = district.rows(Kind::District).into_iter();
    rows.find_map(|row| District::try_from(row).ok())
        .expect("the district")
}

pub(crate) fn the_first_secret_stays_and_the_district_says_its_public_half(storage: &dyn Storage) {
    let district = TestDistrict::found(storage);
    assert_eq!(said(&district).export_key, None);
    let (first, second) = (ExportSecret([1; 32]), ExportSecret([2; 32]));
    for fresh in [first, second] {
        let kept = storage.export_secret(&district.id, fresh, district.now);
        assert!(kept.expect("kept") == first);
    }
    assert_eq!(said(&district).export_key, first.key().ok());
}
