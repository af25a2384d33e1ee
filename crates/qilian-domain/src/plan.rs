//! Owns whom to visit this week and why: a plan that meets the week's quota and keeps the quarter's
//! coverage on pace, each enterprise with its reasons. The same input gives the same plan.
//!
//! Elsewhere: how the week and the quarter stand ([`crate::quota`], [`crate::coverage`]), evaluating
//! policies and ranking questions (`qilian-policy`), lights of demands (the demand workflow). The plan
//! is a proposal; nothing records whether it was followed.

mod reason;
mod weigh;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::coverage::{Coverage, pace_needed};
use crate::quota::{QuotaRule, WeekQuota};
use crate::uscc::Uscc;

pub use reason::{Reason, Told};

/// What is known of an enterprise that bears on visiting it now.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Its code.
    pub uscc: Uscc,
    /// Its name.
    pub name: String,
    /// The last visit by the cadre or by another whose it was then; others' are `visits_by_others`.
    pub last_visit: Option<NaiveDate>,
    /// Days of visits by units whose it was not.
    pub visits_by_others: Vec<NaiveDate>,
    /// Days of this week on which a visit of the cadre counts already.
    pub counted_this_week: Vec<NaiveDate>,
    /// Due days of its open demands with a red light (已超期).
    pub demands_overdue: Vec<NaiveDate>,
    /// Due days of its open demands with a yellow light (将到期).
    pub demands_due_soon: Vec<NaiveDate>,
    /// What was promised to it and is not done.
    pub promises: Vec<OpenPromise>,
    /// Application windows of policies that it may fit.
    pub windows: Vec<PolicyWindow>,
    /// Policies that it may fit and did not, or that did not exist, at its last visit.
    pub newly_matching: Vec<PolicyTitle>,
    /// The question that is worth most there, if one is.
    pub question: Option<WorthAsking>,
}

/// Something promised (答应的事) and not done yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPromise {
    /// What.
    pub text: String,
    /// By when.
    pub due_on: NaiveDate,
}

/// A policy, as one names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyTitle {
    /// Its id in the library.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// A policy's application window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyWindow {
    /// Which policy.
    pub policy: PolicyTitle,
    /// The last day to apply.
    pub closes_on: NaiveDate,
}

/// A question whose answer would settle policies.
#[derive(Debug, Clone, PartialEq)]
pub struct WorthAsking {
    /// The field that it fills.
    pub field: String,
    /// The question as it is asked.
    pub ask: String,
    /// How many policies it can settle.
    pub settles: u32,
    /// What they may be worth together, in 万元, estimated; `None` if that can't be said.
    pub amount: Option<Decimal>,
}

/// What the plan must reach in the rest of this week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Needed {
    /// Visits until the week's quota is met.
    pub quota: u32,
    /// Enterprises not visited this quarter that are due this week: those that the pace asked for when
    /// the week began, less those that the week covered already. `None` without a calendar.
    pub coverage: Option<u32>,
}

impl Needed {
    /// From how week and quarter stand.
    pub fn of(rule: &QuotaRule, week: &WeekQuota, coverage: &Coverage) -> Self {
        let due = if rule.every_enterprise_per_quarter {
            let open_when_begun = u32::try_from(coverage.remaining.len())
                .unwrap_or(u32::MAX)
                .saturating_add(coverage.covered_this_week);
            pace_needed(open_when_begun, coverage.weeks_left)
                .map(|pace| pace.saturating_sub(coverage.covered_this_week))
        } else {
            Some(0)
        };
        Self {
            quota: week.left(),
            coverage: due,
        }
    }

    /// Visits to make: the greater of the two, for one visit can serve both.
    pub fn visits(self) -> u32 {
        self.quota.max(self.coverage.unwrap_or(0))
    }
}

/// A plan for the rest of the week.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// What it has to reach.
    pub needed: Needed,
    /// Whom to visit, best first. Following the first `needed.visits()` meets the quota and keeps the
    /// pace, as far as there are enterprises enough.
    pub visits: Vec<Planned>,
}

/// An enterprise in the plan. The JSON is that of the CLI's `plan`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Planned {
    /// Its code.
    pub uscc: Uscc,
    /// Its name.
    pub name: String,
    /// Descends along the plan; comparable within one plan only.
    pub score: i32,
    /// Whether it is among those that the week needs.
    pub needed: bool,
    /// Why, at least one; the same order in every plan.
    #[serde(serialize_with = "told")]
    pub reasons: Vec<Reason>,
}

/// Lifts what the week needs above all that is merely worth while.
const NEEDED_LIFT: i32 = 10_000;

/// Plans the week of the day `on`.
///
/// `candidates` are the enterprises that are the cadre's on that day. One with a visit that counts this
/// week is left out, unless the quota can't be met without a second visit on another day.
pub fn plan(
    on: NaiveDate,
    candidates: &[Candidate],
    rule: &QuotaRule,
    week: &WeekQuota,
    coverage: &Coverage,
) -> Plan {
    let needed = Needed::of(rule, week, coverage);
    let open: BTreeSet<&Uscc> = coverage
        .remaining
        .iter()
        .map(|remaining| &remaining.uscc)
        .collect();
    // A visit of this week that fell into the quarter before leaves the enterprise open in this one.
    let (visited, fresh): (Vec<&Candidate>, Vec<&Candidate>) =
        candidates.iter().partition(|candidate| {
            !candidate.counted_this_week.is_empty() && !open.contains(&candidate.uscc)
        });
    let mut choice = ranked(on, &fresh, &open);

    let short_by = size(needed.quota).saturating_sub(choice.len());
    let again: Vec<&Candidate> = visited
        .into_iter()
        .filter(|candidate| !candidate.counted_this_week.contains(&on))
        .collect();
    let mut again = ranked(on, &again, &open);
    again.truncate(short_by);
    choice.append(&mut again);

    lift_needed(&mut choice, needed);
    choice.sort_by(|a, b| b.rank().cmp(&a.rank()));
    Plan {
        needed,
        visits: choice.into_iter().map(|ranked| ranked.planned).collect(),
    }
}

/// An enterprise with what decides its place.
struct Ranked<'a> {
    planned: Planned,
    open: bool,
    candidate: &'a Candidate,
}

impl Ranked<'_> {
    /// Greater comes first: score, then the longest unvisited, then the smallest code.
    fn rank(&self) -> impl Ord + use<'_> {
        (
            self.planned.score,
            Reverse(self.candidate.last_visit),
            Reverse(&self.planned.uscc),
        )
    }
}

fn ranked<'a>(
    on: NaiveDate,
    candidates: &[&'a Candidate],
    open: &BTreeSet<&Uscc>,
) -> Vec<Ranked<'a>> {
    let mut ranked: Vec<Ranked<'a>> = candidates
        .iter()
        .map(|candidate| {
            let open = open.contains(&candidate.uscc);
            let (score, reasons) = weigh::weigh(on, candidate, open);
            let planned = Planned {
                uscc: candidate.uscc.clone(),
                name: candidate.name.clone(),
                score,
                needed: false,
                reasons,
            };
            Ranked {
                planned,
                open,
                candidate,
            }
        })
        .collect();
    ranked.sort_by(|a, b| b.rank().cmp(&a.rank()));
    ranked
}

/// Marks what the week needs: first as many enterprises not visited this quarter as the pace asks
/// for, then the best of the others until the quota is met.
fn lift_needed(choice: &mut [Ranked<'_>], needed: Needed) {
    let due = size(needed.coverage.unwrap_or(0));
    for ranked in choice.iter_mut().filter(|ranked| ranked.open).take(due) {
        ranked.planned.needed = true;
    }
    let lifted = choice.iter().filter(|ranked| ranked.planned.needed).count();
    let short_by = size(needed.visits()).saturating_sub(lifted);
    for ranked in choice
        .iter_mut()
        .filter(|ranked| !ranked.planned.needed)
        .take(short_by)
    {
        ranked.planned.needed = true;
    }
    for ranked in choice.iter_mut().filter(|ranked| ranked.planned.needed) {
        ranked.planned.score += NEEDED_LIFT;
    }
}

fn size(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn told<S: Serializer>(reasons: &[Reason], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(reasons.iter().map(Reason::told))
}
