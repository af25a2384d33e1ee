//! Owns the tables `mutation` and `attempt`.
//!
//! Elsewhere: what a push means (`storage::push`).

use std::collections::BTreeMap;

use postgres::Row;
use qilian_domain::ids::{At, DeviceId, MutId, MutSeq};
use qilian_sync::push::ChainEnd;

use super::session::{Tx, get};
use super::{devices, many};
use crate::storage::stored::{LinkColumns, bad_row, count, number, status_name};
use crate::storage::transaction::{Link, PushTx};
use crate::storage::{Device, StorageError};

impl PushTx for Tx<'_> {
    fn lock_device(&self, device: DeviceId) -> Result<Option<Device>, StorageError> {
        devices::lock(self, device)
    }

    fn links(
        &self,
        device: &Device,
        from: MutSeq,
        count: usize,
    ) -> Result<Vec<Link>, StorageError> {
        let sql = "SELECT mut_seq, mut_id, hash, payload_hash, copied, status, code, params, at_seq
                   FROM mutation
                   WHERE district_id = $1 AND device_id = $2 AND incarnation = $3 AND mut_seq >= $4
                   ORDER BY mut_seq LIMIT $5";
        let found = self.query(
            sql,
            &[
                &device.id.to_string(),
                &number(device.incarnation.0),
                &number(from.0),
                &i64::try_from(count).unwrap_or(i64::MAX),
            ],
        )?;
        found.iter().map(read).collect()
    }

    fn effects(&self, mutations: &[MutId]) -> Result<Vec<Link>, StorageError> {
        // Key by key, as with rows.
        let sql = "SELECT found.* FROM unnest($2::text[]) AS asked (mut_id), LATERAL (
                       SELECT mut_seq, mut_id, hash, payload_hash, copied, status, code, params, at_seq
                       FROM mutation WHERE district_id = $1 AND mut_id = asked.mut_id AND NOT copied LIMIT 1
                   ) AS found";
        self.query(sql, &[&texts(mutations)])?
            .iter()
            .map(read)
            .collect()
    }

    fn attempts(&self, mutations: &[MutId]) -> Result<BTreeMap<MutId, u32>, StorageError> {
        let sql =
            "SELECT mut_id, attempts FROM attempt WHERE district_id = $1 AND mut_id = ANY($2)";
        let found = self.query(sql, &[&texts(mutations)])?;
        let failed = found.iter().map(|row| {
            let id: String = get(row, "mut_id")?;
            let id = id.parse().map_err(|e| bad_row("attempt", &id, e))?;
            Ok((id, times(row)?))
        });
        failed.collect()
    }

    fn extend(&self, device: &Device, links: &[Link], at: At) -> Result<(), StorageError> {
        let sql = (
            "INSERT INTO mutation (district_id, device_id, incarnation, mut_seq, mut_id, hash, payload_hash,
                                   copied, status, code, params, at_seq, received_at) VALUES",
            "",
        );
        many::insert(self, sql, 12, links, |link| {
            let outcome = &link.outcome;
            vec![
                Box::new(device.id.to_string()),
                Box::new(number(device.incarnation.0)),
                Box::new(number(outcome.mut_seq.0)),
                Box::new(outcome.mut_id.to_string()),
                Box::new(link.hash.bytes().as_slice()),
                Box::new(link.payload_hash.as_slice()),
                Box::new(link.copied),
                Box::new(status_name(outcome.status)),
                Box::new(&outcome.code),
                Box::new(outcome.params.to_string()),
                Box::new(number(outcome.at_seq.0)),
                Box::new(at.unix_ms()),
            ]
        })?;
        let Some(last) = links.last() else {
            return Ok(());
        };
        let end = ChainEnd {
            last: last.outcome.mut_seq,
            hash: last.hash,
        };
        devices::move_end(self, device.id, end)
    }
}

fn texts(mutations: &[MutId]) -> Vec<String> {
    mutations.iter().map(MutId::to_string).collect()
}

/// Counts a failure of the server on a mutation, and says how many there were.
pub(super) fn count_attempt(tx: &Tx<'_>, mutation: MutId) -> Result<u32, StorageError> {
    let sql = "INSERT INTO attempt AS made (district_id, mut_id, attempts) VALUES ($1, $2, 1)
               ON CONFLICT (district_id, mut_id) DO UPDATE SET attempts = made.attempts + 1
               RETURNING attempts";
    let found = tx.one(sql, &[&mutation.to_string()])?;
    found.map_or(Ok(0), |row| times(&row))
}

fn times(row: &Row) -> Result<u32, StorageError> {
    let times = count(get(row, "attempts")?)?;
    Ok(u32::try_from(times).unwrap_or(u32::MAX))
}

fn read(row: &Row) -> Result<Link, StorageError> {
    LinkColumns {
        mut_seq: get(row, "mut_seq")?,
        mut_id: get(row, "mut_id")?,
        hash: get(row, "hash")?,
        payload_hash: get(row, "payload_hash")?,
        copied: get(row, "copied")?,
        status: get(row, "status")?,
        code: get(row, "code")?,
        params: get(row, "params")?,
        at_seq: get(row, "at_seq")?,
    }
    .try_into()
}
