//! Owns reading the feed, for every engine: one page of one user's buckets, found in one snapshot.
//!
//! A bucket opened within the pass is sent whole, after a reset; one that was open before, from the pass's
//! beginning on; one opened later than the pass's end waits for the next pass, which begins there. Rows
//! of a bucket that is closed by now are never sent. Elsewhere: passes and pages (`pass`), finding
//! changes (the engines).

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{At, DeviceId, Seq};
use qilian_sync::wire::{DeviceState, Op, PullReply, PullRequest, Put};
use serde_json::value::RawValue;

use super::pass::{Page, pass};
use super::stored::bad_row;
use super::transaction::{FeedRow, PullTx};
use super::{StorageError, SyncError, SyncRefusal};

/// One page.
pub(super) fn page(
    tx: &impl PullTx,
    device: DeviceId,
    request: &PullRequest,
    at: At,
) -> Result<PullReply, SyncError> {
    // First of all: what the snapshot holds is what this number says.
    let head = tx.feed_head()?;
    let device = tx.device(device)?.ok_or(SyncRefusal::DeviceUnknown)?;
    if device.state != DeviceState::Active {
        return Err(SyncRefusal::DeviceStopped(device.state).into());
    }
    if tx.epoch()? != request.epoch {
        return Err(SyncRefusal::EpochChanged.into());
    }
    if device.incarnation != request.incarnation {
        let at = device.chain.last.next();
        return Err(SyncRefusal::Fork { at }.into());
    }
    // Whatever of its cut it was given before is not to be built on; a pull that began since then is.
    let stale = match &request.position {
        Some(position) => position.to < device.believed_from,
        None => request.cursor.seq != Seq(0) && request.cursor.seq < device.believed_from,
    };
    if stale {
        return Err(SyncRefusal::CutInvalidated.into());
    }
    let pass = pass(request, head)?;
    let mut page = Page::new(pass.clone(), request.max_bytes);
    if pass.from < pass.to {
        if pass.after.is_none() {
            let reset = tx.opened(&device.user, &pass)?;
            let dropped = tx.closed(&device.user, &pass)?;
            page.begin(reset, dropped);
        }
        tx.changes(&device.user, &pass, &mut |row| {
            let (bucket, seq, op) = change(row)?;
            Ok(page.add(bucket, seq, op))
        })?;
    }
    Ok(page.reply(head, device.chain.last, at))
}

fn change(row: FeedRow) -> Result<(Bucket, Seq, Op), StorageError> {
    let FeedRow {
        bucket,
        seq,
        kind,
        id,
        now,
    } = row;
    let op = match now {
        Some((ver, body)) => Op::Put(Put {
            ver,
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
