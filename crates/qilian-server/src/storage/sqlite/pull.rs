//! Owns reading the feed: one page of one user's buckets, found in one snapshot.
//!
//! A bucket opened within the pass is sent whole, after a reset; one that was open before, from the pass's
//! beginning on; one opened later than the pass's end waits for the next pass, which begins there. Rows
//! of a bucket that is closed by now are never sent. Elsewhere: passes and pages (`storage::pass`).

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{At, DeviceId, DistrictId, Seq};
use qilian_sync::wire::{DeviceState, Op, PassPosition, PullReply, PullRequest, Put};
use rusqlite::{Transaction, named_params};
use serde_json::value::RawValue;

use super::fault::{bad_row, fault};
use super::{Device, StorageError, SyncError, devices, districts, feed};
use crate::storage::SyncRefusal;
use crate::storage::pass::{Page, pass};

/// One page.
pub(super) fn page(
    tx: &Transaction<'_>,
    district: &DistrictId,
    device: DeviceId,
    request: &PullRequest,
    at: At,
) -> Result<PullReply, SyncError> {
    let head = feed::head(tx, district)?;
    let device = devices::by_id(tx, district, device)?.ok_or(SyncRefusal::DeviceUnknown)?;
    if device.state != DeviceState::Active {
        return Err(SyncRefusal::DeviceStopped(device.state).into());
    }
    if districts::epoch(tx, district)? != request.epoch {
        return Err(SyncRefusal::EpochChanged.into());
    }
    if device.incarnation != request.incarnation {
        let at = device.chain.last.next();
        return Err(SyncRefusal::Fork { at }.into());
    }
    let pass = pass(request, head)?;
    let mut page = Page::new(pass.clone(), request.max_bytes);
    if pass.from < pass.to {
        if pass.after.is_none() {
            let reset = opened(tx, district, &device, &pass)?;
            let dropped = closed(tx, district, &device, &pass)?;
            page.begin(reset, dropped);
        }
        fill(tx, district, &device, &pass, &mut page)?;
    }
    Ok(page.reply(head, device.chain.last, at))
}

/// Buckets opened within the pass and still open.
fn opened(
    tx: &Transaction<'_>,
    district: &DistrictId,
    device: &Device,
    pass: &PassPosition,
) -> Result<Vec<Bucket>, StorageError> {
    let sql = "SELECT bucket FROM grant_interval
               WHERE district_id = :district AND subject = :subject AND to_seq IS NULL
               AND from_seq > :from AND from_seq <= :to
               ORDER BY bucket";
    buckets(tx, sql, district, device, pass)
}

/// Buckets that were open when the pass began and closed within it, and that did not open again.
fn closed(
    tx: &Transaction<'_>,
    district: &DistrictId,
    device: &Device,
    pass: &PassPosition,
) -> Result<Vec<Bucket>, StorageError> {
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
    buckets(tx, sql, district, device, pass)
}

fn buckets(
    tx: &Transaction<'_>,
    sql: &str,
    district: &DistrictId,
    device: &Device,
    pass: &PassPosition,
) -> Result<Vec<Bucket>, StorageError> {
    let mut statement = tx.prepare_cached(sql).map_err(fault)?;
    let mut found = statement
        .query(named_params! {
            ":district": district.as_str(),
            ":subject": device.user.as_str(),
            ":from": feed::number(pass.from),
            ":to": feed::number(pass.to),
        })
        .map_err(fault)?;
    let mut buckets = Vec::new();
    while let Some(row) = found.next().map_err(fault)? {
        buckets.push(bucket(row)?);
    }
    Ok(buckets)
}

/// Adds changes until the page is full or the pass is over.
fn fill(
    tx: &Transaction<'_>,
    district: &DistrictId,
    device: &Device,
    pass: &PassPosition,
    page: &mut Page,
) -> Result<(), StorageError> {
    let (after_bucket, after_seq) = match &pass.after {
        Some((bucket, seq)) => (bucket.to_string(), feed::number(*seq)),
        None => (String::new(), 0),
    };
    let mut statement = tx
        .prepare_cached(include_str!("pull_page.sql"))
        .map_err(fault)?;
    let mut found = statement
        .query(named_params! {
            ":district": district.as_str(),
            ":subject": device.user.as_str(),
            ":from": feed::number(pass.from),
            ":to": feed::number(pass.to),
            ":after_bucket": after_bucket,
            ":after_seq": after_seq,
        })
        .map_err(fault)?;
    while let Some(row) = found.next().map_err(fault)? {
        let (bucket, seq, op) = change(row)?;
        if !page.add(bucket, seq, op) {
            break;
        }
    }
    Ok(())
}

fn change(row: &rusqlite::Row<'_>) -> Result<(Bucket, Seq, Op), StorageError> {
    let bucket = bucket(row)?;
    let seq = Seq(devices::count(row, "seq")?);
    let kind: String = row.get("kind").map_err(fault)?;
    let id: String = row.get("id").map_err(fault)?;
    let body: Option<String> = row.get("body").map_err(fault)?;
    let op = match body {
        Some(body) => Op::Put(Put {
            ver: Seq(devices::count(row, "ver")?),
            body: RawValue::from_string(body).map_err(|e| bad_row("row", &id, e))?,
            bucket: bucket.clone(),
            kind,
            id,
        }),
        None => Op::Del {
            bucket: bucket.clone(),
            kind,
            id,
        },
    };
    Ok((bucket, seq, op))
}

fn bucket(row: &rusqlite::Row<'_>) -> Result<Bucket, StorageError> {
    let text: String = row.get("bucket").map_err(fault)?;
    Bucket::try_from(text.clone()).map_err(|e| bad_row("grant_interval", text, e))
}
