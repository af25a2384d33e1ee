//! Owns what must hold of the server's rows at rest: what laptops wrote is there exactly once, as they were told.
//!
//! Elsewhere: what must hold of laptops, and on the way (`claims`); of bytes (`kept`).

use std::collections::BTreeSet;

use qilian_domain::command::Command;
use qilian_domain::ids::{AttachmentId, MutId, VisitId};
use qilian_domain::row::{Known, Row, RowKey};
use qilian_domain::rows::{Attachment, HandledHow, Outcome, Visit, VisitTally, WeekSubmission};
use qilian_sync::wire::ReplyStatus;

use super::claims::{Broken, Claim, took_effect};
use super::oracle::{Cut, Oracle};

/// What the mutations that took effect wrote.
#[derive(Default)]
struct Seen {
    visits: BTreeSet<VisitId>,
    /// Visits that took effect only when that came which they stand on.
    released: BTreeSet<VisitId>,
    files: BTreeSet<AttachmentId>,
    removed: BTreeSet<AttachmentId>,
}

/// At rest: what laptops wrote is on the server exactly once as they were told, and nothing else is.
pub(super) fn at_rest(cut: &Cut, oracle: &Oracle) -> Result<(), Broken> {
    let mut seen = Seen::default();
    for (mut_id, written) in &oracle.written {
        let Some(outcome) = oracle.outcomes.get(mut_id) else {
            if written.gone {
                continue;
            }
            let claim = oracle.claim_of_loss();
            return Err(claim.broken(format!("{mut_id} was never answered")));
        };
        if outcome.status != ReplyStatus::Applied {
            told(cut, oracle, *mut_id, outcome.status)?;
        }
        // After a restore, what waited took effect when that came which it stands on.
        let later = was_released(cut, *mut_id);
        let took_effect = took_effect(outcome.status) || later;
        let as_told = match &written.command {
            Command::VisitRecord(record) => {
                if later {
                    seen.released.insert(record.visit);
                }
                if took_effect {
                    seen.visits.insert(record.visit);
                }
                let stored = row::<Visit>(cut, record.visit);
                took_effect == stored.is_some()
                    && stored.is_none_or(|v| v.note == record.note && v.on == record.on)
            }
            Command::AttachmentAdd(add) => {
                if took_effect {
                    seen.files.insert(add.attachment);
                }
                let stored = row::<Attachment>(cut, add.attachment);
                took_effect == stored.is_some()
                    && stored.is_none_or(|a| a.name == add.name && a.sha256 == add.sha256)
            }
            Command::AttachmentRemove(remove) if took_effect => {
                seen.removed.insert(remove.attachment);
                let stored = row::<Attachment>(cut, remove.attachment);
                stored.is_some_and(|attachment| attachment.removed.is_some())
            }
            _ => true,
        };
        if !as_told {
            let (told, command) = (outcome.status, &written.command);
            return Err(Claim::OneOutcome.broken(format!("{mut_id} was {told:?}: {command:?}")));
        }
    }
    for held in cut.rows.values() {
        match &held.row {
            Row::Visit(visit) if !seen.visits.contains(&visit.id) => {
                return Err(Claim::OneOutcome.broken(format!("nobody wrote {visit:?}")));
            }
            Row::Attachment(file)
                if !seen.files.contains(&file.id)
                    || file.removed.is_some() && !seen.removed.contains(&file.id) =>
            {
                return Err(Claim::OneOutcome.broken(format!("nobody wrote {file:?}")));
            }
            Row::VisitTally(tally) => {
                let key = VisitTally::key(tally.visit, &tally.cadre);
                let counts = oracle.counts.get(&key);
                if counts != Some(&tally.counted) && !seen.released.contains(&tally.visit) {
                    return Err(Claim::Derived.broken(format!("{tally:?}")));
                }
            }
            Row::WeekSubmission(week) => sealed(cut, week)?,
            _ => {}
        }
    }
    Ok(())
}

/// A row of the server's.
fn row<B: Known>(cut: &Cut, id: impl ToString) -> Option<&B> {
    let held = cut.rows.get(&RowKey::of::<B>(id));
    held.and_then(|held| B::of(&held.row))
}

/// What was aside took effect after all.
fn was_released(cut: &Cut, mut_id: MutId) -> bool {
    let held = cut.rows.get(&RowKey::of::<Outcome>(mut_id));
    let outcome = held.and_then(|held| Outcome::try_from(held.row.clone()).ok());
    let handled = outcome.and_then(|outcome| outcome.handled);
    handled.is_some_and(|handled| handled.how == HandledHow::Released)
}

/// A mutation that was not simply applied has a row for its author, with what they wrote.
fn told(cut: &Cut, oracle: &Oracle, mut_id: MutId, status: ReplyStatus) -> Result<(), Broken> {
    let written = &oracle.written[&mut_id];
    let held = cut.rows.get(&RowKey::of::<Outcome>(mut_id));
    let outcome = held.and_then(|held| Outcome::try_from(held.row.clone()).ok());
    let args = written.command.args().expect("JSON");
    if outcome.is_some_and(|o| o.user == written.user && o.args == args) {
        Ok(())
    } else {
        Err(Claim::OutcomeTold.broken(format!("{mut_id} was {status:?}")))
    }
}

/// A sealed week counts what its tallies say.
fn sealed(cut: &Cut, week: &WeekSubmission) -> Result<(), Broken> {
    let tallies = cut.rows.values().filter_map(|held| match &held.row {
        Row::VisitTally(t) if t.cadre == week.cadre && t.week == week.week => Some(t),
        _ => None,
    });
    let (mut counted, mut visits) = (BTreeSet::new(), BTreeSet::new());
    for tally in tallies {
        visits.insert(tally.visit);
        if tally.counted {
            counted.insert((&tally.uscc, tally.on));
        }
    }
    let in_package: BTreeSet<_> = week.visits.iter().copied().collect();
    if in_package == visits && week.counted as usize == counted.len() && week.receipt.is_some() {
        Ok(())
    } else {
        Err(Claim::Derived.broken(format!("{week:?}, and its tallies are {visits:?}")))
    }
}
