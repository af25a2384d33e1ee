//! Owns grants: who held which bucket, from which number of the feed to which. They follow from rows: a
//! user holds `pub` and their own bucket from creation, a cadre an enterprise's while it is assigned.
//! A reassignment touches two rows here, however many rows the enterprise has.
//!
//! An interval is open at a cursor `c` if `from_seq <= c` and `to_seq` is none or greater than `c`.
//! Elsewhere: keeping intervals (the engines).

use std::collections::{BTreeMap, BTreeSet};

use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{At, Seq, UserId};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::Assignment;
use qilian_domain::uscc::Uscc;

use super::StorageError;
use super::recovery;
use super::transaction::WriteTx;
use super::write::take_numbers;

/// Opens and closes what follows from changed rows.
pub(super) fn follow<'a>(
    tx: &impl WriteTx,
    changed: impl Iterator<Item = &'a Row>,
    seq: Seq,
    at: At,
) -> Result<(), StorageError> {
    let mut assigned: BTreeMap<(&UserId, &Uscc), bool> = BTreeMap::new();
    let (mut opened, mut closed) = (Vec::new(), Vec::new());
    for row in changed {
        match row {
            Row::User(user) => {
                opened.push((user.id.clone(), Bucket::Public));
                opened.push((user.id.clone(), Bucket::Me(user.id.clone())));
            }
            Row::Assignment(assignment) => {
                let pair = (&assignment.cadre, &assignment.uscc);
                *assigned.entry(pair).or_default() |= assignment.covers(at.day());
            }
            _ => {}
        }
    }
    for ((cadre, uscc), covered) in assigned {
        let grant = (cadre.clone(), Bucket::Enterprise(uscc.clone()));
        // Where no changed interval covers the day, one that did not change may.
        if covered || is_assigned(tx, cadre, uscc, at)? {
            opened.push(grant);
        } else {
            closed.push(grant);
        }
    }
    tx.open(&opened, seq)?;
    tx.close(&closed, seq, at)
}

/// Whether an enterprise is a cadre's today.
fn is_assigned(
    tx: &impl WriteTx,
    cadre: &UserId,
    uscc: &Uscc,
    at: At,
) -> Result<bool, StorageError> {
    let of_enterprise = tx.children(Kind::Assignment, uscc.as_str(), None)?;
    Ok(of_enterprise
        .iter()
        .any(|row| matches!(row, Row::Assignment(a) if a.cadre == *cadre && a.covers(at.day()))))
}

/// Whether grants are those of the day.
pub(super) fn is_settled(tx: &impl WriteTx, at: At) -> Result<bool, StorageError> {
    Ok(tx.settled_on()? == at.day().to_string())
}

/// Brings grants in line with the assignments of the day, where days have passed since they were: an
/// assignment may begin or end on a day on which nobody writes anything. What waits too long is refused with a day, too.
pub(super) fn settle(tx: &impl WriteTx, at: At) -> Result<(), StorageError> {
    if is_settled(tx, at)? {
        return Ok(());
    }
    let held = tx.open_enterprises()?;
    let due: BTreeSet<(UserId, Uscc)> = tx
        .all(Kind::Assignment)?
        .into_iter()
        .filter_map(|row| Assignment::try_from(row).ok())
        .filter(|assignment| assignment.covers(at.day()))
        .map(|assignment| (assignment.cadre, assignment.uscc))
        .collect();
    if held != due {
        let seq = take_numbers(tx, 1, at, std::iter::empty())?;
        tx.open(&buckets(due.difference(&held)), seq)?;
        tx.close(&buckets(held.difference(&due)), seq, at)?;
    }
    recovery::end(tx, at)?;
    tx.set_settled_on(at.day())
}

fn buckets<'a>(pairs: impl Iterator<Item = &'a (UserId, Uscc)>) -> Vec<(UserId, Bucket)> {
    pairs
        .map(|(user, uscc)| (user.clone(), Bucket::Enterprise(uscc.clone())))
        .collect()
}
