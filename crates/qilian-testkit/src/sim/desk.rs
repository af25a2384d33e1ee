//! Owns one simulated laptop: a real store, a clock of its own, and the sync that is under way.

use qilian_domain::command::{Command, Rules};
use qilian_domain::ids::{At, MutId, UserId};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Kind, RowKey};
use qilian_store::{CommitAs, Committed, DataKey, Identity, Store, StoreError};
use qilian_sync::client::SyncRun;
use std::collections::BTreeMap;
use std::path::PathBuf;
use tempfile::TempDir;

/// Every simulated store has this key.
const KEY: [u8; 32] = [9; 32];
/// An offset that moved by less than this is not worth a write.
const OFFSET_STEP_MS: i64 = 1000;

/// A laptop.
pub(super) struct Desk {
    pub(super) identity: Identity,
    folder: TempDir,
    store: Store,
    skew_ms: i64,
    /// The sync that is under way.
    pub(super) run: Option<Run>,
    /// Whether the disk has no room.
    full: bool,
}

/// A sync under way: it waits for the reply to one exchange.
pub(super) struct Run {
    pub(super) sync: SyncRun,
    pub(super) exchange: u64,
}

impl Desk {
    /// A laptop that was just enrolled.
    pub(super) fn enrolled(identity: Identity, skew_minutes: i32) -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut store = Store::create(&folder.path().join("store.db"), &DataKey::new(KEY))
            .expect("a new store");
        store.enrol(&identity).expect("enrolled");
        Self {
            identity,
            folder,
            store,
            skew_ms: i64::from(skew_minutes) * 60_000,
            run: None,
            full: false,
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("store.db")
    }

    pub(super) fn user(&self) -> &UserId {
        &self.identity.user.id
    }

    pub(super) fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    /// What its clock shows.
    pub(super) fn clock(&self, now: At) -> At {
        now.plus_ms(self.skew_ms)
    }

    /// A killed program leaves the file as it is; the next one opens it.
    pub(super) fn kill(&mut self) {
        self.run = None;
        self.full = false;
        let store = Store::open(&self.path(), &DataKey::new(KEY)).expect("the store opens again");
        // No destructor of the killed program runs.
        std::mem::forget(std::mem::replace(&mut self.store, store));
    }

    /// The disk has no room from now on.
    pub(super) fn fill(&mut self) {
        self.store.limit_pages(1).expect("limited");
        self.full = true;
    }

    /// Whether a write failed because the disk is full; then there is room again.
    pub(super) fn was_full<T>(&mut self, result: &Result<T, StoreError>) -> bool {
        let failed = self.full && matches!(result, Err(StoreError::DiskFull));
        if failed {
            self.store.limit_pages(u32::MAX).expect("room again");
            self.full = false;
        }
        failed
    }

    /// Does a command as the program does: `None` if the disk was full.
    pub(super) fn commit(
        &mut self,
        mut_id: MutId,
        command: &Command,
        now: At,
    ) -> Option<Result<Committed, Refusal>> {
        let rules = self.store.rules().expect("rules");
        let commit_as = commit_as(mut_id, self.clock(now), &rules);
        let done = self.store.commit(command, &commit_as);
        if self.was_full(&done) {
            return None;
        }
        Some(done.expect("written"))
    }

    /// Does a command in a second program that has the same store open.
    pub(super) fn commit_elsewhere(
        &self,
        mut_id: MutId,
        command: &Command,
        now: At,
    ) -> Result<Committed, Refusal> {
        let mut store = Store::open(&self.path(), &DataKey::new(KEY)).expect("it opens twice");
        let rules = store.rules().expect("rules");
        let commit_as = commit_as(mut_id, self.clock(now), &rules);
        store.commit(command, &commit_as).expect("written")
    }

    /// Notes how far its clock is off the server's.
    pub(super) fn compare_clock(&mut self, server: At, now: At) {
        let offset_ms = server.ms_since(self.clock(now));
        let known = self.store.sync_state().expect("read").clock_offset_ms;
        if known.is_none_or(|known| (known - offset_ms).abs() >= OFFSET_STEP_MS) {
            let done = self.store.set_clock_offset(offset_ms);
            if !self.was_full(&done) {
                done.expect("written");
            }
        }
    }

    /// All rows as screens see them, with their bodies.
    pub(super) fn rows(&self) -> BTreeMap<RowKey, String> {
        let mut rows = BTreeMap::new();
        for &kind in Kind::ALL {
            for id in self.store.ids(kind).expect("read") {
                let key = RowKey { kind, id };
                let row = self.store.row(&key).expect("read").expect("a listed row");
                rows.insert(key, row.to_json().expect("JSON"));
            }
        }
        rows
    }
}

fn commit_as<'a>(mut_id: MutId, device_time: At, rules: &'a Rules) -> CommitAs<'a> {
    CommitAs {
        mut_id,
        device_time,
        rules,
        closes: None,
    }
}
