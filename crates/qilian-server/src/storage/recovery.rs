//! Owns the time after a restore, for every engine (`sync.md` A.0 8): laptops send again what the backup lacks, each
//! in its own order and all in any order, so a mutation may come before what it stands on. It then waits, aside, and is
//! decided once more whenever something arrives; only at the end of the time is it refused.
//!
//! Elsewhere: what is sent again (the laptop's sent log), putting aside (`push`), deciding once more (`release`).

use qilian_domain::command::{Lateness, Rules};
use qilian_domain::ids::{At, Epoch, MutId};
use qilian_domain::refusal::{Refusal, RefusalDocument};
use qilian_domain::row::{Row, RowKey};
use qilian_domain::rows::{Outcome, OutcomeStatus};

use super::StorageError;
use super::aside::Aside;
use super::decide::{Decider, rules};
use super::release::{Again, decide_again, rejected, released};
use super::staged::Staged;
use super::transaction::WriteTx;
use super::write::write;

/// A week: by then every laptop that is in use has synced.
pub const RECOVERY_MS: i64 = 7 * 24 * 3600 * 1000;

/// Begins a timeline.
pub(super) fn begin(tx: &impl WriteTx, epoch: Epoch, at: At) -> Result<(), StorageError> {
    tx.begin_epoch(epoch, at.plus_ms(RECOVERY_MS))
}

/// When the last restore was; `None` on the first timeline.
pub(super) fn began(tx: &impl WriteTx) -> Result<Option<At>, StorageError> {
    let until = tx.recovers_until()?;
    Ok(until.map(|until| until.plus_ms(-RECOVERY_MS)))
}

/// Whether what was sent again may wait.
pub(super) fn is_open(tx: &impl WriteTx, at: At) -> Result<bool, StorageError> {
    Ok(tx.recovers_until()?.is_some_and(|until| at < until))
}

/// Decides what waits once more, in the order in which it had its effect before, each after the ones before it.
/// Whatever still stands on something missing goes on waiting; so does what can't be read, and it holds up nobody.
pub(super) fn retry(tx: &impl WriteTx, decider: Decider, at: At) -> Result<(), StorageError> {
    let waiting = tx.waiting()?;
    if waiting.is_empty() {
        return Ok(());
    }
    let rules = rules(tx)?;
    let mut staged = Staged::default();
    for mutation in waiting {
        let waits = match retry_one(tx, decider, &rules, &mut staged, mutation, at) {
            Err(StorageError::Corrupt(why)) => {
                tracing::error!(%mutation, why, "what waits can't be decided");
                true
            }
            other => other?,
        };
        if !waits {
            tx.drop_waiting(mutation)?;
        }
    }
    write(tx, &staged.into_rows(), at).map(drop)
}

/// Decides one of them; whether it goes on waiting.
fn retry_one(
    tx: &impl WriteTx,
    decider: Decider,
    rules: &Rules,
    staged: &mut Staged,
    mutation: MutId,
    at: At,
) -> Result<bool, StorageError> {
    let Some(aside) = aside(tx, &RowKey::of::<Outcome>(mutation))? else {
        return Ok(false);
    };
    let rows = match decide_again(tx, staged, rules, decider, &aside, Lateness::Weighed)? {
        Again::Done { mut rows, merged } => {
            rows.push(released(aside, merged, at));
            rows
        }
        Again::Refused(refusal) if refusal.may_pass() => return Ok(true),
        Again::Refused(Refusal::TooLate) => {
            let late = Aside::late(Refusal::TooLate.document());
            let (code, params) = (late.code, late.params);
            vec![Row::from(Outcome {
                code,
                params,
                ..aside
            })]
        }
        Again::Refused(refusal) => vec![rejected(aside, refusal.document(), at)],
        Again::Panicked => return Ok(true),
    };
    staged.take(rows);
    Ok(false)
}

/// Refuses what still waits, once the time is over, for the reason that it waited for.
pub(super) fn end(tx: &impl WriteTx, at: At) -> Result<(), StorageError> {
    if is_open(tx, at)? {
        return Ok(());
    }
    let mut refused = Vec::new();
    for mutation in tx.waiting()? {
        if let Some(aside) = aside(tx, &RowKey::of::<Outcome>(mutation))? {
            let why = Aside::waited_for(&aside.params);
            let why = why.unwrap_or_else(|| RefusalDocument {
                code: aside.code.clone(),
                params: aside.params.clone(),
            });
            refused.push(rejected(aside, why, at));
        }
        tx.drop_waiting(mutation)?;
    }
    write(tx, &refused, at).map(drop)
}

/// What is aside and was not seen to.
fn aside(tx: &impl WriteTx, key: &RowKey) -> Result<Option<Outcome>, StorageError> {
    let outcome = tx.row(key)?.and_then(|row| Outcome::try_from(row).ok());
    Ok(outcome.filter(|o| o.status == OutcomeStatus::Quarantined && o.handled.is_none()))
}
