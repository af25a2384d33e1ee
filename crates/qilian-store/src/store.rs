//! Owns the two handles on a store: the one that writes, and the ones that only read.
//!
//! Elsewhere: reading (`contents`), what a sync changes (`client_store`, `flip`).

use std::ops::Deref;
use std::path::Path;
use std::time::Duration;

use qilian_domain::command::{Command, Rules};
use qilian_domain::ids::{At, MutId, MutSeq};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::Row;
use qilian_domain::stamp::Stamp;
use qilian_sync::wire::{Mutation, SCHEMA};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::connection::{self, Access};
use crate::contents::{self, Contents};
use crate::data_key::DataKey;
use crate::derived;
use crate::error::StoreError;
use crate::migrations;
use crate::replay;
use crate::search::index;
use crate::table::draft::{self, Draft};
use crate::table::identity::{self, Identity};
use crate::table::outbox::{self, NewItem};
use crate::table::{base_row, overlay, setting, sync_state};

/// Where the store remembers what its last writer knew of rows and of search.
const WRITER_SETTING: &str = "store.writer";

/// A store that may be changed. Each change is one transaction, durable when the call returns.
#[derive(Debug)]
pub struct Store {
    contents: Contents,
}

/// A store that is only read; it never waits for a writer. Open one for each thread that reads.
#[derive(Debug)]
pub struct StoreReader {
    contents: Contents,
}

/// Under which id, when and by which rules a command is written.
#[derive(Debug, Clone, Copy)]
pub struct CommitAs<'a> {
    /// New for each mutation.
    pub mut_id: MutId,
    /// The device's clock.
    pub device_time: At,
    /// The rules in force ([`Contents::rules`]).
    pub rules: &'a Rules,
    /// The open form that is forgotten in the same transaction, if the command came from one.
    pub closes: Option<&'a str>,
}

/// A command that was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Committed {
    /// Its number in the outbox.
    pub mut_seq: MutSeq,
    /// The rows that it made or changed, as they now show.
    pub rows: Vec<Row>,
}

impl Store {
    /// Makes a store at a path where there is none (or an empty file, left by a start that failed).
    ///
    /// # Errors
    /// [`StoreError::Exists`], or if the file can't be made.
    pub fn create(path: &Path, key: &DataKey) -> Result<Self, StoreError> {
        if std::fs::metadata(path).is_ok_and(|file| file.len() > 0) {
            return Err(StoreError::Exists);
        }
        let connection = connection::open(path, key, Access::Create)?;
        Self::ready(connection)
    }

    /// Opens a store, and brings it to this version's schema.
    ///
    /// # Errors
    /// [`StoreError::KeyWrong`], [`StoreError::Newer`], [`StoreError::Corrupt`],
    /// [`StoreError::CannotOpen`] if there is no file, or others.
    pub fn open(path: &Path, key: &DataKey) -> Result<Self, StoreError> {
        refuse_empty(path)?;
        let connection = connection::open(path, key, Access::Write)?;
        Self::ready(connection)
    }

    fn ready(mut connection: rusqlite::Connection) -> Result<Self, StoreError> {
        migrations::apply(&mut connection)?;
        let mut store = Self {
            contents: Contents { connection },
        };
        store.adopt()?;
        Ok(store)
    }

    /// After an update of the program: rows that it could not show may now be readable, and what is
    /// derived from rows is derived anew.
    fn adopt(&mut self) -> Result<(), StoreError> {
        let writer = format!(
            "{SCHEMA}:{}:{}:{}",
            migrations::SCHEMA_VERSION,
            index::VERSION,
            known_kinds()
        );
        if self.setting(WRITER_SETTING)?.as_deref() == Some(writer.as_str()) {
            return Ok(());
        }
        let transaction = self.begin()?;
        base_row::reindex(&transaction)?;
        if let Some(identity) = identity::find(&transaction)? {
            let rules = contents::rules(&transaction)?;
            replay::rebuild_overlay(&transaction, &identity.user.id, &rules)?;
        }
        derived::rebuild(&transaction)?;
        setting::put(&transaction, WRITER_SETTING, &writer)?;
        sync_state::note_change(&transaction)?;
        transaction.commit()?;
        Ok(())
    }

    /// A transaction that no other writer can get in between: it takes its turn at the beginning.
    pub(crate) fn begin(&mut self) -> Result<Transaction<'_>, StoreError> {
        Ok(self
            .contents
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?)
    }

    /// Binds the store to a user, once.
    ///
    /// # Errors
    /// [`StoreError::AlreadyEnrolled`], or if it can't be written.
    pub fn enrol(&mut self, identity: &Identity) -> Result<(), StoreError> {
        let transaction = self.begin()?;
        identity::insert(&transaction, identity)?;
        sync_state::note_change(&transaction)?;
        transaction.commit()?;
        Ok(())
    }

    /// Does commands in their order, all of them or none: each is decided after the ones before it. The inner
    /// error is the refusal of one of them; then nothing was written.
    ///
    /// # Errors
    /// As [`Store::commit`].
    pub fn commit_all(
        &mut self,
        commands: &[(MutId, &Command)],
        device_time: At,
        rules: &Rules,
    ) -> Result<Result<Vec<Committed>, Refusal>, StoreError> {
        let transaction = self.begin()?;
        let mut committed = Vec::with_capacity(commands.len());
        for (mut_id, command) in commands {
            let commit_as = CommitAs {
                mut_id: *mut_id,
                device_time,
                rules,
                closes: None,
            };
            match append(&transaction, command, &commit_as)? {
                Ok(one) => committed.push(one),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        derived::catch_up(&transaction)?;
        transaction.commit()?;
        Ok(Ok(committed))
    }

    /// Does a command: decides it on the current rows, writes it into the outbox and its rows over what
    /// the server says. The inner error is the domain's refusal; then nothing was written.
    ///
    /// # Errors
    /// [`StoreError::NotEnrolled`], or if it can't be written; then nothing was.
    pub fn commit(
        &mut self,
        command: &Command,
        commit_as: &CommitAs<'_>,
    ) -> Result<Result<Committed, Refusal>, StoreError> {
        let transaction = self.begin()?;
        let done = commit_in(&transaction, command, commit_as)?;
        if done.is_ok() {
            transaction.commit()?;
        }
        Ok(done)
    }

    /// Keeps server time minus device time, in milliseconds, as just measured.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn set_clock_offset(&mut self, offset_ms: i64) -> Result<(), StoreError> {
        sync_state::set_clock_offset(&self.contents.connection, offset_ms)
    }

    /// Limits the file's size in pages of 4 KiB, as a full disk would: what does not fit fails with
    /// [`StoreError::DiskFull`]. A limit below the present size keeps the file from growing.
    ///
    /// # Errors
    /// If the limit can't be set.
    pub fn limit_pages(&mut self, pages: u32) -> Result<(), StoreError> {
        let sql = format!("PRAGMA max_page_count = {pages}");
        self.contents
            .connection
            .query_row(&sql, [], |_| Ok(()))
            .map_err(Into::into)
    }

    /// Waits so long for another program that writes, then fails with [`StoreError::Busy`].
    ///
    /// # Errors
    /// If that can't be set.
    pub fn set_patience(&mut self, patience: Duration) -> Result<(), StoreError> {
        Ok(self.contents.connection.busy_timeout(patience)?)
    }

    /// Keeps an open form.
    ///
    /// # Errors
    /// If it can't be written; then the draft is what it was.
    pub fn save_draft(&mut self, draft: &Draft) -> Result<(), StoreError> {
        draft::put(&self.contents.connection, draft)
    }

    /// Forgets an open form.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn discard_draft(&mut self, key: &str) -> Result<(), StoreError> {
        draft::delete(&self.contents.connection, key)
    }

    /// Keeps what the user chose; `None` forgets it.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn set_setting(&mut self, key: &str, value: Option<&str>) -> Result<(), StoreError> {
        match value {
            Some(value) => setting::put(&self.contents.connection, key, value),
            None => setting::delete(&self.contents.connection, key),
        }
    }
}

/// Does a command inside a transaction that somebody else began; a refusal wrote nothing.
pub(crate) fn commit_in(
    transaction: &Connection,
    command: &Command,
    commit_as: &CommitAs<'_>,
) -> Result<Result<Committed, Refusal>, StoreError> {
    let committed = match append(transaction, command, commit_as)? {
        Ok(committed) => committed,
        Err(refusal) => return Ok(Err(refusal)),
    };
    derived::catch_up(transaction)?;
    if let Some(key) = commit_as.closes {
        draft::delete(transaction, key)?;
    }
    Ok(Ok(committed))
}

impl StoreReader {
    /// Opens a store that a [`Store`] of this version has opened before.
    ///
    /// # Errors
    /// As [`Store::open`]; an older schema is [`StoreError::Migration`], since readers change nothing.
    pub fn open(path: &Path, key: &DataKey) -> Result<Self, StoreError> {
        refuse_empty(path)?;
        let connection = connection::open(path, key, Access::Read)?;
        let found = migrations::check(&connection)?;
        if found < migrations::SCHEMA_VERSION {
            return Err(StoreError::Migration(format!(
                "schema {found} is to be migrated first"
            )));
        }
        Ok(Self {
            contents: Contents { connection },
        })
    }
}

/// Writes a command into the outbox, and its rows over what the server says.
fn append(
    connection: &Connection,
    command: &Command,
    commit_as: &CommitAs<'_>,
) -> Result<Result<Committed, Refusal>, StoreError> {
    let identity = identity::required(connection)?;
    let state = sync_state::get(connection)?;
    let stamp = Stamp {
        device: commit_as.device_time,
        offset_ms: state.clock_offset_ms,
        received: None,
    };
    let actor = &identity.user.id;
    let rows = match replay::decide(connection, command, actor, stamp, commit_as.rules)? {
        Ok(rows) => rows,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let payload = serde_json::to_string(&Mutation {
        mut_id: commit_as.mut_id,
        name: command.name().to_owned(),
        args: command.args()?,
        base_seq: state.cursor.seq,
        device_time: commit_as.device_time,
        offset_ms: state.clock_offset_ms,
        schema: SCHEMA,
    })?;
    let item = NewItem {
        mut_seq: state.last_mut_seq.next(),
        mut_id: commit_as.mut_id,
        name: command.name(),
        payload: &payload,
        hash: state.last_hash.then(&payload),
        recorded_at: commit_as.device_time,
        had_effect_at: None,
    };
    outbox::append(connection, &item)?;
    sync_state::set_chain_end(connection, item.mut_seq, item.hash)?;
    for row in &rows {
        overlay::put(connection, row, item.mut_seq)?;
    }
    Ok(Ok(Committed {
        mut_seq: item.mut_seq,
        rows,
    }))
}

/// SQLite takes an empty file for a new database; a store that lost its contents must not look new.
fn refuse_empty(path: &Path) -> Result<(), StoreError> {
    match std::fs::metadata(path) {
        Ok(file) if file.len() == 0 => Err(StoreError::Corrupt("the file is empty".to_owned())),
        Ok(_) => Ok(()),
        Err(error) => Err(StoreError::CannotOpen(error.to_string())),
    }
}

fn known_kinds() -> String {
    let names: Vec<_> = qilian_domain::row::Kind::ALL
        .iter()
        .map(|kind| kind.as_str())
        .collect();
    names.join(",")
}

impl Deref for Store {
    type Target = Contents;

    fn deref(&self) -> &Contents {
        &self.contents
    }
}

impl Deref for StoreReader {
    type Target = Contents;

    fn deref(&self) -> &Contents {
        &self.contents
    }
}
