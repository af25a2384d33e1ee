//! Owns what a pull reads of the model's maps. Elsewhere: the maps, and writing them (`memory`).

use std::collections::BTreeMap;

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{At, Seq, UserId};
use qilian_domain::row::RowKey;
use qilian_sync::wire::PassPosition;

use super::Flaw;
use super::memory::{Interval, Memory, Tx};
use crate::storage::StorageError;
use crate::storage::transaction::{FeedRow, Held, Member, PullTx, SweepTx};

/// The model ends long before anything is forgotten.
impl SweepTx for Tx {
    fn floor(&self) -> Result<Seq, StorageError> {
        Ok(Seq(0))
    }

    fn head_before(&self, _: At) -> Result<Option<Seq>, StorageError> {
        Ok(None)
    }

    fn forget(&self, _: Seq) -> Result<(), StorageError> {
        Ok(())
    }
}

impl PullTx for Tx {
    fn held(
        &self,
        user: &UserId,
        of: &Held<'_>,
        take: &mut dyn FnMut(Bucket, Option<Member>) -> Result<bool, StorageError>,
    ) -> Result<(), StorageError> {
        let memory = self.read();
        let open = memory
            .grants
            .iter()
            .filter(|g| &g.user == user && g.to.is_none());
        let buckets: BTreeMap<_, _> = open.map(|g| (g.bucket.to_string(), g)).collect();
        let behind = of.after.map(Bucket::to_string).unwrap_or_default();
        for grant in buckets
            .range(behind.clone()..)
            .filter(|(name, _)| **name > behind)
            .map(|(_, g)| g)
        {
            let bucket = &grant.bucket;
            let inside = || memory.feed.iter().filter(|((of, _), _)| of == bucket);
            let changed = grant.from > of.changed_after
                || of.also.contains(bucket)
                || inside().any(|((_, seq), _)| *seq > of.changed_after);
            let mut live = inside().filter(|(_, (_, live))| *live).peekable();
            if !changed {
                continue;
            }
            if live.peek().is_none() && !take(bucket.clone(), None)? {
                return Ok(());
            }
            for ((_, seq), (key, _)) in live {
                let member = Member {
                    kind: key.kind.as_str().to_owned(),
                    id: key.id.clone(),
                    seq: *seq,
                };
                if !take(bucket.clone(), Some(member))? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn opened(&self, user: &UserId, pass: &PassPosition) -> Result<Vec<Bucket>, StorageError> {
        let memory = self.read();
        let theirs = memory.grants.iter().filter(|g| &g.user == user);
        let opened = theirs.filter(|g| g.to.is_none() && g.from > pass.from && g.from <= pass.to);
        Ok(opened.map(|g| g.bucket.clone()).collect())
    }

    fn closed(&self, user: &UserId, pass: &PassPosition) -> Result<Vec<Bucket>, StorageError> {
        let memory = self.read();
        if memory.flaw == Some(Flaw::DropsNothing) {
            return Ok(Vec::new());
        }
        let theirs = || memory.grants.iter().filter(|g| &g.user == user);
        let was = |g: &&Interval| g.from <= pass.from;
        let ended = |g: &&Interval| g.to.is_some_and(|to| to > pass.from && to <= pass.to);
        let again = |bucket: &Bucket| {
            theirs().any(|g| &g.bucket == bucket && g.to.is_none() && g.from <= pass.to)
        };
        let closed = theirs().filter(was).filter(ended);
        let closed = closed.filter(|g| !again(&g.bucket));
        Ok(closed.map(|g| g.bucket.clone()).collect())
    }

    fn changes(
        &self,
        user: &UserId,
        pass: &PassPosition,
        take: &mut dyn FnMut(FeedRow) -> Result<bool, StorageError>,
    ) -> Result<(), StorageError> {
        let memory = self.read();
        let open = |bucket: &Bucket| {
            let mut held = memory
                .grants
                .iter()
                .filter(|g| &g.user == user && &g.bucket == bucket);
            held.find(|g| g.to.is_none() && g.from <= pass.to)
        };
        let after = pass.after.clone();
        for (place, (key, live)) in &memory.feed {
            let (bucket, seq) = place;
            let Some(grant) = open(bucket) else { continue };
            let opened_before =
                grant.from <= pass.from || memory.flaw == Some(Flaw::SendsOnlyWhatIsNew);
            let comes = *seq <= pass.to
                && (*live || opened_before)
                && (*seq > pass.from || !opened_before)
                && after.as_ref().is_none_or(|after| place > after);
            if comes && !take(feed_row(&memory, place, key, *live))? {
                break;
            }
        }
        Ok(())
    }
}

fn feed_row(memory: &Memory, place: &(Bucket, Seq), key: &RowKey, live: bool) -> FeedRow {
    FeedRow {
        bucket: place.0.clone(),
        seq: place.1,
        kind: key.kind.as_str().to_owned(),
        id: key.id.clone(),
        now: memory.rows.get(key).filter(|_| live).cloned(),
    }
}
