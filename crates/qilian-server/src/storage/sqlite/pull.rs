//! Owns what SQLite offers to a pull: the buckets and the changes of a pass.
//!
//! Elsewhere: what a page is (`storage::pull`).

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::UserId;
use qilian_sync::wire::PassPosition;
use rusqlite::named_params;

use super::fault::fault;
use super::{StorageError, Tx};
use crate::storage::stored::{self, number, seq};
use crate::storage::transaction::{FeedRow, Held, Member, PullTx};

impl PullTx for Tx<'_> {
    fn held(
        &self,
        user: &UserId,
        of: &Held<'_>,
        take: &mut dyn FnMut(Bucket, Option<Member>) -> Result<bool, StorageError>,
    ) -> Result<(), StorageError> {
        let mut statement = self
            .tx
            .prepare_cached(include_str!("held.sql"))
            .map_err(fault)?;
        let mut found = statement
            .query(named_params! {
                ":district": self.district.as_str(),
                ":subject": user.as_str(),
                ":since": number(of.changed_after.0),
                ":also": json(of.also)?,
                ":after": of.after.map(Bucket::to_string).unwrap_or_default(),
            })
            .map_err(fault)?;
        while let Some(row) = found.next().map_err(fault)? {
            let held = match row.get("seq").map_err(fault)? {
                None => None,
                Some(at) => Some(Member {
                    kind: row.get("kind").map_err(fault)?,
                    id: row.get("id").map_err(fault)?,
                    seq: seq(at)?,
                }),
            };
            if !take(bucket(row)?, held)? {
                break;
            }
        }
        Ok(())
    }

    fn opened(&self, user: &UserId, pass: &PassPosition) -> Result<Vec<Bucket>, StorageError> {
        let sql = "SELECT bucket FROM grant_interval
                   WHERE district_id = :district AND subject = :subject AND to_seq IS NULL
                   AND from_seq <= :to
                   AND (from_seq > :from OR bucket IN (SELECT value FROM json_each(:again)))
                   ORDER BY bucket";
        self.buckets(sql, user, pass)
    }

    fn closed(&self, user: &UserId, pass: &PassPosition) -> Result<Vec<Bucket>, StorageError> {
        let sql = "SELECT bucket FROM (
                       SELECT bucket FROM grant_interval
                       WHERE district_id = :district AND subject = :subject
                       AND from_seq <= :from AND to_seq > :from AND to_seq <= :to
                       UNION
                       SELECT value AS bucket FROM json_each(:again)
                   ) AS was
                   WHERE NOT EXISTS (
                       SELECT 1 FROM grant_interval AS open
                       WHERE open.district_id = :district AND open.subject = :subject
                       AND open.bucket = was.bucket AND open.to_seq IS NULL
                       AND open.from_seq <= :to
                   )
                   ORDER BY bucket";
        self.buckets(sql, user, pass)
    }

    fn changes(
        &self,
        user: &UserId,
        pass: &PassPosition,
        take: &mut dyn FnMut(FeedRow) -> Result<bool, StorageError>,
    ) -> Result<(), StorageError> {
        let (after_bucket, after_seq) = match &pass.after {
            Some((bucket, seq)) => (bucket.to_string(), number(seq.0)),
            None => (String::new(), 0),
        };
        let mut statement = self
            .tx
            .prepare_cached(include_str!("pull_page.sql"))
            .map_err(fault)?;
        let mut found = statement
            .query(named_params! {
                ":district": self.district.as_str(),
                ":subject": user.as_str(),
                ":from": number(pass.from.0),
                ":to": number(pass.to.0),
                ":after_bucket": after_bucket,
                ":after_seq": after_seq,
                ":again": json(&pass.again)?,
            })
            .map_err(fault)?;
        while let Some(row) = found.next().map_err(fault)? {
            if !take(change(row)?)? {
                break;
            }
        }
        Ok(())
    }
}

impl Tx<'_> {
    fn buckets(
        &self,
        sql: &str,
        user: &UserId,
        pass: &PassPosition,
    ) -> Result<Vec<Bucket>, StorageError> {
        let mut statement = self.tx.prepare_cached(sql).map_err(fault)?;
        let mut found = statement
            .query(named_params! {
                ":district": self.district.as_str(),
                ":subject": user.as_str(),
                ":from": number(pass.from.0),
                ":to": number(pass.to.0),
                ":again": json(&pass.again)?,
            })
            .map_err(fault)?;
        let mut buckets = Vec::new();
        while let Some(row) = found.next().map_err(fault)? {
            buckets.push(bucket(row)?);
        }
        Ok(buckets)
    }
}

/// Names of buckets as one parameter.
fn json(buckets: &[Bucket]) -> Result<String, StorageError> {
    serde_json::to_string(buckets).map_err(|e| StorageError::Internal(e.into()))
}

fn change(row: &rusqlite::Row<'_>) -> Result<FeedRow, StorageError> {
    let body: Option<String> = row.get("body").map_err(fault)?;
    let now = match body {
        Some(body) => Some((seq(row.get("ver").map_err(fault)?)?, body)),
        None => None,
    };
    Ok(FeedRow {
        bucket: bucket(row)?,
        seq: seq(row.get("seq").map_err(fault)?)?,
        kind: row.get("kind").map_err(fault)?,
        id: row.get("id").map_err(fault)?,
        now,
    })
}

fn bucket(row: &rusqlite::Row<'_>) -> Result<Bucket, StorageError> {
    stored::bucket(row.get("bucket").map_err(fault)?)
}
