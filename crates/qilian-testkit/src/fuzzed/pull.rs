//! What a server may answer.

use std::sync::{Mutex, OnceLock};

use qilian_domain::row::Kind;
use qilian_store::Store;
use qilian_sync::client::ClientStore;
use qilian_sync::wire::{HelloReply, PullReply, PushReply};
use tempfile::TempDir;

use super::store;

/// A store, and how many replies it took. It is made anew so that what is found can be found again.
static PLACE: OnceLock<Mutex<(TempDir, Store, u32)>> = OnceLock::new();
const REPLIES: u32 = 200;

fn place() -> (TempDir, Store, u32) {
    let folder = TempDir::new().expect("a folder");
    let store = store(&folder.path().join("store.db"));
    (folder, store, 0)
}

/// Whatever a server may answer to a pull or a push, into a real store: no panic; what can't be taken changes nothing.
pub fn pull(data: &[u8]) {
    let mut place = PLACE
        .get_or_init(|| Mutex::new(self::place()))
        .lock()
        .expect("one thread");
    if place.2 >= REPLIES {
        *place = self::place();
    }
    place.2 += 1;
    let store = &mut place.1;
    for text in data.split(|byte| *byte == 0xFF) {
        let before = store.sync_state().expect("read").cursor;
        if let Ok(page) = serde_json::from_slice::<PullReply>(text) {
            let _ = store.take_page(&page);
        } else if let Ok(answers) = serde_json::from_slice::<PushReply>(text) {
            let _ = store.take_outcomes(&answers);
        } else if let Ok(hello) = serde_json::from_slice::<HelloReply>(text) {
            let _ = store.rejoin(&hello);
            continue;
        }
        let after = store.sync_state().expect("still readable").cursor;
        assert!(after.seq >= before.seq, "a cursor never goes back");
        for &kind in Kind::ALL {
            for id in store.ids(kind).expect("read") {
                let key = qilian_domain::row::RowKey { kind, id };
                store.row(&key).expect("what is shown can be read");
            }
        }
    }
}
