//! Owns the flip: a complete cut becomes the store's truth in one transaction (`sync.md` A.6).
//!
//! Pages are applied in the order in which they came, whether they were staged or came alone. Elsewhere:
//! staging and when to flip (`client_store`), making the overlay anew (`replay`).

use std::collections::HashSet;

use qilian_domain::bucket::Bucket;
use qilian_sync::wire::{Op, PullReply, Put};
use rusqlite::Connection;

use crate::error::StoreError;
use crate::table::member::Key;
use crate::table::{base_row, member};

/// A flip that is under way.
pub(crate) struct Flip<'a> {
    connection: &'a Connection,
    /// Rows that some bucket let go of; at the end those that none holds are removed.
    let_go: HashSet<Key>,
    /// Whole buckets were let go of: then every row that none holds is removed, also one that had come loose
    /// from its bucket before, so that nobody would ever name it.
    buckets_let_go: bool,
    /// A server that keeps nothing between pages may name a bucket on each page of a pass; its rows are
    /// forgotten once, or the pass would erase what it brought.
    forgotten: HashSet<(u64, Bucket)>,
    changed: HashSet<Key>,
}

impl<'a> Flip<'a> {
    pub(crate) fn new(connection: &'a Connection) -> Self {
        Self {
            connection,
            let_go: HashSet::new(),
            buckets_let_go: false,
            forgotten: HashSet::new(),
            changed: HashSet::new(),
        }
    }

    /// The pull began from nothing: what it does not bring is gone, and whatever it brings is newer than
    /// what another timeline of the server left.
    pub(crate) fn begin_from_nothing(&mut self) -> Result<(), StoreError> {
        self.buckets_let_go = true;
        self.let_go.extend(member::forget_all(self.connection)?);
        base_row::outdate(self.connection)
    }

    /// Applies one page of the given pass.
    pub(crate) fn page(&mut self, pass: u64, page: &PullReply) -> Result<(), StoreError> {
        if page.anew {
            self.begin_from_nothing()?;
        }
        for bucket in &page.reset {
            for (kind, id) in self.forget(pass, bucket)? {
                // What comes now is what the server says, whatever this store took for newer.
                base_row::outdate_one(self.connection, &kind, &id)?;
                self.let_go.insert((kind, id));
            }
        }
        for bucket in &page.drop {
            let keys = self.forget(pass, bucket)?;
            self.let_go.extend(keys);
        }
        for op in &page.ops {
            match op {
                Op::Put(put) => self.put(put)?,
                Op::Del { bucket, kind, id } => {
                    member::remove(self.connection, &bucket.to_string(), kind, id)?;
                    self.let_go.insert((kind.clone(), id.clone()));
                }
            }
        }
        Ok(())
    }

    fn forget(&mut self, pass: u64, bucket: &Bucket) -> Result<Vec<Key>, StoreError> {
        self.buckets_let_go = true;
        if self.forgotten.insert((pass, bucket.clone())) {
            member::forget(self.connection, &bucket.to_string())
        } else {
            Ok(Vec::new())
        }
    }

    fn put(&mut self, put: &Put) -> Result<(), StoreError> {
        let Put {
            bucket,
            kind,
            id,
            ver,
            body,
        } = put;
        member::add(self.connection, &bucket.to_string(), kind, id)?;
        if base_row::put(self.connection, kind, id, *ver, body.get())? {
            self.changed.insert((kind.clone(), id.clone()));
        }
        Ok(())
    }

    /// Removes what no bucket holds; returns the rows that are new, changed or gone.
    pub(crate) fn finish(mut self) -> Result<HashSet<Key>, StoreError> {
        for (kind, id) in self.let_go {
            if base_row::remove_if_held_by_none(self.connection, &kind, &id)? {
                self.changed.insert((kind, id));
            }
        }
        if self.buckets_let_go {
            (self.changed).extend(base_row::remove_held_by_none(self.connection)?);
        }
        Ok(self.changed)
    }
}
