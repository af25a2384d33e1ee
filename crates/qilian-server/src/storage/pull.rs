//! Owns reading the feed, for every engine: one page of one user's buckets, found in one snapshot.
//!
//! A bucket opened within the pass is sent whole, after a reset; one that was open before, from the pass's
//! beginning on; one opened later than the pass's end waits for the next pass, which begins there. Rows
//! of a bucket that is closed by now are never sent. Elsewhere: passes and pages (`pass`), finding
//! changes (the engines).

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{At, DeviceId, Epoch, Incarnation, Seq};
use qilian_sync::sum::BucketSum;
use qilian_sync::wire::{
    AuditReply, AuditRequest, Check, Cursor, DeviceState, Op, PassPosition, PullReply, PullRequest,
    Put,
};
use serde_json::value::RawValue;

use super::pass::{Page, pass};
use super::stored::bad_row;
use super::transaction::{FeedRow, Held, PullTx};
use super::{Device, StorageError, SyncError, SyncRefusal, leaving};

/// Sums that a page carries at most; more of them are left to an audit.
const CHECKS: usize = 5_000;

/// One page.
pub(super) fn page(
    tx: &impl PullTx,
    device: DeviceId,
    request: &PullRequest,
    at: At,
) -> Result<PullReply, SyncError> {
    // First of all: what the snapshot holds is what this number says.
    let head = tx.feed_head()?;
    let device = caller(tx, device, request.epoch, request.incarnation)?;
    // Below it the server forgot what left a bucket, or an administrator does not believe what was given.
    let floor = tx.floor()?.max(device.believed_from);
    let (pass, anew) = pass(request, head, floor)?;
    if request.cursor.seq >= floor {
        check_history(tx, request.cursor)?;
    }
    if !request.again.is_empty() {
        tracing::warn!(device = %device.id, buckets = ?request.again, "a laptop asks for buckets again");
    }
    let mut page = Page::new(pass.clone(), anew, request);
    if pass.from < pass.to || !pass.again.is_empty() {
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
    let is_news = request.cursor.seq < head || !pass.again.is_empty();
    let checks = if is_news && page.completes(head) {
        let (checks, more) = checks(tx, &device, &brought(request, &pass))?;
        if more { Vec::new() } else { checks }
    } else {
        Vec::new()
    };
    let head = cursor(tx, head)?;
    Ok(PullReply {
        checks,
        ..page.reply(head, device.chain.last, at)
    })
}

/// What the buckets of a user hold.
pub(super) fn audit(
    tx: &impl PullTx,
    device: DeviceId,
    request: &AuditRequest,
    at: At,
) -> Result<AuditReply, SyncError> {
    let head = tx.feed_head()?;
    let device = caller(tx, device, request.epoch, request.incarnation)?;
    let cursor = cursor(tx, head)?;
    let (checks, more) = if request.cursor == cursor {
        let all = Held {
            changed_after: Seq(0),
            also: &[],
            after: request.after.as_ref(),
        };
        checks(tx, &device, &all)?
    } else {
        (Vec::new(), false)
    };
    Ok(AuditReply {
        cursor,
        checks,
        more,
        server_time: at,
    })
}

/// The device, if it may pull, on this timeline.
fn caller(
    tx: &impl PullTx,
    device: DeviceId,
    epoch: Epoch,
    incarnation: Incarnation,
) -> Result<Device, SyncError> {
    let device = tx.device(device)?.ok_or(SyncRefusal::DeviceUnknown)?;
    if device.state != DeviceState::Active {
        return Err(SyncRefusal::DeviceStopped(device.state).into());
    }
    // First: also who leaves has to send again what a backup that was brought back does not have.
    if tx.epoch()? != epoch {
        return Err(SyncRefusal::EpochChanged.into());
    }
    leaving::may_be_given(tx, &device.user)?;
    if device.incarnation != incarnation {
        let at = device.chain.last.next();
        return Err(SyncRefusal::Fork { at }.into());
    }
    Ok(device)
}

/// Refuses a cursor of a history that this is not: somebody put an older file in the place of the
/// database and did not say so (`sync.md` A.0 8).
fn check_history(tx: &impl PullTx, cursor: Cursor) -> Result<(), SyncError> {
    let Some(mark) = cursor.mark else {
        return Ok(());
    };
    if tx.mark_at(cursor.seq)? == Some(mark) {
        return Ok(());
    }
    tracing::error!(
        seq = %cursor.seq,
        "a laptop knows another history of this district: was an old database put in its place? \
         See `restore` in the operator's handbook"
    );
    Err(SyncRefusal::EpochChanged.into())
}

fn cursor(tx: &impl PullTx, head: Seq) -> Result<Cursor, StorageError> {
    Ok(Cursor {
        seq: head,
        mark: tx.mark_at(head)?,
    })
}

/// The buckets that a pull, which may have had many passes, brought something of.
fn brought<'a>(request: &PullRequest, last: &'a PassPosition) -> Held<'a> {
    Held {
        changed_after: request.cursor.seq.min(last.from),
        also: &last.again,
        after: None,
    }
}

/// What these buckets hold; whether there are more than fit.
fn checks(
    tx: &impl PullTx,
    device: &Device,
    of: &Held<'_>,
) -> Result<(Vec<Check>, bool), StorageError> {
    let mut checks: Vec<Check> = Vec::new();
    let mut more = false;
    tx.held(&device.user, of, &mut |bucket, held| {
        if checks.last().is_none_or(|last| last.bucket != bucket) {
            if checks.len() == CHECKS {
                more = true;
                return Ok(false);
            }
            checks.push(Check {
                bucket,
                holds: BucketSum::default(),
            });
        }
        if let (Some(last), Some(row)) = (checks.last_mut(), held) {
            last.holds.add(&row.kind, &row.id, row.seq);
        }
        Ok(true)
    })?;
    Ok((checks, more))
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
