//! A store of the first version is brought to this one's schema, and the power goes in the midst of it.

use std::path::Path;

use qilian_powercut::{cut_after, install, is_cut, survivors, watch};
use qilian_store::Store;
use tempfile::TempDir;

use crate::given::{Home, me};

/// More writes than a migration of an empty store takes; fewer would end the test before its end.
const MOST: u32 = 2_000;

/// A store as version 1 left it, with one mutation that waits.
fn of_the_first_version(folder: &Path) {
    let raw = rusqlite::Connection::open(folder.join("store.db")).expect("opens");
    let key: String = [7; 32].iter().map(|byte| format!("{byte:02x}")).collect();
    raw.execute_batch(&format!(
        "PRAGMA key = \"x'{key}'\"; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN;"
    ))
    .expect("keyed");
    raw.execute_batch(include_str!("../../src/migrations/001_begin.sql"))
        .expect("made");
    raw.execute_batch(
        "INSERT INTO identity VALUES (1, '00000000-0000-0000-0000-000000000007', 1,
             '00000000-0000-0000-0000-000000000008', 'https://127.0.0.1:1', 'token', 'BA0001', '王敏', 'demo', '示范区');
         INSERT INTO outbox (mut_seq, mut_id, name, payload, hash, recorded_at)
             VALUES (1, '00000000-0000-0000-0000-000000000009', 'visit.record@1', '{\"note\":\"走访\"}', zeroblob(32), 0);
         UPDATE sync_state SET last_mut_seq = 1;
         PRAGMA user_version = 1;
         COMMIT;",
    )
    .expect("written");
}

fn open(folder: &Path) -> Result<Store, qilian_store::StoreError> {
    Store::open(&folder.join("store.db"), &Home::key())
}

#[test]
fn what_waited_is_there_wherever_the_power_goes() {
    install();
    // Every place at first, then one in nine: all of them take half a minute.
    for writes in (1..24).chain((24..MOST).step_by(9)) {
        let folder = TempDir::new().expect("a folder");
        of_the_first_version(folder.path());
        watch(folder.path()).expect("watched");
        cut_after(folder.path(), Some(writes));
        let opened = open(folder.path());
        if opened.is_ok() && !is_cut(folder.path()) {
            assert!(writes > 10, "{writes} writes are no migration");
            return;
        }
        for keeps_some in [false, true] {
            let after = TempDir::new().expect("a folder");
            let mut nth = 0;
            let mut kept = || {
                nth += 1;
                keeps_some && nth % 2 == 0
            };
            survivors(folder.path(), after.path(), &mut kept).expect("copied");
            let store = open(after.path()).expect("the next start goes on");
            let waits = store.outbox().expect("read");
            assert_eq!(waits.len(), 1, "after {writes} writes");
            assert_eq!(
                store.identity().expect("read").expect("enrolled").user.id,
                me()
            );
        }
    }
    panic!("the migration does not come to an end");
}
