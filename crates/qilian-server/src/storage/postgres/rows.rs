//! Owns the table `row`, and with it what PostgreSQL offers to whoever writes rows.
//!
//! Elsewhere: what a write is (`storage::write`), memberships (`feed`), grants (`grants`).

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use qilian_domain::bucket::Bucket;
use qilian_domain::command::Scope;
use qilian_domain::ids::{At, Epoch, MutId, Seq, UserId};
use qilian_domain::row::{Kind, Row, RowKey};
use qilian_domain::rows::District;
use qilian_domain::uscc::Uscc;
use qilian_sync::sum::Mark;

use super::session::{Tx, get};
use super::{districts, feed, grants, history, many, waiting};
use crate::storage::StorageError;
use crate::storage::staged::RowReader;
use crate::storage::stored::{number, parse, seq};
use crate::storage::transaction::WriteTx;
use crate::storage::write::{Change, Membership};

impl RowReader for Tx<'_> {
    fn row(&self, key: &RowKey) -> Result<Option<Row>, StorageError> {
        let sql = "SELECT body FROM row WHERE district_id = $1 AND kind = $2 AND id = $3";
        let found = self.one(sql, &[&key.kind.as_str(), &key.id])?;
        found
            .map(|row| parse(key.kind, &key.id, get(&row, "body")?))
            .transpose()
    }

    fn children(
        &self,
        kind: Kind,
        parent: &str,
        days: Option<(NaiveDate, NaiveDate)>,
    ) -> Result<Vec<Row>, StorageError> {
        let found = if let Some((first, last)) = days {
            let sql = "SELECT id, body FROM row
                       WHERE district_id = $1 AND kind = $2 AND parent = $3
                       AND day BETWEEN $4 AND $5 ORDER BY day, id";
            let (first, last) = (first.to_string(), last.to_string());
            self.query(sql, &[&kind.as_str(), &parent, &first, &last])?
        } else {
            let sql = "SELECT id, body FROM row
                       WHERE district_id = $1 AND kind = $2 AND parent = $3
                       ORDER BY day NULLS FIRST, id";
            self.query(sql, &[&kind.as_str(), &parent])?
        };
        collect(kind, &found)
    }

    fn all(&self, kind: Kind) -> Result<Vec<Row>, StorageError> {
        let sql = "SELECT id, body FROM row WHERE district_id = $1 AND kind = $2 ORDER BY id";
        collect(kind, &self.query(sql, &[&kind.as_str()])?)
    }

    fn scope(
        &self,
        user: &UserId,
        bucket: &Bucket,
        base: Option<Seq>,
    ) -> Result<Scope, StorageError> {
        grants::scope(self, user, bucket, base)
    }

    fn rows(&self, keys: &[&RowKey]) -> Result<Vec<Option<Row>>, StorageError> {
        let stored = self.stored(keys)?.into_iter().zip(keys);
        stored
            .map(|(stored, key)| {
                stored
                    .map(|(_, body)| parse(key.kind, &key.id, &body))
                    .transpose()
            })
            .collect()
    }

    fn children_of(&self, kind: Kind, parents: &[&str]) -> Result<Vec<Vec<Row>>, StorageError> {
        let sql = "SELECT asked.parent AS parent, found.id AS id, found.body AS body
                   FROM unnest($3::text[]) AS asked (parent), LATERAL (
                       SELECT day, id, body FROM row
                       WHERE district_id = $1 AND kind = $2 AND parent = asked.parent OFFSET 0
                   ) AS found
                   ORDER BY asked.parent, found.day NULLS FIRST, found.id";
        let mut under: HashMap<String, Vec<Row>> = HashMap::new();
        for row in self.query(sql, &[&kind.as_str(), &parents])? {
            let child = parse(kind, get(&row, "id")?, get(&row, "body")?)?;
            under.entry(get(&row, "parent")?).or_default().push(child);
        }
        let of = |parent: &&str| under.remove(*parent).unwrap_or_default();
        Ok(parents.iter().map(of).collect())
    }

    fn scopes(
        &self,
        user: &UserId,
        buckets: &[(Bucket, Option<Seq>)],
    ) -> Result<Vec<Scope>, StorageError> {
        grants::scopes(self, user, buckets)
    }
}

impl WriteTx for Tx<'_> {
    fn add_district(
        &self,
        _: &District,
        epoch: Epoch,
        settled_on: NaiveDate,
    ) -> Result<bool, StorageError> {
        districts::insert(self, epoch, settled_on)
    }

    fn begin_epoch(&self, epoch: Epoch, recovers_until: At) -> Result<(), StorageError> {
        districts::begin_epoch(self, epoch, recovers_until)
    }

    fn recovers_until(&self) -> Result<Option<At>, StorageError> {
        districts::recovers_until(self)
    }

    fn waiting(&self) -> Result<Vec<MutId>, StorageError> {
        waiting::all(self)
    }

    fn put_waiting(&self, mutation: MutId, had_effect_at: Seq) -> Result<(), StorageError> {
        waiting::put(self, mutation, had_effect_at)
    }

    fn drop_waiting(&self, mutation: MutId) -> Result<(), StorageError> {
        waiting::remove(self, mutation)
    }

    fn settled_on(&self) -> Result<String, StorageError> {
        districts::settled_on(self)
    }

    fn set_settled_on(&self, day: NaiveDate) -> Result<(), StorageError> {
        districts::set_settled_on(self, day)
    }

    fn take_numbers(&self, count: u64) -> Result<Seq, StorageError> {
        feed::take_numbers(self, count)
    }

    fn last_mark(&self) -> Result<Mark, StorageError> {
        history::last_mark(self)
    }

    fn put_mark(&self, seq: Seq, mark: Mark, at: At) -> Result<(), StorageError> {
        history::put_mark(self, seq, mark, at)
    }

    fn stored(&self, keys: &[&RowKey]) -> Result<Vec<Option<(Seq, String)>>, StorageError> {
        // Key by key, whatever the planner thinks of a table that grew since it last looked: with `id = ANY` it
        // reads all rows of the kind.
        let sql = "SELECT asked.id AS id, found.ver AS ver, found.body AS body
                   FROM unnest($3::text[]) AS asked (id), LATERAL (
                       SELECT ver, body FROM row
                       WHERE district_id = $1 AND kind = $2 AND id = asked.id LIMIT 1
                   ) AS found";
        let mut stored = Vec::with_capacity(keys.len());
        for of_kind in keys.chunk_by(|a, b| a.kind == b.kind) {
            let Some(kind) = of_kind.first().map(|key| key.kind.as_str()) else {
                continue;
            };
            let ids: Vec<&str> = of_kind.iter().map(|key| key.id.as_str()).collect();
            let mut found = HashMap::new();
            for row in self.query(sql, &[&kind, &ids])? {
                let of_row: (Seq, String) = (seq(get(&row, "ver")?)?, get(&row, "body")?);
                found.insert(get::<String>(&row, "id")?, of_row);
            }
            stored.extend(of_kind.iter().map(|key| found.remove(&key.id)));
        }
        Ok(stored)
    }

    fn put_rows(&self, changes: &[Change<'_>]) -> Result<(), StorageError> {
        let sql = (
            "INSERT INTO row (district_id, kind, id, ver, parent, day, body) VALUES",
            "ON CONFLICT (district_id, kind, id) DO UPDATE
             SET ver = excluded.ver, parent = excluded.parent, day = excluded.day, body = excluded.body",
        );
        many::insert(self, sql, 6, changes, |change| {
            vec![
                Box::new(change.key.kind.as_str()),
                Box::new(&change.key.id),
                Box::new(number(change.seq.0)),
                Box::new(change.row.parent()),
                Box::new(change.row.day().map(|day| day.to_string())),
                Box::new(&change.body),
            ]
        })
    }

    fn take_memberships(&self, places: &[(Bucket, Seq)]) -> Result<(), StorageError> {
        feed::unstamp(self, places)
    }

    fn put_memberships(&self, memberships: &[Membership<'_>]) -> Result<(), StorageError> {
        feed::stamp(self, memberships)
    }

    fn open_enterprises(&self) -> Result<BTreeSet<(UserId, Uscc)>, StorageError> {
        grants::open_enterprises(self)
    }

    fn open(&self, grants: &[(UserId, Bucket)], seq: Seq) -> Result<(), StorageError> {
        grants::open(self, grants, seq)
    }

    fn close(&self, grants: &[(UserId, Bucket)], seq: Seq, at: At) -> Result<(), StorageError> {
        grants::close(self, grants, seq, at)
    }
}

fn collect(kind: Kind, found: &[postgres::Row]) -> Result<Vec<Row>, StorageError> {
    found
        .iter()
        .map(|row| parse(kind, get(row, "id")?, get(row, "body")?))
        .collect()
}
