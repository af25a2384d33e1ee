//! Owns the comparison of buckets with what the server holds (`sync.md` A.6). One that differs is noted, and
//! pulled whole next time: a laptop mends itself, whatever it was that a disk, a bug or a person broke.
//!
//! Elsewhere: the sum (`qilian_sync::sum`), when all buckets are compared (`qilian_sync::client`).

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::At;
use qilian_sync::wire::{AuditReply, Check};
use rusqlite::Connection;

use crate::error::StoreError;
use crate::table::sync_state::SyncState;
use crate::table::{bucket_again, member, sync_state};

/// All buckets are compared this often (`sync.md` A.6).
const EVERY_MS: i64 = 7 * 24 * 3600 * 1000;

/// Whether all buckets are to be compared: never before the store has a cut.
pub(crate) fn is_due(state: &SyncState) -> bool {
    let Some(now) = state.last_complete_sync else {
        return false;
    };
    let since = |audited: At| now.ms_since(audited);
    state.position.is_none() && state.audited_at.is_none_or(|at| since(at) >= EVERY_MS)
}

/// Notes which of these buckets differ.
pub(crate) fn compare(connection: &Connection, checks: &[Check]) -> Result<(), StoreError> {
    for check in checks {
        let bucket = check.bucket.to_string();
        if member::sum(connection, &bucket)? != check.holds {
            bucket_again::add(connection, &bucket)?;
        }
    }
    Ok(())
}

/// Takes what the server's buckets hold, of those behind `after`. A bucket that is held here and not
/// named differs too.
pub(crate) fn take(
    connection: &Connection,
    after: Option<&Bucket>,
    reply: &AuditReply,
) -> Result<(), StoreError> {
    let state = sync_state::get(connection)?;
    if reply.cursor != state.cursor {
        return Ok(());
    }
    compare(connection, &reply.checks)?;
    let after = after.map(Bucket::to_string).unwrap_or_default();
    let named: Vec<_> = (reply.checks.iter())
        .map(|check| check.bucket.to_string())
        .collect();
    let last = named.last().filter(|_| reply.more);
    for bucket in member::buckets(connection)? {
        let concerned = bucket > after && last.is_none_or(|last| bucket <= *last);
        if concerned && named.binary_search(&bucket).is_err() {
            bucket_again::add(connection, &bucket)?;
        }
    }
    if !reply.more {
        sync_state::set_audited(connection, reply.server_time)?;
    }
    Ok(())
}
