//! Opening: keys, versions, damage.

use qilian_store::{DataKey, SCHEMA_VERSION, Store, StoreError, StoreReader};

use crate::given::{Home, commit, identity, visit};

#[test]
fn another_key_does_not_open_it() {
    let home = Home::new();
    drop(home.enrolled());
    let opened = Store::open(&home.path(), &DataKey::new([8; 32]));
    assert!(matches!(opened, Err(StoreError::KeyWrong)), "{opened:?}");
}

#[test]
fn nothing_readable_stands_in_the_file() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    commit(&mut store, 1, &visit(1, 1, "readable-note"));
    let folder = home.path();
    let files = std::fs::read_dir(folder.parent().expect("a folder")).expect("listed");
    for file in files {
        let bytes = std::fs::read(file.expect("a file").path()).expect("read");
        let found = (bytes.windows(13)).any(|window| window == b"readable-note");
        assert!(!found, "a note stands in plain text on the disk");
    }
}

#[test]
fn a_newer_file_is_refused_with_both_versions() {
    let home = Home::new();
    drop(home.enrolled());
    raw(&home)
        .execute_batch("PRAGMA user_version = 99")
        .expect("set");
    let opened = Store::open(&home.path(), &Home::key());
    let newer =
        matches!(opened, Err(StoreError::Newer { found: 99, known }) if known == SCHEMA_VERSION);
    assert!(newer, "{opened:?}");
}

#[test]
fn a_file_that_was_cut_off_is_corrupt() {
    let home = Home::new();
    drop(home.with_enterprises(50));
    let bytes = std::fs::read(home.path()).expect("read");
    for length in [0, 1_000, 4_096 + 100, bytes.len() / 2 + 7] {
        std::fs::write(home.path(), &bytes[..length]).expect("cut");
        let opened = Store::open(&home.path(), &Home::key()).and_then(|store| {
            store.all::<qilian_domain::rows::Enterprise>()?;
            Ok(())
        });
        assert!(
            matches!(opened, Err(StoreError::Corrupt(_))),
            "cut to {length}: {opened:?}"
        );
    }
}

#[test]
fn a_damaged_page_is_reported_and_never_read_as_rows() {
    let home = Home::new();
    drop(home.with_enterprises(200));
    let mut bytes = std::fs::read(home.path()).expect("read");
    for page in 1..bytes.len() / 4096 {
        bytes[page * 4096 + 2_000] ^= 0x55;
    }
    std::fs::write(home.path(), &bytes).expect("damaged");
    let read = Store::open(&home.path(), &Home::key())
        .and_then(|store| store.all::<qilian_domain::rows::Enterprise>());
    assert!(
        matches!(read, Err(StoreError::Corrupt(_))),
        "every page but the first is damaged: {read:?}"
    );
}

#[test]
fn a_missing_file_is_not_made_by_opening() {
    let home = Home::new();
    let opened = Store::open(&home.path(), &Home::key());
    assert!(
        matches!(opened, Err(StoreError::CannotOpen(_))),
        "{opened:?}"
    );
    assert!(!home.path().exists());
}

#[test]
fn creating_does_not_overwrite() {
    let home = Home::new();
    drop(home.enrolled());
    let made = Store::create(&home.path(), &Home::key());
    assert!(matches!(made, Err(StoreError::Exists)), "{made:?}");
    assert_eq!(
        home.reopened().identity().expect("read"),
        Some(identity()),
        "the store is as it was"
    );
}

#[test]
fn a_store_is_enrolled_once() {
    let home = Home::new();
    let mut store = home.enrolled();
    let again = store.enrol(&identity());
    assert!(
        matches!(again, Err(StoreError::AlreadyEnrolled)),
        "{again:?}"
    );
}

#[test]
fn a_reader_changes_nothing_and_needs_no_writer() {
    let home = Home::new();
    drop(home.with_enterprises(2));
    let reader = StoreReader::open(&home.path(), &Home::key()).expect("opens");
    let count = reader
        .count(qilian_domain::row::Kind::Enterprise)
        .expect("read");
    assert_eq!(count, 2);
}

/// The file as any SQLCipher program sees it.
pub(crate) fn raw(home: &Home) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(home.path()).expect("opens");
    let key: String = [7; 32].iter().map(|byte| format!("{byte:02x}")).collect();
    connection
        .execute_batch(&format!("PRAGMA key = \"x'{key}'\""))
        .expect("keyed");
    connection
}
