//! Owns one simulated laptop: a real store, a clock of its own, and the sync that is under way.

use qilian_domain::command::{Command, Rules};
use qilian_domain::ids::{At, Epoch, MutId, Seq, UserId};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Kind, RowKey};
use qilian_store::{CommitAs, Committed, DataKey, Identity, Store, StoreError};
use qilian_sync::client::SyncRun;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Every simulated store has this key.
const KEY: [u8; 32] = [9; 32];
/// An offset that moved by less than this is not worth a write.
const OFFSET_STEP_MS: i64 = 1000;

/// A laptop.
pub(super) struct Desk {
    user: UserId,
    folder: TempDir,
    backup: Option<TempDir>,
    store: Store,
    /// Stores of killed programs, closed when the run is over.
    killed: Vec<Store>,
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
    /// The server's timeline and head when it began.
    pub(super) began: (Epoch, Seq),
}

impl Desk {
    /// A laptop that was just enrolled.
    pub(super) fn enrolled(identity: Identity, skew_minutes: i32) -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut store =
            Store::create(&file(folder.path()), &DataKey::new(KEY)).expect("a new store");
        store.enrol(&identity).expect("enrolled");
        Self {
            user: identity.user.id,
            folder,
            backup: None,
            store,
            killed: Vec::new(),
            skew_ms: i64::from(skew_minutes) * 60_000,
            run: None,
            full: false,
        }
    }

    pub(super) fn user(&self) -> &UserId {
        &self.user
    }

    pub(super) fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Which device it is by now, and what proves it.
    pub(super) fn identity(&self) -> Identity {
        self.store.identity().expect("read").expect("enrolled")
    }

    /// The mutations that its store has, sent or not.
    pub(super) fn kept(&mut self) -> Vec<MutId> {
        let mut items = self.store.outbox().expect("read");
        items.extend(self.store.sent(u32::MAX).expect("read"));
        items.into_iter().map(|item| item.mut_id).collect()
    }

    /// The cut that its store holds.
    pub(super) fn cursor(&self) -> Seq {
        self.store.sync_state().expect("read").cursor.seq
    }

    /// Another laptop with a copy of this one's disk.
    pub(super) fn cloned(&self) -> Self {
        let folder = TempDir::new().expect("a folder");
        copy(self.folder.path(), folder.path());
        let store = open(folder.path());
        Self {
            user: self.user.clone(),
            folder,
            backup: None,
            store,
            killed: Vec::new(),
            skew_ms: self.skew_ms,
            run: None,
            full: false,
        }
    }

    /// Backs the home up.
    pub(super) fn back_up(&mut self) {
        let backup = TempDir::new().expect("a folder");
        copy(self.folder.path(), backup.path());
        self.backup = Some(backup);
    }

    /// Brings the home back as it was backed up; tells whether there was a backup.
    pub(super) fn rewind(&mut self) -> bool {
        let Some(backup) = self.backup.take() else {
            return false;
        };
        let store = open(backup.path());
        // The folder that was lost goes with its program.
        drop(std::mem::replace(&mut self.store, store));
        self.folder = backup;
        self.run = None;
        self.full = false;
        true
    }

    /// What its clock shows.
    pub(super) fn clock(&self, now: At) -> At {
        now.plus_ms(self.skew_ms)
    }

    /// Its clock is set.
    pub(super) fn set_clock(&mut self, by_ms: i64) {
        self.skew_ms += by_ms;
    }

    /// A killed program leaves the file as it is; the next one opens it.
    pub(super) fn kill(&mut self) {
        self.run = None;
        self.full = false;
        let store = open(self.folder.path());
        // No destructor of the killed program runs while it matters.
        self.killed.push(std::mem::replace(&mut self.store, store));
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
        let mut store = open(self.folder.path());
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

fn file(folder: &Path) -> PathBuf {
    folder.join("store.db")
}

fn open(folder: &Path) -> Store {
    Store::open(&file(folder), &DataKey::new(KEY)).expect("the store opens")
}

/// Copies the store's files as they lie on the disk.
fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
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
