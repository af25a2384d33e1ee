//! Owns one simulated laptop: a real store, a clock of its own, and the sync that is under way.

use qilian_domain::command::{Command, Rules};
use qilian_domain::ids::{At, Epoch, MutId, Seq, UserId};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Kind, RowKey};
use qilian_store::{CommitAs, Committed, DataKey, Identity, Store, StoreError};
use qilian_sync::client::SyncRun;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

use super::disk::{copy, disk, set_up_long_ago, without_power};

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
    /// Stores of killed programs, and disks that had no power, closed when the run is over.
    killed: Vec<(Store, Option<TempDir>)>,
    skew_ms: i64,
    /// The sync that is under way.
    pub(super) run: Option<Run>,
    /// What waits for the next write.
    mishap: Option<Mishap>,
    /// Something that it holds was damaged, and may not be mended yet.
    pub(super) rotten: bool,
}

/// What becomes of a write to a laptop's disk.
#[derive(Debug)]
enum Mishap {
    /// There is no room.
    Full,
    /// Another program writes.
    Locked(#[expect(dead_code, reason = "it holds the lock")] rusqlite::Connection),
    /// The power goes; of what was not synced, these bits say what is kept.
    Power { kept: u8 },
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
        let folder = disk();
        let mut store =
            Store::create(&file(folder.path()), &DataKey::new(KEY)).expect("a new store");
        store.set_patience(Duration::ZERO).expect("set");
        store.enrol(&identity).expect("enrolled");
        set_up_long_ago(&folder);
        Self {
            user: identity.user.id,
            folder,
            backup: None,
            store,
            killed: Vec::new(),
            skew_ms: i64::from(skew_minutes) * 60_000,
            run: None,
            mishap: None,
            rotten: false,
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
    pub(super) fn cloned(&mut self) -> Self {
        self.power_is_back();
        let folder = disk();
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
            mishap: None,
            rotten: self.rotten,
        }
    }

    /// Backs the home up.
    pub(super) fn back_up(&mut self) {
        self.power_is_back();
        let backup = TempDir::new().expect("a folder");
        copy(self.folder.path(), backup.path());
        self.backup = Some(backup);
    }

    /// Brings the home back as it was backed up; tells whether there was a backup.
    pub(super) fn rewind(&mut self) -> bool {
        let Some(backup) = self.backup.take() else {
            return false;
        };
        qilian_powercut::watch(backup.path()).expect("a folder");
        let store = open(backup.path());
        // The folder that was lost goes with its program.
        drop(std::mem::replace(&mut self.store, store));
        qilian_powercut::forget(self.folder.path());
        self.folder = backup;
        self.run = None;
        self.mishap = None;
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
        self.power_is_back();
        self.run = None;
        self.mishap = None;
        qilian_powercut::cut_after(self.folder.path(), None);
        let store = open(self.folder.path());
        // No destructor of the killed program runs while it matters.
        let killed = std::mem::replace(&mut self.store, store);
        self.killed.push((killed, None));
    }

    /// The disk has no room from now on.
    pub(super) fn fill(&mut self) {
        if self.mishap.is_none() {
            self.store.limit_pages(1).expect("limited");
            self.mishap = Some(Mishap::Full);
        }
    }

    /// Another program writes from now on.
    pub(super) fn lock(&mut self) {
        self.power_is_back();
        if self.mishap.is_none() {
            let other = self.another_program();
            other.execute_batch("BEGIN IMMEDIATE").expect("locked");
            self.mishap = Some(Mishap::Locked(other));
        }
    }

    /// The power goes in the midst of so many writes, or at once.
    pub(super) fn cut_power(&mut self, writes: u8, kept: u8) {
        if writes == 0 {
            self.lose_power(kept);
        } else if self.mishap.is_none() {
            qilian_powercut::cut_after(self.folder.path(), Some(writes.into()));
            self.mishap = Some(Mishap::Power { kept });
        }
    }

    /// Whether a write failed because of what was to befall the disk. That is over then: there is room again, the other
    /// program is done, or the laptop was started again with what its disk has.
    pub(super) fn stumbled<T>(&mut self, result: &Result<T, StoreError>) -> bool {
        match (&self.mishap, result) {
            (Some(Mishap::Full), Err(StoreError::DiskFull)) => {
                self.store.limit_pages(u32::MAX).expect("room again");
                self.mishap = None;
                true
            }
            (Some(Mishap::Locked(_)), Err(StoreError::Busy)) => {
                self.mishap = None;
                true
            }
            (&Some(Mishap::Power { kept }), Err(_)) if self.is_dark() => {
                self.lose_power(kept);
                true
            }
            _ => false,
        }
    }

    fn is_dark(&self) -> bool {
        qilian_powercut::is_cut(self.folder.path())
    }

    /// Starts the laptop again if its power has gone.
    fn power_is_back(&mut self) {
        if let &Some(Mishap::Power { kept }) = &self.mishap
            && self.is_dark()
        {
            self.lose_power(kept);
        }
    }

    fn lose_power(&mut self, kept: u8) {
        let folder = without_power(&self.folder, kept);
        let store = open(folder.path());
        let killed = std::mem::replace(&mut self.store, store);
        let dead = std::mem::replace(&mut self.folder, folder);
        self.killed.push((killed, Some(dead)));
        self.run = None;
        self.mishap = None;
    }

    /// Damages a row that it holds.
    pub(super) fn rot(&mut self, nth: u8, how: u8) {
        self.power_is_back();
        let damage = match how {
            0 => {
                "DELETE FROM base_row WHERE (kind, id) = (SELECT kind, id FROM member ORDER BY bucket, kind, id LIMIT 1 OFFSET :nth)"
            }
            1 => {
                "UPDATE base_row SET ver = ver + 1 WHERE (kind, id) = (SELECT kind, id FROM member ORDER BY bucket, kind, id LIMIT 1 OFFSET :nth)"
            }
            2 => {
                "DELETE FROM member WHERE (bucket, kind, id) = (SELECT bucket, kind, id FROM member ORDER BY bucket, kind, id LIMIT 1 OFFSET :nth)"
            }
            _ => {
                "INSERT INTO member SELECT bucket, 'visit', 'nobody wrote it' FROM member ORDER BY bucket, kind, id LIMIT 1 OFFSET :nth ON CONFLICT DO NOTHING"
            }
        };
        let raw = self.another_program();
        let count: u32 = raw
            .query_row("SELECT count(*) FROM member", [], |row| row.get(0))
            .expect("read");
        if let Some(nth) = u32::from(nth).checked_rem(count) {
            let damaged = raw.execute(damage, rusqlite::named_params! { ":nth": nth });
            if damaged.is_ok() {
                self.rotten = true;
            } else {
                assert!(self.mishap.is_some(), "{damaged:?}");
            }
        }
    }

    /// The store as somebody sees it who does not go through its methods.
    fn another_program(&self) -> rusqlite::Connection {
        let raw = rusqlite::Connection::open(file(self.folder.path())).expect("opened");
        let key: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
        raw.execute_batch(&format!(
            "PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'{key}'\";"
        ))
        .expect("keyed");
        raw
    }

    /// Does a command as the program does: `None` if it did not come to an end.
    pub(super) fn commit(
        &mut self,
        mut_id: MutId,
        command: &Command,
        now: At,
    ) -> Option<Result<Committed, Refusal>> {
        self.write_as(mut_id, now, |store, commit_as| {
            store.commit(command, &commit_as)
        })
    }

    /// As [`Desk::write`], with what a command is committed as.
    pub(super) fn write_as<T>(
        &mut self,
        mut_id: MutId,
        now: At,
        work: impl FnOnce(&mut Store, CommitAs<'_>) -> Result<T, StoreError>,
    ) -> Option<T> {
        let rules = self.store.rules().expect("rules");
        let commit_as = commit_as(mut_id, self.clock(now), &rules);
        self.write(|store| work(store, commit_as))
    }

    /// Writes to the store as the program does: `None` if it did not come to an end.
    pub(super) fn write<T>(
        &mut self,
        work: impl FnOnce(&mut Store) -> Result<T, StoreError>,
    ) -> Option<T> {
        let done = work(&mut self.store);
        if self.stumbled(&done) {
            return None;
        }
        Some(done.expect("written"))
    }

    /// Does a command in a second program that has the same store open.
    pub(super) fn commit_elsewhere(
        &mut self,
        mut_id: MutId,
        command: &Command,
        now: At,
    ) -> Option<Result<Committed, Refusal>> {
        self.power_is_back();
        let mut store = open(self.folder.path());
        let rules = store.rules().expect("rules");
        let commit_as = commit_as(mut_id, self.clock(now), &rules);
        let done = store.commit(command, &commit_as);
        if self.stumbled(&done) {
            return None;
        }
        Some(done.expect("written"))
    }

    /// Notes how far its clock is off the server's; `false` if that did not come to an end.
    pub(super) fn compare_clock(&mut self, server: At, now: At) -> bool {
        let offset_ms = server.ms_since(self.clock(now));
        let known = self.store.sync_state().expect("read").clock_offset_ms;
        if known.is_none_or(|known| (known - offset_ms).abs() >= OFFSET_STEP_MS) {
            let done = self.store.set_clock_offset(offset_ms);
            if self.stumbled(&done) {
                return false;
            }
            done.expect("written");
        }
        true
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

impl Drop for Desk {
    fn drop(&mut self) {
        qilian_powercut::forget(self.folder.path());
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join("store.db")
}

fn open(folder: &Path) -> Store {
    let mut store = Store::open(&file(folder), &DataKey::new(KEY)).expect("the store opens");
    // Who holds the lock is in this thread: waiting would be in vain.
    store.set_patience(Duration::ZERO).expect("set");
    store
}

fn commit_as<'a>(mut_id: MutId, device_time: At, rules: &'a Rules) -> CommitAs<'a> {
    CommitAs {
        mut_id,
        device_time,
        rules,
        closes: None,
    }
}
