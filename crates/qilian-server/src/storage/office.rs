//! Owns what is done to a district on the server itself, for every engine: founding it, importing into
//! it, commands that no laptop sent.
//!
//! Elsewhere: what an import changes (`district/`), one decision (`decide`), writing (`write`).

use qilian_domain::command::{Lateness, Loaded};
use qilian_domain::ids::At;
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Kind, Row};
use qilian_domain::stamp::Stamp;

use super::decide::{Decided, Decider, Deed, decide, rules};
use super::staged::{RowReader, Staged};
use super::transaction::WriteTx;
use super::{Act, Founding, StorageError, Written, grants, recovery, write::write};

/// Makes a district with its first rows.
pub(super) fn found(tx: &impl WriteTx, founding: &Founding) -> Result<(), StorageError> {
    if !tx.add_district(&founding.district, founding.epoch, founding.at.day())? {
        return Err(StorageError::DistrictExists);
    }
    write(tx, &founding.rows, founding.at).map(drop)
}

/// All rows of some kinds.
pub(super) fn rows(tx: &impl RowReader, kinds: &[Kind]) -> Result<Vec<Row>, StorageError> {
    let mut found = Vec::new();
    for &kind in kinds {
        found.extend(tx.all(kind)?);
    }
    Ok(found)
}

/// Loads rows, has an import say what they become, and writes that. What waited for them is taken then.
pub(super) fn change(
    tx: &impl WriteTx,
    decider: Decider,
    kinds: &[Kind],
    at: At,
    decide: &mut dyn FnMut(&Loaded) -> Vec<Row>,
) -> Result<Written, StorageError> {
    grants::settle(tx, at)?;
    let mut loaded = Loaded::default();
    for row in rows(tx, kinds)? {
        loaded.insert(row);
    }
    let written = write(tx, &decide(&loaded), at)?;
    recovery::retry(tx, decider, at)?;
    Ok(written)
}

/// Does commands in order; a refused one does not hold up the others.
pub(super) fn act(
    tx: &impl WriteTx,
    decider: Decider,
    acts: &[Act],
) -> Result<Vec<Result<(), Refusal>>, StorageError> {
    let Some(last) = acts.last() else {
        return Ok(Vec::new());
    };
    grants::settle(tx, last.at)?;
    let rules = rules(tx)?;
    let mut staged = Staged::default();
    let mut results = Vec::with_capacity(acts.len());
    for act in acts {
        let stamp = Stamp {
            device: act.at,
            offset_ms: Some(0),
            received: Some(act.at),
        };
        let deed = Deed {
            actor: &act.actor,
            command: &act.command,
            stamp,
            base: None,
            lateness: Lateness::Weighed,
        };
        results.push(match decide(tx, &staged, &rules, decider, &deed)? {
            Decided::Done { rows, .. } => {
                staged.take(rows);
                Ok(())
            }
            Decided::Refused(refusal) => Err(refusal),
            Decided::Panicked => {
                return Err(StorageError::Internal("a decision panicked".into()));
            }
        });
    }
    write(tx, &staged.into_rows(), last.at)?;
    Ok(results)
}
