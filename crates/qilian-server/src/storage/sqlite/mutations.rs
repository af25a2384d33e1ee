//! Owns the tables `mutation` and `attempt`, and the transaction of a push as SQLite offers it.

use chrono::NaiveDate;
use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{At, DeviceId, DistrictId, Epoch, MutId, MutSeq, Seq, UserId};
use qilian_domain::row::{Kind, Row, RowKey};
use qilian_sync::chain::ChainHash;
use qilian_sync::push::ChainEnd;
use qilian_sync::wire::{OutcomeReply, ReplyStatus};
use rusqlite::{OptionalExtension as _, Transaction, named_params};
use serde_json::Value;

use super::fault::{bad_row, fault};
use super::{Device, StorageError, Tx, Written, devices, districts, feed, grants, rows};
use crate::storage::staged::RowReader;
use crate::storage::{Link, PushTx};

impl RowReader for Tx<'_> {
    fn row(&self, key: &RowKey) -> Result<Option<Row>, StorageError> {
        rows::one(self.tx, self.district, key)
    }

    fn children(
        &self,
        kind: Kind,
        parent: &str,
        days: Option<(NaiveDate, NaiveDate)>,
    ) -> Result<Vec<Row>, StorageError> {
        rows::children(self.tx, self.district, kind, parent, days)
    }

    fn all(&self, kind: Kind) -> Result<Vec<Row>, StorageError> {
        rows::all(self.tx, self.district, kind)
    }

    fn in_scope(
        &self,
        user: &UserId,
        bucket: &Bucket,
        base: Option<Seq>,
        at: At,
    ) -> Result<bool, StorageError> {
        grants::in_scope(self.tx, self.district, user, bucket, base, at)
    }
}

impl PushTx for Tx<'_> {
    fn head(&self) -> Result<(Epoch, Seq), StorageError> {
        let epoch = districts::epoch(self.tx, self.district)?;
        Ok((epoch, feed::head(self.tx, self.district)?))
    }

    fn lock_device(&self, device: DeviceId) -> Result<Option<Device>, StorageError> {
        // The transaction is IMMEDIATE: nobody else writes until it ends.
        devices::by_id(self.tx, self.district, device)
    }

    fn links(
        &self,
        device: &Device,
        from: MutSeq,
        count: usize,
    ) -> Result<Vec<Link>, StorageError> {
        let mut statement = self
            .tx
            .prepare_cached(
                "SELECT mut_seq, mut_id, hash, payload_hash, copied, status, code, params, at_seq
                 FROM mutation
                 WHERE district_id = :district AND device_id = :device
                 AND incarnation = :incarnation AND mut_seq >= :from
                 ORDER BY mut_seq LIMIT :count",
            )
            .map_err(fault)?;
        let mut found = statement
            .query(named_params! {
                ":district": self.district.as_str(),
                ":device": device.id.to_string(),
                ":incarnation": devices::number(device.incarnation.0),
                ":from": devices::number(from.0),
                ":count": i64::try_from(count).unwrap_or(i64::MAX),
            })
            .map_err(fault)?;
        let mut links = Vec::new();
        while let Some(row) = found.next().map_err(fault)? {
            links.push(read(row)?);
        }
        Ok(links)
    }

    fn effect(&self, mutation: MutId) -> Result<Option<Link>, StorageError> {
        let mut statement = self
            .tx
            .prepare_cached(
                "SELECT mut_seq, mut_id, hash, payload_hash, copied, status, code, params, at_seq
                 FROM mutation
                 WHERE district_id = :district AND mut_id = :mutation AND copied = 0",
            )
            .map_err(fault)?;
        let of = named_params! {
            ":district": self.district.as_str(), ":mutation": mutation.to_string()
        };
        let mut found = statement.query(of).map_err(fault)?;
        found.next().map_err(fault)?.map(read).transpose()
    }

    fn attempts(&self, mutation: MutId) -> Result<u32, StorageError> {
        self.tx
            .prepare_cached(
                "SELECT attempts FROM attempt WHERE district_id = :district AND mut_id = :mutation",
            )
            .and_then(|mut s| {
                let of = named_params! {
                    ":district": self.district.as_str(), ":mutation": mutation.to_string()
                };
                s.query_row(of, |row| row.get("attempts")).optional()
            })
            .map(Option::unwrap_or_default)
            .map_err(fault)
    }

    fn write(&mut self, rows: &[Row], at: At) -> Result<Written, StorageError> {
        rows::write(self.tx, self.district, rows, at)
    }

    fn extend(&mut self, device: &Device, links: &[Link], at: At) -> Result<(), StorageError> {
        for link in links {
            insert(self.tx, self.district, device, link, at)?;
        }
        let Some(last) = links.last() else {
            return Ok(());
        };
        let end = ChainEnd {
            last: last.outcome.mut_seq,
            hash: last.hash,
        };
        devices::move_end(self.tx, self.district, device.id, end)
    }
}

/// Counts a failure of the server on a mutation, and says how many there were.
pub(super) fn count_attempt(
    tx: &Transaction<'_>,
    district: &DistrictId,
    mutation: MutId,
) -> Result<u32, StorageError> {
    tx.query_row(
        "INSERT INTO attempt (district_id, mut_id, attempts) VALUES (:district, :mutation, 1)
         ON CONFLICT (district_id, mut_id) DO UPDATE SET attempts = attempts + 1
         RETURNING attempts",
        named_params! { ":district": district.as_str(), ":mutation": mutation.to_string() },
        |row| row.get("attempts"),
    )
    .map_err(fault)
}

fn insert(
    tx: &Transaction<'_>,
    district: &DistrictId,
    device: &Device,
    link: &Link,
    at: At,
) -> Result<(), StorageError> {
    let outcome = &link.outcome;
    tx.prepare_cached(
        "INSERT INTO mutation (district_id, device_id, incarnation, mut_seq, mut_id, hash,
                               payload_hash, copied, status, code, params, at_seq, received_at)
         VALUES (:district, :device, :incarnation, :mut_seq, :mut_id, :hash,
                 :payload_hash, :copied, :status, :code, :params, :at_seq, :at)",
    )
    .and_then(|mut s| {
        s.execute(named_params! {
            ":district": district.as_str(),
            ":device": device.id.to_string(),
            ":incarnation": devices::number(device.incarnation.0),
            ":mut_seq": devices::number(outcome.mut_seq.0),
            ":mut_id": outcome.mut_id.to_string(),
            ":hash": link.hash.bytes(),
            ":payload_hash": link.payload_hash,
            ":copied": link.copied,
            ":status": status_name(outcome.status),
            ":code": outcome.code,
            ":params": outcome.params.to_string(),
            ":at_seq": feed::number(outcome.at_seq),
            ":at": at.unix_ms(),
        })
    })
    .map_err(fault)?;
    Ok(())
}

fn read(row: &rusqlite::Row<'_>) -> Result<Link, StorageError> {
    let mut_id: String = row.get("mut_id").map_err(fault)?;
    let bad = |why: &dyn std::fmt::Display| bad_row("mutation", &mut_id, why);
    let hash: Vec<u8> = row.get("hash").map_err(fault)?;
    let params: String = row.get("params").map_err(fault)?;
    let status: String = row.get("status").map_err(fault)?;
    let outcome = OutcomeReply {
        mut_seq: MutSeq(devices::count(row, "mut_seq")?),
        status: status_named(&status).ok_or_else(|| bad(&status))?,
        code: row.get("code").map_err(fault)?,
        params: serde_json::from_str::<Value>(&params).map_err(|e| bad(&e))?,
        at_seq: Seq(devices::count(row, "at_seq")?),
        mut_id: mut_id.parse().map_err(|e: uuid::Error| bad(&e))?,
    };
    Ok(Link {
        hash: ChainHash::try_from(hash.as_slice()).map_err(|e| bad(&e))?,
        payload_hash: row.get("payload_hash").map_err(fault)?,
        copied: row.get("copied").map_err(fault)?,
        outcome,
    })
}

const fn status_name(status: ReplyStatus) -> &'static str {
    match status {
        ReplyStatus::Applied => "applied",
        ReplyStatus::Merged => "merged",
        ReplyStatus::Rejected => "rejected",
        ReplyStatus::Quarantined => "quarantined",
    }
}

fn status_named(name: &str) -> Option<ReplyStatus> {
    match name {
        "applied" => Some(ReplyStatus::Applied),
        "merged" => Some(ReplyStatus::Merged),
        "rejected" => Some(ReplyStatus::Rejected),
        "quarantined" => Some(ReplyStatus::Quarantined),
        _ => None,
    }
}
