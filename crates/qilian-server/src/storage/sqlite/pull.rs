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
use crate::storage::transaction::{FeedRow, PullTx};

impl PullTx for Tx<'_> {
    fn opened(&self, user: &UserId, pass: &PassPosition) -> Result<Vec<Bucket>, StorageError> {
        let sql = "SELECT bucket FROM grant_interval
                   WHERE district_id = :district AND subject = :subject AND to_seq IS NULL
                   AND from_seq > :from AND from_seq <= :to
                   ORDER BY bucket";
        self.buckets(sql, user, pass)
    }

    fn closed(&self, user: &UserId, pass: &PassPosition) -> Result<Vec<Bucket>, StorageError> {
        let sql = "SELECT bucket FROM grant_interval AS was
                   WHERE district_id = :district AND subject = :subject
                   AND from_seq <= :from AND to_seq > :from AND to_seq <= :to
                   AND NOT EXISTS (
                       SELECT 1 FROM grant_interval AS again
                       WHERE again.district_id = :district AND again.subject = :subject
                       AND again.bucket = was.bucket AND again.to_seq IS NULL
                       AND again.from_seq <= :to
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
            })
            .map_err(fault)?;
        let mut buckets = Vec::new();
        while let Some(row) = found.next().map_err(fault)? {
            buckets.push(bucket(row)?);
        }
        Ok(buckets)
    }
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
