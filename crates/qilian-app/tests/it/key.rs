//! The passphrase can be changed, and what it opens stays.

use qilian_app::{Clock, KeyKind, Laptop, Passphrase};

use crate::enrol::{enrolled, home, unlock};

#[test]
fn a_changed_passphrase_opens_the_same_laptop_and_the_old_one_does_not() {
    let (_folder, home) = home();
    enrolled(&home, Some("old")).unwrap();
    let open = |passphrase| {
        Laptop::open(home.clone(), &unlock(Some(passphrase)), Clock::system())
            .and_then(qilian_app::Session::laptop)
    };
    let laptop = open("old").unwrap();
    let phrase = |text| Passphrase::new(text).unwrap();
    let refused = laptop.change_passphrase(Some(&phrase("guess")), &phrase("new"));
    assert_eq!(refused.unwrap_err().code(), "passphrase_wrong");
    laptop
        .change_passphrase(Some(&phrase("old")), &phrase("new"))
        .unwrap();
    assert_eq!(open("old").unwrap_err().code(), "passphrase_wrong");
    assert_eq!(
        open("new").unwrap().key_kind().unwrap(),
        KeyKind::Passphrase
    );
}
