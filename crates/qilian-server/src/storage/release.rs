//! Owns taking a mutation after all that the server had put aside, for every engine (`sync.md` A.0 18).
//!
//! It is decided as for its author and as of when it came, on the rows of now; that it came too late is forgiven to
//! whom an administrator releases it, that it was never theirs to write is not. Elsewhere: putting aside (`push`), what is
//! tried again by itself (`recovery`), who may ask for this (`routes`).

use qilian_domain::command::{Command, Lateness, Rules};
use qilian_domain::ids::{At, MutId};
use qilian_domain::refusal::{Refusal, RefusalDocument};
use qilian_domain::row::{Row, RowKey};
use qilian_domain::rows::{Handled, HandledHow, Outcome, OutcomeStatus};
use qilian_domain::stamp::Stamp;

use super::aside::Aside;
use super::decide::{Decided, Decider, Deed, decide, rules};
use super::staged::{RowReader, Staged};
use super::transaction::WriteTx;
use super::{Released, StorageError, grants, telling, write::write};

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
        Again::Done { mut rows, merged } => {
            rows.push(released(aside, merged, at));
            (rows, Released::Done)
        }
        Again::Refused(refusal) => {
            let rows = vec![rejected(aside, refusal.document(), at)];
            (rows, Released::Refused(refusal))
        }
        Again::Panicked => return Ok(Released::Failed),
    };
    write(tx, &rows, at)?;
    tx.drop_waiting(mutation)?;
    Ok(done)
}

/// How a decision on what was put aside ended.
pub(super) enum Again {
    /// Rows to write, and what of it came second to somebody else's change, if anything did.
    Done {
        rows: Vec<Row>,
        merged: Option<Aside>,
    },
    /// Refused for good.
    Refused(Refusal),
    /// The function panicked.
    Panicked,
}

/// Decides what was put aside, after what is staged.
pub(super) fn decide_again(
    reader: &impl RowReader,
    staged: &Staged,
    rules: &Rules,
    decider: Decider,
    aside: &Outcome,
    lateness: Lateness,
) -> Result<Again, StorageError> {
    let command = match Command::parse(&aside.name, &aside.args) {
        Ok(command) => command,
        Err(refusal) => return Ok(Again::Refused(refusal)),
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
    Ok(match decide(reader, staged, rules, decider, &deed)? {
        Decided::Done { rows, conflicts } if conflicts.is_empty() => {
            Again::Done { rows, merged: None }
        }
        Decided::Done { rows, conflicts } => {
            let params = telling::conflicts(reader, &deed, conflicts)?;
            let merged = Some(Aside::merged(params));
            Again::Done { rows, merged }
        }
        Decided::Refused(refusal) => Again::Refused(refusal),
        Decided::Panicked => Again::Panicked,
    })
}

/// It took effect after all. Of what came second to somebody else's change its author is told, as in a push.
pub(super) fn released(aside: Outcome, merged: Option<Aside>, at: At) -> Row {
    if let Some(Aside {
        status,
        code,
        params,
    }) = merged
    {
        return Row::from(Outcome {
            status,
            code,
            params,
            at,
            ..aside
        });
    }
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
