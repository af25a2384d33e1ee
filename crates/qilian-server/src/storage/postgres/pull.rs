//! Owns what PostgreSQL offers to a pull: the buckets and the changes of a pass.
//!
//! Elsewhere: what a page is (`storage::pull`).

use postgres::Row;
use qilian_domain::bucket::Bucket;
use qilian_domain::ids::UserId;
use qilian_sync::wire::PassPosition;

use super::session::{Tx, Value, get};
use crate::storage::StorageError;
use crate::storage::stored::{bucket, number, seq};
use crate::storage::transaction::{FeedRow, Held, Member, PullTx};

/// Changes that are fetched at a time; a page of the usual size takes some of these.
const FETCHED_AT_ONCE: i64 = 512;

impl PullTx for Tx<'_> {
    fn held(
        &self,
        user: &UserId,
        of: &Held<'_>,
        take: &mut dyn FnMut(Bucket, Option<Member>) -> Result<bool, StorageError>,
    ) -> Result<(), StorageError> {
        let also = names(of.also);
        let mut after = of.after.map(Bucket::to_string).unwrap_or_default();
        // Behind a bucket as a whole: no membership stands beyond this.
        let mut after_seq = i64::MAX;
        loop {
            let values: [Value<'_>; 6] = [
                &user.as_str(),
                &number(of.changed_after.0),
                &also,
                &after,
                &after_seq,
                &FETCHED_AT_ONCE,
            ];
            let found = self.query(include_str!("held.sql"), &values)?;
            for row in &found {
                let held = match get(row, "seq")? {
                    None => None,
                    Some(at) => Some(Member {
                        kind: get(row, "kind")?,
                        id: get(row, "id")?,
                        seq: seq(at)?,
                    }),
                };
                if !take(bucket(get(row, "bucket")?)?, held)? {
                    return Ok(());
                }
            }
            let Some(last) = found.last().filter(|_| is_full(&found)) else {
                return Ok(());
            };
            after = get(last, "bucket")?;
            after_seq = get::<Option<i64>>(last, "seq")?.unwrap_or(i64::MAX);
        }
    }

    fn opened(&self, user: &UserId, pass: &PassPosition) -> Result<Vec<Bucket>, StorageError> {
        let sql = "SELECT bucket FROM grant_interval
                   WHERE district_id = $1 AND subject = $2 AND to_seq IS NULL
                   AND from_seq <= $4 AND (from_seq > $3 OR bucket = ANY($5::text[]))
                   ORDER BY bucket";
        buckets(self, sql, user, pass)
    }

    fn closed(&self, user: &UserId, pass: &PassPosition) -> Result<Vec<Bucket>, StorageError> {
        let sql = "SELECT bucket FROM (
                       SELECT bucket FROM grant_interval
                       WHERE district_id = $1 AND subject = $2
                       AND from_seq <= $3 AND to_seq > $3 AND to_seq <= $4
                       UNION
                       SELECT unnest($5::text[]) COLLATE \"C\"
                   ) AS was
                   WHERE NOT EXISTS (
                       SELECT 1 FROM grant_interval AS open
                       WHERE open.district_id = $1 AND open.subject = $2
                       AND open.bucket = was.bucket AND open.to_seq IS NULL
                       AND open.from_seq <= $4
                   )
                   ORDER BY bucket";
        buckets(self, sql, user, pass)
    }

    fn changes(
        &self,
        user: &UserId,
        pass: &PassPosition,
        take: &mut dyn FnMut(FeedRow) -> Result<bool, StorageError>,
    ) -> Result<(), StorageError> {
        let (mut after_bucket, mut after_seq) = match &pass.after {
            Some((bucket, seq)) => (bucket.to_string(), number(seq.0)),
            None => (String::new(), 0),
        };
        let again = names(&pass.again);
        loop {
            let values: [Value<'_>; 7] = [
                &user.as_str(),
                &number(pass.from.0),
                &number(pass.to.0),
                &after_bucket,
                &after_seq,
                &FETCHED_AT_ONCE,
                &again,
            ];
            let found = self.query(include_str!("pull_page.sql"), &values)?;
            for row in &found {
                if !take(change(row)?)? {
                    return Ok(());
                }
            }
            let Some(last) = found.last().filter(|_| is_full(&found)) else {
                return Ok(());
            };
            (after_bucket, after_seq) = (get(last, "bucket")?, get(last, "seq")?);
        }
    }
}

fn is_full(found: &[Row]) -> bool {
    i64::try_from(found.len()).is_ok_and(|count| count == FETCHED_AT_ONCE)
}

fn names(buckets: &[Bucket]) -> Vec<String> {
    buckets.iter().map(Bucket::to_string).collect()
}

fn buckets(
    tx: &Tx<'_>,
    sql: &str,
    user: &UserId,
    pass: &PassPosition,
) -> Result<Vec<Bucket>, StorageError> {
    let values: [Value<'_>; 4] = [
        &user.as_str(),
        &number(pass.from.0),
        &number(pass.to.0),
        &names(&pass.again),
    ];
    let found = tx.query(sql, &values)?;
    found
        .iter()
        .map(|row| bucket(get(row, "bucket")?))
        .collect()
}

fn change(row: &Row) -> Result<FeedRow, StorageError> {
    let now = match get::<Option<String>>(row, "body")? {
        Some(body) => Some((seq(get(row, "ver")?)?, body)),
        None => None,
    };
    Ok(FeedRow {
        bucket: bucket(get(row, "bucket")?)?,
        seq: seq(get(row, "seq")?)?,
        kind: get(row, "kind")?,
        id: get(row, "id")?,
        now,
    })
}
