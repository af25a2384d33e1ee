//! Owns the tables `mutation` and `attempt`, and the transaction of a push as SQLite offers it.

use std::collections::BTreeMap;

use qilian_domain::ids::{At, DeviceId, DistrictId, MutId, MutSeq};
use qilian_sync::push::ChainEnd;
use rusqlite::{OptionalExtension as _, Transaction, named_params};

use super::fault::fault;
use super::{Device, StorageError, Tx, devices};
use crate::storage::stored::{LinkColumns, number, status_name};
use crate::storage::transaction::{DistrictTx as _, Link, PushTx};

impl PushTx for Tx<'_> {
    fn lock_device(&self, device: DeviceId) -> Result<Option<Device>, StorageError> {
        // The transaction is IMMEDIATE: nobody else writes until it ends.
        self.device(device)
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
                ":incarnation": number(device.incarnation.0),
                ":from": number(from.0),
                ":count": i64::try_from(count).unwrap_or(i64::MAX),
            })
            .map_err(fault)?;
        let mut links = Vec::new();
        while let Some(row) = found.next().map_err(fault)? {
            links.push(read(row)?);
        }
        Ok(links)
    }

    fn effects(&self, mutations: &[MutId]) -> Result<Vec<Link>, StorageError> {
        let mut statement = self
            .tx
            .prepare_cached(
                "SELECT mut_seq, mut_id, hash, payload_hash, copied, status, code, params, at_seq
                 FROM mutation
                 WHERE district_id = :district AND mut_id = :mutation AND copied = 0",
            )
            .map_err(fault)?;
        let mut links = Vec::new();
        for mutation in mutations {
            let of = named_params! {
                ":district": self.district.as_str(), ":mutation": mutation.to_string()
            };
            let mut found = statement.query(of).map_err(fault)?;
            if let Some(row) = found.next().map_err(fault)? {
                links.push(read(row)?);
            }
        }
        Ok(links)
    }

    fn attempts(&self, mutations: &[MutId]) -> Result<BTreeMap<MutId, u32>, StorageError> {
        let mut statement = self
            .tx
            .prepare_cached(
                "SELECT attempts FROM attempt WHERE district_id = :district AND mut_id = :mutation",
            )
            .map_err(fault)?;
        let mut failed = BTreeMap::new();
        for mutation in mutations {
            let of = named_params! {
                ":district": self.district.as_str(), ":mutation": mutation.to_string()
            };
            let times = statement.query_row(of, |row| row.get("attempts"));
            if let Some(times) = times.optional().map_err(fault)? {
                failed.insert(*mutation, times);
            }
        }
        Ok(failed)
    }

    fn extend(&self, device: &Device, links: &[Link], at: At) -> Result<(), StorageError> {
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
    Tx { tx, district }: &Tx<'_>,
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
            ":incarnation": number(device.incarnation.0),
            ":mut_seq": number(outcome.mut_seq.0),
            ":mut_id": outcome.mut_id.to_string(),
            ":hash": link.hash.bytes(),
            ":payload_hash": link.payload_hash,
            ":copied": link.copied,
            ":status": status_name(outcome.status),
            ":code": outcome.code,
            ":params": outcome.params.to_string(),
            ":at_seq": number(outcome.at_seq.0),
            ":at": at.unix_ms(),
        })
    })
    .map_err(fault)?;
    Ok(())
}

fn read(row: &rusqlite::Row<'_>) -> Result<Link, StorageError> {
    columns(row).map_err(fault)?.try_into()
}

fn columns(row: &rusqlite::Row<'_>) -> rusqlite::Result<LinkColumns> {
    Ok(LinkColumns {
        mut_seq: row.get("mut_seq")?,
        mut_id: row.get("mut_id")?,
        hash: row.get("hash")?,
        payload_hash: row.get("payload_hash")?,
        copied: row.get("copied")?,
        status: row.get("status")?,
        code: row.get("code")?,
        params: row.get("params")?,
        at_seq: row.get("at_seq")?,
    })
}
