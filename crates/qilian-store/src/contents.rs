//! Owns reading a store: the same methods for the one that writes and for the ones that only read.
//!
//! What is returned is the current state: pending mutations over what the server says. Elsewhere: the
//! list of enterprises (`enterprises`), changing anything (`store`).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use qilian_domain::command::Rules;
use qilian_domain::ids::{At, MutSeq, UserId};
use qilian_domain::row::{Kind, Known, Row, RowKey};
use qilian_domain::rows::{Calendar, Outcome, Programme, VisitTally};
use qilian_sync::wire::MutationEnvelope;
use rusqlite::Connection;

use crate::error::StoreError;
use crate::table::draft::{self, Draft};
use crate::table::identity::{self, Identity};
use crate::table::outbox::{self, OutboxItem};
use crate::table::sync_state::{self, SyncState};
use crate::table::{base_row, current_row, overlay, sent_log, setting};

/// What a store holds, as one connection sees it.
#[derive(Debug)]
pub struct Contents {
    pub(crate) connection: Connection,
}

impl Contents {
    /// Runs several reads on one and the same state of the store.
    ///
    /// # Errors
    /// What `read` returns, or if the store can't be read.
    pub fn at_once<T>(
        &self,
        read: impl FnOnce(&Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if !self.connection.is_autocommit() {
            return read(self);
        }
        let _snapshot = self.connection.unchecked_transaction()?;
        read(self)
    }

    /// Whom the store belongs to; `None` before enrolment.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn identity(&self) -> Result<Option<Identity>, StoreError> {
        identity::find(&self.connection)
    }

    /// Where the store stands: cursor, clock offset, last complete sync, count of changes.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn sync_state(&self) -> Result<SyncState, StoreError> {
        sync_state::get(&self.connection)
    }

    /// One row's body.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn get<B: Known>(&self, id: impl ToString) -> Result<Option<B>, StoreError> {
        current_row::get(&self.connection, &id.to_string())
    }

    /// One row of whatever kind.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn row(&self, key: &RowKey) -> Result<Option<Row>, StoreError> {
        current_row::row(&self.connection, key)
    }

    /// All rows of a kind that hang on `parent`, by day and id.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn children<B: Known>(&self, parent: impl ToString) -> Result<Vec<B>, StoreError> {
        current_row::children(&self.connection, &parent.to_string())
    }

    /// The rows of a kind that hang on `parent` with a day from `first` to `last`, both included.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn children_on<B: Known>(
        &self,
        parent: impl ToString,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<Vec<B>, StoreError> {
        current_row::children_on(&self.connection, &parent.to_string(), first, last)
    }

    /// All rows of a kind, by id.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn all<B: Known>(&self) -> Result<Vec<B>, StoreError> {
        current_row::all(&self.connection)
    }

    /// The ids of all rows of a kind, for kinds whose bodies are large.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn ids(&self, kind: Kind) -> Result<Vec<String>, StoreError> {
        current_row::ids(&self.connection, kind)
    }

    /// How many rows of a kind there are.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn count(&self, kind: Kind) -> Result<u64, StoreError> {
        current_row::count(&self.connection, kind)
    }

    /// The rules in force, as the district's rows say. Without a programme row the default quota holds;
    /// a calendar that contradicts itself is as good as none.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn rules(&self) -> Result<Rules, StoreError> {
        rules(&self.connection)
    }

    /// A cadre's tallies with a day from `first` to `last`, both included, by day.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn tallies(
        &self,
        cadre: &UserId,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<Vec<VisitTally>, StoreError> {
        self.children_on(cadre, first, last)
    }

    /// The rows that show what no complete pull has confirmed.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn pending_keys(&self) -> Result<BTreeSet<RowKey>, StoreError> {
        overlay::keys(&self.connection)
    }

    /// The last mutation that wrote a row, while it is pending.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn pending(&self, key: &RowKey) -> Result<Option<MutSeq>, StoreError> {
        overlay::pending(&self.connection, key)
    }

    /// The mutations that no complete pull has reached, in their order.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn outbox(&self) -> Result<Vec<OutboxItem>, StoreError> {
        outbox::all(&self.connection)
    }

    /// All mutations that the store still has, sent or not, as a chain of their own: numbered from 1 in the order in
    /// which they were written.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn written(&self) -> Result<Vec<MutationEnvelope>, StoreError> {
        let transaction = self.connection.unchecked_transaction()?;
        let mut items = sent_log::all(&transaction)?;
        items.extend(outbox::all(&transaction)?);
        let numbered = items
            .into_iter()
            .zip(1..)
            .map(|(item, n)| MutationEnvelope {
                mut_seq: MutSeq(n),
                mut_id: item.mut_id,
                had_effect_at: item.effect(),
                payload: item.payload,
            });
        Ok(numbered.collect())
    }

    /// How many mutations the server has not answered, and since when the oldest of them waits.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn waiting(&self) -> Result<(u64, Option<At>), StoreError> {
        outbox::unsent(&self.connection)
    }

    /// How many mutations of the outbox the server has answered: it has them, and no complete pull has reached them.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn delivered(&self) -> Result<u64, StoreError> {
        outbox::answered(&self.connection)
    }

    /// The mutations that were sent and reached, latest first. They are kept for 35 days.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn sent(&self, most: u32) -> Result<Vec<OutboxItem>, StoreError> {
        sent_log::latest(&self.connection, most)
    }

    /// The user's outcomes that wait for them, in the order of the server's decisions.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn outcomes_to_handle(&self) -> Result<Vec<Outcome>, StoreError> {
        let mut outcomes: Vec<Outcome> = self.all()?;
        // A small picture that was refused is nobody's to handle: its file was refused before it.
        outcomes.retain(|outcome| {
            outcome.handled.is_none() && !outcome.name.starts_with("thumbnail.add@")
        });
        outcomes.sort_by_key(|outcome| outcome.at);
        Ok(outcomes)
    }

    /// The user's outcomes that they have seen to, the latest first.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn outcomes_handled(&self) -> Result<Vec<Outcome>, StoreError> {
        let mut outcomes: Vec<Outcome> = self.all()?;
        outcomes.retain(|outcome| outcome.handled.is_some());
        outcomes.sort_by_key(|outcome| std::cmp::Reverse(outcome.handled.map(|done| done.at)));
        Ok(outcomes)
    }

    /// Rows that this version can't show: of an unknown kind, or with a body it can't read. They are kept.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn unreadable(&self) -> Result<u64, StoreError> {
        base_row::count_unreadable(&self.connection)
    }

    /// An open form as it was last saved.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn draft(&self, key: &str) -> Result<Option<Draft>, StoreError> {
        draft::find(&self.connection, key)
    }

    /// All open forms, the latest first.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn drafts(&self) -> Result<Vec<Draft>, StoreError> {
        draft::all(&self.connection)
    }

    /// What the user chose.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        setting::find(&self.connection, key)
    }
}

pub(crate) fn rules(connection: &Connection) -> Result<Rules, StoreError> {
    let mut rules = Rules::default();
    if let Some(programme) = current_row::get::<Programme>(connection, Programme::ID)? {
        rules.quota = programme.quota;
    }
    for Calendar(year) in current_row::all(connection)? {
        // A faulty year stays unknown: deadlines and weeks in it are then marked, never guessed.
        let _ = rules.calendars.insert(year);
    }
    Ok(rules)
}
