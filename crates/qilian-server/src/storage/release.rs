//! Owns taking a mutation after all that the server had put aside, for every engine (`sync.md` A.0 18).
//!
//! It is decided as for its author and as of when it came, on the rows of now; that it came too late is forgiven, that
//! it was never theirs to write is not. Elsewhere: putting aside
//! (`push`), who may ask for this (`routes`).

use qilian_domain::command::{Command, Lateness};
use qilian_domain::ids::{At, MutId};
use qilian_domain::row::{Row, RowKey};
use qilian_domain::rows::{Handled, HandledHow, Outcome, OutcomeStatus};
use qilian_domain::stamp::Stamp;

use super::decide::{Decided, Decider, Deed, decide, rules};
use super::staged::Staged;
use super::transaction::WriteTx;
use super::{Released, StorageError, grants, write::write};

/// Decides it once more.
pub(super) fn release(
    tx: &impl WriteTx,
    decider: Decider,
    mutation: MutId,
    at: At,
) -> Result<Released, StorageError> {
    let Some(Row::Outcome(aside)) = tx.row(&RowKey::of::<Outcome>(mutation))? else {
        return Ok(Released::Unknown);
    };
    if aside.status != OutcomeStatus::Quarantined || aside.handled.is_some() {
        return Ok(Released::Unknown);
    }
    grants::settle(tx, at)?;
    let decided = match Command::parse(&aside.name, &aside.args) {
        Ok(command) => {
            let written = aside.written.unwrap_or(Stamp {
                device: aside.at,
                offset_ms: Some(0),
                received: None,
            });
            let deed = Deed {
                actor: &aside.user,
                command: &command,
                stamp: Stamp {
                    received: Some(aside.at),
                    ..written
                },
                base: aside.base_seq,
                lateness: Lateness::Forgiven,
            };
            decide(tx, &Staged::default(), &rules(tx)?, decider, &deed)?
        }
        Err(refusal) => Decided::Refused(refusal),
    };
    match decided {
        Decided::Done { mut rows, .. } => {
            let handled = Handled {
                at,
                how: HandledHow::Released,
            };
            rows.push(Row::from(Outcome {
                handled: Some(handled),
                ..aside
            }));
            write(tx, &rows, at)?;
            Ok(Released::Done)
        }
        Decided::Refused(refusal) => {
            let document = refusal.document();
            let rejected = Outcome {
                status: OutcomeStatus::Rejected,
                code: document.code,
                params: document.params,
                at,
                ..aside
            };
            write(tx, &[Row::from(rejected)], at)?;
            Ok(Released::Refused(refusal))
        }
        Decided::Panicked => Ok(Released::Failed),
    }
}
