//! Owns how long the server remembers what left a bucket, for every engine (`sync.md` A.6). A laptop that was
//! away for longer gets its rows anew; what it has written is sent before that, as ever.
//!
//! Elsewhere: what a pull makes of the floor (`pass`), the SQL (the engines).

use qilian_domain::ids::At;

use super::StorageError;
use super::transaction::SweepTx;

/// So long a laptop may be away and still hear what left its buckets: over a year, for somebody on leave.
const HORIZON_MS: i64 = 400 * 24 * 3600 * 1000;

/// Whether there is nothing to forget.
pub(super) fn is_clean(tx: &impl SweepTx, at: At) -> Result<bool, StorageError> {
    Ok(tx.head_before(at.plus_ms(-HORIZON_MS))? <= Some(tx.floor()?))
}

/// Forgets; tells whether there was anything to forget.
pub(super) fn sweep(tx: &impl SweepTx, at: At) -> Result<bool, StorageError> {
    match tx.head_before(at.plus_ms(-HORIZON_MS))? {
        Some(through) if through > tx.floor()? => tx.forget(through).map(|()| true),
        _ => Ok(false),
    }
}
