//! What a laptop's store or the server's journal may hold.

use std::fs;

use qilian_domain::ids::{MutSeq, Seq};
use qilian_server::journal::{self, Journal};
use qilian_store::{DataKey, Store};
use qilian_sync::client::ClientStore;
use qilian_sync::wire::{Cursor, Limits, PullReply};
use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

use super::{KEY, now, store};

/// Whatever a laptop's outbox or the server's journal holds: no panic; what can't be read is kept, and holds nothing up.
pub fn outbox(data: &[u8]) {
    let Some((which, said)) = data.split_first() else {
        return;
    };
    if which % 2 == 0 {
        journal_lines(said);
    } else {
        payload(&String::from_utf8_lossy(said));
    }
}

fn journal_lines(said: &[u8]) {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("journal.jsonl"), said).expect("written");
    let before = journal::read(folder.path()).expect("a journal is read whatever it says");
    drop(Journal::open(folder.path()).expect("and goes on"));
    let after = journal::read(folder.path()).expect("read");
    assert_eq!(before.entries, after.entries);
}

fn payload(said: &str) {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("store.db");
    drop(store(&path));
    let key: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    let file = Connection::open(&path).expect("opened");
    file.execute_batch(&format!("PRAGMA key = \"x'{key}'\";"))
        .expect("the key");
    let id = Uuid::from_u128(5).to_string();
    file.execute(
        "INSERT INTO outbox (mut_seq, mut_id, name, payload, hash, recorded_at) VALUES (1, ?1, 'visit.record@1', ?2, ?3, 0)",
        (&id, said, [3_u8; 32]),
    )
    .expect("written");
    file.execute(
        "UPDATE sync_state SET last_mut_seq = 1, last_hash = ?1",
        [[3_u8; 32]],
    )
    .expect("written");
    drop(file);

    let mut store = Store::open(&path, &DataKey::new(KEY)).expect("opens");
    let unsent = store
        .unsent(Limits::default())
        .expect("read")
        .expect("it waits");
    assert_eq!(unsent.mutations[0].payload, said, "as it was written");
    let page = PullReply {
        anew: false,
        reset: vec![],
        drop: vec![],
        ops: vec![],
        position: None,
        complete: Some(Cursor {
            seq: Seq(1),
            mark: None,
        }),
        checks: vec![],
        last_mut_seq: MutSeq(0),
        server_time: now(),
    };
    store
        .take_page(&page)
        .expect("taken")
        .expect("this laptop's");
    assert_eq!(store.outbox().expect("read").len(), 1, "it still waits");
}
