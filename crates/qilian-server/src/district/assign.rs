//! Owns whose an enterprise becomes when a roster names its cadres (`docs/cli.md`, `import roster`).
//!
//! A cadre who has it keeps it. Of one who is not named any more, the interval ends the day before; a new
//! one begins on the roster's first day, but where it takes the enterprise from somebody not before
//! today, unless the office gave the day. History is never rewritten.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use qilian_domain::command::Loaded;
use qilian_domain::ids::{AssignmentId, UserId};
use qilian_domain::rows::Assignment;
use qilian_domain::uscc::Uscc;

use super::Fresh;

/// From when a roster holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begin {
    /// Its first day.
    pub(super) from: NaiveDate,
    /// Whether the office gave the day.
    pub(super) given: bool,
    /// Today.
    pub(super) today: NaiveDate,
}

impl Begin {
    /// The day on which an enterprise that somebody has changes hands.
    fn handover(self) -> NaiveDate {
        if self.given {
            self.from
        } else {
            self.from.max(self.today)
        }
    }
}

/// Who has had which enterprise.
pub(super) struct Held<'a> {
    by_enterprise: HashMap<&'a Uscc, Vec<&'a Assignment>>,
}

impl<'a> Held<'a> {
    /// Of what is stored.
    pub(super) fn of(loaded: &'a Loaded) -> Self {
        let mut by_enterprise: HashMap<_, Vec<_>> = HashMap::new();
        for assignment in loaded.all::<Assignment>() {
            by_enterprise
                .entry(&assignment.uscc)
                .or_default()
                .push(assignment);
        }
        Self { by_enterprise }
    }

    /// The changes that make an enterprise theirs.
    pub(super) fn give(
        &self,
        uscc: &Uscc,
        cadres: &[UserId],
        begin: Begin,
        fresh: &mut Fresh<'_>,
    ) -> Vec<Assignment> {
        let all = self
            .by_enterprise
            .get(uscc)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let lasting = || all.iter().filter(|a| a.to.is_none());
        let leaving: Vec<_> = lasting().filter(|a| !cadres.contains(&a.cadre)).collect();
        let first = if !leaving.is_empty() || begin.given {
            begin.handover()
        } else {
            // Nobody has it now; what earlier cadres had stays theirs.
            let after_last = all
                .iter()
                .filter_map(|a| a.to?.checked_add_days(Days::new(1)))
                .max();
            after_last.map_or(begin.from, |day| day.max(begin.from))
        };
        let mut changes: Vec<_> = leaving.into_iter().map(|a| ended(a, first)).collect();
        for cadre in cadres {
            if lasting().all(|a| &a.cadre != cadre) {
                changes.push(Assignment {
                    id: AssignmentId::new(fresh.id()),
                    uscc: uscc.clone(),
                    cadre: cadre.clone(),
                    from: first,
                    to: None,
                });
            }
        }
        changes
    }

    /// The changes that take every enterprise from everybody, except those that `keep` names.
    pub(super) fn take_away(&self, begin: Begin, keep: impl Fn(&Uscc) -> bool) -> Vec<Assignment> {
        let mut changes: Vec<_> = (self.by_enterprise.iter())
            .filter(|(uscc, _)| !keep(uscc))
            .flat_map(|(_, all)| all.iter().filter(|a| a.to.is_none()))
            .map(|a| ended(a, begin.handover()))
            .collect();
        changes.sort_by(|a, b| (&a.uscc, a.id).cmp(&(&b.uscc, b.id)));
        changes
    }
}

/// The interval as it ends the day before.
fn ended(assignment: &Assignment, next: NaiveDate) -> Assignment {
    Assignment {
        to: next.checked_sub_days(Days::new(1)),
        ..assignment.clone()
    }
}
