//! Owns the smallest engine there is: one district's tables as plain maps, one clone a transaction. It does what
//! the SQL of an engine does; what a transaction means is the product's own code.
//! Elsewhere: what a pull reads (`reading`).

use std::cell::{Ref, RefCell, RefMut};
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use qilian_domain::bucket::Bucket;
use qilian_domain::command::Scope;
use qilian_domain::ids::{At, DeviceId, Epoch, MutId, MutSeq, Seq, UserId};
use qilian_domain::row::{Kind, Row, RowKey};
use qilian_domain::rows::District;
use qilian_domain::uscc::Uscc;
use qilian_sync::sum::Mark;

use super::Flaw;
use crate::storage::staged::RowReader;
use crate::storage::stored::parse;
use crate::storage::transaction::{DistrictTx, Link, PushTx, WriteTx};
use crate::storage::write::{Change, Membership};
use crate::storage::{Device, StorageError};

/// An interval in which a user holds a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Interval {
    pub(super) user: UserId,
    pub(super) bucket: Bucket,
    pub(super) from: Seq,
    pub(super) to: Option<Seq>,
    closed_at: Option<At>,
}

/// A district's tables.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    pub(super) epoch: Epoch,
    pub(super) head: Seq,
    pub(super) rows: BTreeMap<RowKey, (Seq, String)>,
    marks: BTreeMap<Seq, Mark>,
    pub(super) feed: BTreeMap<(Bucket, Seq), (RowKey, bool)>,
    pub(super) grants: Vec<Interval>,
    pub(super) devices: Vec<Device>,
    pub(super) links: Vec<(DeviceId, Link)>,
    settled_on: String,
    pub(super) flaw: Option<Flaw>,
}

impl Memory {
    pub(super) fn new(
        epoch: Epoch,
        devices: Vec<Device>,
        today: NaiveDate,
        flaw: Option<Flaw>,
    ) -> Self {
        Self {
            epoch,
            head: Seq(0),
            rows: BTreeMap::new(),
            marks: BTreeMap::new(),
            feed: BTreeMap::new(),
            grants: Vec::new(),
            devices,
            links: Vec::new(),
            settled_on: today.to_string(),
            flaw,
        }
    }

    /// Does a transaction: all of it, or nothing if it fails.
    pub(super) fn transact<T, E>(
        &mut self,
        work: impl FnOnce(&Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let tx = Tx(RefCell::new(self.clone()));
        let done = work(&tx)?;
        *self = tx.0.into_inner();
        Ok(done)
    }

    /// Whether a user holds a bucket now.
    pub(super) fn holds(&self, user: &UserId, bucket: &Bucket) -> bool {
        let open = |g: &&Interval| &g.user == user && &g.bucket == bucket && g.to.is_none();
        self.grants.iter().any(|g| open(&g))
    }

    fn all(&self, kind: Kind) -> Result<Vec<Row>, StorageError> {
        let of_kind = self.rows.iter().filter(|(key, _)| key.kind == kind);
        of_kind
            .map(|(key, (_, body))| parse(kind, &key.id, body))
            .collect()
    }
}

/// A transaction.
pub(super) struct Tx(RefCell<Memory>);

impl Tx {
    pub(super) fn read(&self) -> Ref<'_, Memory> {
        self.0.borrow()
    }

    fn write(&self) -> RefMut<'_, Memory> {
        self.0.borrow_mut()
    }
}

impl RowReader for Tx {
    fn row(&self, key: &RowKey) -> Result<Option<Row>, StorageError> {
        let memory = self.read();
        let found = memory.rows.get(key);
        found
            .map(|(_, body)| parse(key.kind, &key.id, body))
            .transpose()
    }

    fn children(
        &self,
        kind: Kind,
        parent: &str,
        days: Option<(NaiveDate, NaiveDate)>,
    ) -> Result<Vec<Row>, StorageError> {
        let mut rows = self.read().all(kind)?;
        rows.retain(|row| {
            let within = |(first, last)| row.day().is_some_and(|d| first <= d && d <= last);
            row.parent().as_deref() == Some(parent) && days.is_none_or(within)
        });
        Ok(rows)
    }

    fn all(&self, kind: Kind) -> Result<Vec<Row>, StorageError> {
        self.read().all(kind)
    }

    fn scope(
        &self,
        user: &UserId,
        bucket: &Bucket,
        base: Option<Seq>,
    ) -> Result<Scope, StorageError> {
        let memory = self.read();
        if memory.holds(user, bucket) {
            return Ok(Scope::Held);
        }
        let at_base = |g: &&Interval| {
            let within = |base| g.from <= base && g.to.is_some_and(|to| base < to);
            &g.user == user && &g.bucket == bucket && base.is_some_and(within)
        };
        let lost = memory
            .grants
            .iter()
            .filter(at_base)
            .filter_map(|g| g.closed_at);
        Ok(lost
            .max()
            .map_or(Scope::Outside, |until| Scope::HeldAtBase { until }))
    }
}

impl DistrictTx for Tx {
    fn epoch(&self) -> Result<Epoch, StorageError> {
        Ok(self.read().epoch)
    }

    fn feed_head(&self) -> Result<Seq, StorageError> {
        Ok(self.read().head)
    }

    fn mark_at(&self, seq: Seq) -> Result<Option<Mark>, StorageError> {
        Ok(self.read().marks.get(&seq).copied())
    }

    fn device(&self, id: DeviceId) -> Result<Option<Device>, StorageError> {
        Ok(self.read().devices.iter().find(|d| d.id == id).cloned())
    }
}

impl WriteTx for Tx {
    fn add_district(&self, _: &District, _: Epoch, _: NaiveDate) -> Result<bool, StorageError> {
        Err(StorageError::DistrictExists)
    }

    fn begin_epoch(&self, epoch: Epoch, _: At) -> Result<(), StorageError> {
        self.write().epoch = epoch;
        Ok(())
    }

    fn recovers_until(&self) -> Result<Option<At>, StorageError> {
        // Nobody restores this server.
        Ok(None)
    }

    fn waiting(&self) -> Result<Vec<MutId>, StorageError> {
        Ok(Vec::new())
    }

    fn put_waiting(&self, _: MutId, _: Seq) -> Result<(), StorageError> {
        Err(StorageError::Internal("nothing waits here".into()))
    }

    fn drop_waiting(&self, _: MutId) -> Result<(), StorageError> {
        Ok(())
    }

    fn settled_on(&self) -> Result<String, StorageError> {
        Ok(self.read().settled_on.clone())
    }

    fn set_settled_on(&self, day: NaiveDate) -> Result<(), StorageError> {
        self.write().settled_on = day.to_string();
        Ok(())
    }

    fn take_numbers(&self, count: u64) -> Result<Seq, StorageError> {
        let mut memory = self.write();
        memory.head.0 += count;
        Ok(memory.head)
    }

    fn last_mark(&self) -> Result<Mark, StorageError> {
        let last = self.read().marks.last_key_value().map(|(_, mark)| *mark);
        Ok(last.unwrap_or_default())
    }

    fn put_mark(&self, seq: Seq, mark: Mark, _: At) -> Result<(), StorageError> {
        self.write().marks.insert(seq, mark);
        Ok(())
    }

    fn stored(&self, keys: &[&RowKey]) -> Result<Vec<Option<(Seq, String)>>, StorageError> {
        let memory = self.read();
        Ok(keys
            .iter()
            .map(|key| memory.rows.get(key).cloned())
            .collect())
    }

    fn put_rows(&self, changes: &[Change<'_>]) -> Result<(), StorageError> {
        for change in changes {
            let row = (change.seq, change.body.clone());
            self.write().rows.insert(change.key.clone(), row);
        }
        Ok(())
    }

    fn take_memberships(&self, places: &[(Bucket, Seq)]) -> Result<(), StorageError> {
        for place in places {
            self.write().feed.remove(place);
        }
        Ok(())
    }

    fn put_memberships(&self, memberships: &[Membership<'_>]) -> Result<(), StorageError> {
        for m in memberships {
            let place = (m.bucket.clone(), m.seq);
            self.write().feed.insert(place, (m.key.clone(), m.live));
        }
        Ok(())
    }

    fn open_enterprises(&self) -> Result<BTreeSet<(UserId, Uscc)>, StorageError> {
        let memory = self.read();
        let open = memory.grants.iter().filter(|g| g.to.is_none());
        Ok(open
            .filter_map(|g| match &g.bucket {
                Bucket::Enterprise(uscc) => Some((g.user.clone(), uscc.clone())),
                _ => None,
            })
            .collect())
    }

    fn open(&self, grants: &[(UserId, Bucket)], seq: Seq) -> Result<(), StorageError> {
        for (user, bucket) in grants {
            let mut memory = self.write();
            if !memory.holds(user, bucket) {
                memory.grants.push(Interval {
                    user: user.clone(),
                    bucket: bucket.clone(),
                    from: seq,
                    to: None,
                    closed_at: None,
                });
            }
        }
        Ok(())
    }

    fn close(&self, grants: &[(UserId, Bucket)], seq: Seq, at: At) -> Result<(), StorageError> {
        let mut memory = self.write();
        for interval in &mut memory.grants {
            let named = |(u, b): &(UserId, Bucket)| u == &interval.user && b == &interval.bucket;
            if interval.to.is_none() && grants.iter().any(named) {
                (interval.to, interval.closed_at) = (Some(seq), Some(at));
            }
        }
        Ok(())
    }
}

impl PushTx for Tx {
    fn lock_device(&self, device: DeviceId) -> Result<Option<Device>, StorageError> {
        self.device(device)
    }

    fn links(
        &self,
        device: &Device,
        from: MutSeq,
        count: usize,
    ) -> Result<Vec<Link>, StorageError> {
        let memory = self.read();
        let links = memory.links.iter().filter(|(of, _)| *of == device.id);
        let from_there = links.map(|(_, l)| l).filter(|l| l.outcome.mut_seq >= from);
        Ok(from_there.take(count).cloned().collect())
    }

    fn effects(&self, mutations: &[MutId]) -> Result<Vec<Link>, StorageError> {
        let memory = self.read();
        let among = |l: &&Link| !l.copied && mutations.contains(&l.outcome.mut_id);
        let links = memory.links.iter().map(|(_, l)| l);
        Ok(links.filter(among).cloned().collect())
    }

    fn attempts(&self, _: &[MutId]) -> Result<BTreeMap<MutId, u32>, StorageError> {
        Ok(BTreeMap::new())
    }

    fn extend(&self, device: &Device, links: &[Link], _: At) -> Result<(), StorageError> {
        let mut memory = self.write();
        if memory.flaw == Some(Flaw::ForgetsWhatItTook) {
            return Ok(());
        }
        let kept = links.iter().map(|link| (device.id, link.clone()));
        memory.links.extend(kept);
        let last = links.last().into_iter();
        for (link, known) in last.zip(memory.devices.iter_mut().filter(|d| d.id == device.id)) {
            known.chain.last = link.outcome.mut_seq;
            known.chain.hash = link.hash;
        }
        Ok(())
    }
}
