//! Owns taking a mutation after all that the server had put aside, for every engine (`sync.md` A.0 18).
//!
//! It is decided as for its author and as of when it came, on the rows of now; that it came too late is forgiven to
//! whom an administrator releases it, that it was never theirs to write is not. Elsewhere: putting aside (`push`), what is
//! tried again by itself (`recovery`), who may ask for this (`routes`).

use qilian_domain::command::{Command, Lateness, Rules};
use qilian_domain::ids::{At, MutId};
use qilian_domain::refusal::RefusalDocument;
use qilian_domain::row::{Row, RowKey};
use qilian_domain::rows::{Handled, HandledHow, Outcome, OutcomeStatus};
use qilian_domain::stamp::Stamp;

use super::decide::{Decided, Decider, Deed, decide, rules};
use super::staged::{RowReader, Staged};
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
    let rules = rules(tx)?;
    let forgiven = Lateness::Forgiven;
    let decided = decide_again(tx, &Staged::default(), &rules, decider, &aside, forgiven)?;
    let (rows, done) = match decided {
        Decided::Done { mut rows, .. } => {
            rows.push(released(aside, at));
            (rows, Released::Done)
        }
        Decided::Refused(refusal) => {
            let rows = vec![rejected(aside, refusal.document(), at)];
            (rows, Released::Refused(refusal))
        }
        Decided::Panicked => return Ok(Released::Failed),
    };
    write(tx, &rows, at)?;
    tx.drop_waiting(mutation)?;
    Ok(done)
}

/// Decides what was put aside, after what is staged.
pub(super) fn decide_again(
    reader: &impl RowReader,
    staged: &Staged,
    rules: &Rules,
    decider: Decider,
    aside: &Outcome,
    lateness: Lateness,
) -> Result<Decided, StorageError> {
    let command = match Command::parse(&aside.name, &aside.args) {
        Ok(command) => command,
        Err(refusal) => return Ok(Decided::Refused(refusal)),
    };
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
        lateness,
    };
    decide(reader, staged, rules, decider, &deed)
}

/// It took effect after all.
pub(super) fn released(aside: Outcome, at: At) -> Row {
    let handled = Handled {
        at,
        how: HandledHow::Released,
    };
    Row::from(Outcome {
        handled: Some(handled),
        ..aside
    })
}

/// It is refused after all; its author sees it so.
pub(super) fn rejected(aside: Outcome, why: RefusalDocument, at: At) -> Row {
    Row::from(Outcome {
        status: OutcomeStatus::Rejected,
        code: why.code,
        params: why.params,
        at,
        ..aside
    })
}
