//! Owns reading ahead: what the new mutations of a run are about, read together before the first of them is decided. A
//! database at the other end of a connection is asked a few times for a run, not a few times for each mutation.
//!
//! Nothing is decided on what was read ahead alone: rows that the run has decided lie over it ([`Staged`]), and what
//! was not foreseen is read when it is asked for. Elsewhere: what a run means (`push`).
//!
//! [`Staged`]: super::staged::Staged

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use qilian_domain::bucket::Bucket;
use qilian_domain::command::{Command, Read, Scope};
use qilian_domain::ids::{MutId, MutSeq, Seq, UserId};
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Kind, Row, RowKey};
use qilian_sync::push::Step;

use super::staged::RowReader;
use super::transaction::{Link, PushTx};
use super::{ATTEMPTS, StorageError};

/// A run's new mutations with what they read.
pub(super) struct Ahead<'a, T> {
    /// The transaction.
    pub(super) tx: &'a T,
    actor: &'a UserId,
    commands: BTreeMap<MutSeq, Result<Command, Refusal>>,
    effects: BTreeMap<MutId, Link>,
    attempts: BTreeMap<MutId, u32>,
    rows: BTreeMap<RowKey, Option<Row>>,
    children: BTreeMap<(Kind, String), Vec<Row>>,
    scopes: BTreeMap<(Bucket, Option<Seq>), Scope>,
}

impl<'a, T: PushTx> Ahead<'a, T> {
    /// Reads what the new ones among these steps read.
    pub(super) fn read(tx: &'a T, actor: &'a UserId, steps: &[Step]) -> Result<Self, StorageError> {
        let mut ahead = Self {
            tx,
            actor,
            commands: BTreeMap::new(),
            effects: BTreeMap::new(),
            attempts: BTreeMap::new(),
            rows: BTreeMap::new(),
            children: BTreeMap::new(),
            scopes: BTreeMap::new(),
        };
        let mut sent = BTreeSet::new();
        let mut scopes = BTreeSet::new();
        for step in steps {
            let Step::New(sealed, said) = step else {
                continue;
            };
            sent.insert(sealed.mut_id);
            let Ok(mutation) = said else { continue };
            let command = Command::parse(&mutation.name, &mutation.args);
            if let Some(uscc) = command.as_ref().ok().and_then(Command::enterprise) {
                let bucket = Bucket::Enterprise(uscc.clone());
                scopes.insert((bucket, Some(mutation.base_seq)));
            }
            ahead.commands.insert(sealed.mut_seq, command);
        }
        let sent: Vec<MutId> = sent.into_iter().collect();
        ahead.effects = (tx.effects(&sent)?.into_iter())
            .map(|link| (link.outcome.mut_id, link))
            .collect();
        ahead.attempts = tx.attempts(&sent)?;
        let scopes: Vec<_> = scopes.into_iter().collect();
        let found = tx.scopes(actor, &scopes)?;
        ahead.scopes = scopes.into_iter().zip(found).collect();
        // What the server failed on too often is given up unread: reading may be what fails.
        let reading = steps.iter().filter_map(|step| match step {
            Step::New(sealed, _) => Some(sealed),
            Step::Known(_) => None,
        });
        let reading = reading
            .filter(|sealed| ahead.attempts(sealed.mut_id) < ATTEMPTS)
            .map(|sealed| sealed.mut_seq)
            .collect();
        ahead.read_rows(&reading)?;
        Ok(ahead)
    }

    fn read_rows(&mut self, reading: &BTreeSet<MutSeq>) -> Result<(), StorageError> {
        let commands = (self.commands.iter())
            .filter(|(mut_seq, _)| reading.contains(mut_seq))
            .filter_map(|(_, command)| command.as_ref().ok());
        let reads: Vec<Read> = commands.flat_map(|c| c.reads(self.actor)).collect();
        let keys: BTreeSet<&RowKey> = (reads.iter())
            .filter_map(|read| match read {
                Read::Row(key) => Some(key),
                Read::Children { .. } => None,
            })
            .collect();
        let keys: Vec<&RowKey> = keys.into_iter().collect();
        let found = self.tx.rows(&keys)?;
        self.rows = keys.into_iter().cloned().zip(found).collect();
        let mut parents: BTreeMap<Kind, BTreeSet<&str>> = BTreeMap::new();
        for read in &reads {
            // What hangs on an exception is read when there is one, and what is within days with them.
            if let Read::Children {
                kind,
                parent,
                days: None,
                only_if: None,
            } = read
            {
                parents.entry(*kind).or_default().insert(parent);
            }
        }
        for (kind, parents) in parents {
            let parents: Vec<&str> = parents.into_iter().collect();
            let found = self.tx.children_of(kind, &parents)?;
            let of = parents.into_iter().map(|parent| (kind, parent.to_owned()));
            self.children.extend(of.zip(found));
        }
        Ok(())
    }

    /// What a mutation of the run asks for; `None` if it is none of its new ones, or can't be read.
    pub(super) fn command(&self, mutation: MutSeq) -> Option<&Result<Command, Refusal>> {
        self.commands.get(&mutation)
    }

    /// The place where a mutation had its effect before this run.
    pub(super) fn effect(&self, mutation: MutId) -> Option<&Link> {
        self.effects.get(&mutation)
    }

    /// How often the server failed on a mutation.
    pub(super) fn attempts(&self, mutation: MutId) -> u32 {
        self.attempts.get(&mutation).copied().unwrap_or_default()
    }
}

impl<T: PushTx> RowReader for Ahead<'_, T> {
    fn row(&self, key: &RowKey) -> Result<Option<Row>, StorageError> {
        match self.rows.get(key) {
            Some(row) => Ok(row.clone()),
            None => self.tx.row(key),
        }
    }

    fn children(
        &self,
        kind: Kind,
        parent: &str,
        days: Option<(NaiveDate, NaiveDate)>,
    ) -> Result<Vec<Row>, StorageError> {
        let read = match days {
            None => self.children.get(&(kind, parent.to_owned())),
            Some(_) => None,
        };
        match read {
            Some(rows) => Ok(rows.clone()),
            None => self.tx.children(kind, parent, days),
        }
    }

    fn all(&self, kind: Kind) -> Result<Vec<Row>, StorageError> {
        self.tx.all(kind)
    }

    fn scope(
        &self,
        user: &UserId,
        bucket: &Bucket,
        base: Option<Seq>,
    ) -> Result<Scope, StorageError> {
        let read = self.scopes.get(&(bucket.clone(), base));
        match read.filter(|_| user == self.actor) {
            Some(scope) => Ok(*scope),
            None => self.tx.scope(user, bucket, base),
        }
    }
}
