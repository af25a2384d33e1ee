//! Owns the visit quota: the programme's rule as data, which visits count, and how a week stands.
//!
//! Figures are computed from tallies (`sync.md` A.0 5), never typed, so that what a cadre did stays
//! counted after a reassignment. Elsewhere: writing a tally when a visit is recorded (`command/`), the
//! quarter ([`crate::coverage`]), whom to visit ([`crate::plan`]).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendars;
use crate::ids::UserId;
use crate::rows::{Assignment, VisitTally};
use crate::uscc::Uscc;
use crate::week::Week;

/// What a programme asks of each cadre. Districts differ, so it is data; the default is that of
/// 宝安 2023–2024, with short weeks eased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaRule {
    /// Visits in a week of four workdays and more.
    pub visits_per_week: u32,
    /// Weeks with fewer workdays. Of those that apply, the one with the lowest bound decides.
    pub short_weeks: Vec<ShortWeek>,
    /// Whether each assigned enterprise is to be visited once a quarter.
    pub every_enterprise_per_quarter: bool,
    /// A visit recorded more than this many days after its day is 补录.
    pub late_entry_after_days: u32,
}

/// What is asked in a week with fewer workdays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShortWeek {
    /// Applies to weeks with fewer workdays than this.
    pub under_workdays: u32,
    /// Visits asked for in such a week; never more than in a full one.
    pub required: u32,
}

impl Default for QuotaRule {
    fn default() -> Self {
        Self {
            visits_per_week: 2,
            short_weeks: vec![
                ShortWeek {
                    under_workdays: 3,
                    required: 0,
                },
                ShortWeek {
                    under_workdays: 4,
                    required: 1,
                },
            ],
            every_enterprise_per_quarter: true,
            late_entry_after_days: 3,
        }
    }
}

impl QuotaRule {
    /// Visits asked for in a week of so many workdays.
    pub fn required(&self, workdays: u32) -> u32 {
        self.short_weeks
            .iter()
            .filter(|short| workdays < short.under_workdays)
            .min_by_key(|short| (short.under_workdays, short.required))
            .map_or(self.visits_per_week, |short| {
                short.required.min(self.visits_per_week)
            })
    }

    /// Whether a visit of the day `on` that was recorded on the day `recorded` is 补录. Both are days in
    /// China Standard Time; days off count.
    pub fn is_late_entry(&self, on: NaiveDate, recorded: NaiveDate) -> bool {
        recorded.signed_duration_since(on).num_days() > i64::from(self.late_entry_after_days)
    }

    /// How a week stands, from one cadre's tallies. Those of other weeks are passed over, and a
    /// tally that comes twice counts once.
    pub fn week<'a>(
        &self,
        week: Week,
        tallies: impl IntoIterator<Item = &'a VisitTally>,
        calendars: &Calendars,
    ) -> WeekQuota {
        let counted = counted_in(week, tallies);
        match calendars.workdays_in(week.monday()..=week.sunday()) {
            Ok(workdays) => WeekQuota::known(week, workdays, self.required(workdays), counted),
            Err(_) => WeekQuota {
                week,
                workdays: None,
                required: None,
                counted,
                state: QuotaState::CalendarMissing,
            },
        }
    }
}

/// How one cadre's week stands. The JSON is that of the CLI's `quota`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekQuota {
    /// Which week.
    pub week: Week,
    /// Its workdays; `None` if it touches a year without a calendar.
    pub workdays: Option<u32>,
    /// Visits asked for; `None` as above.
    pub required: Option<u32>,
    /// Visits that count.
    pub counted: u32,
    /// What that comes to.
    pub state: QuotaState,
}

/// What a week comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotaState {
    /// Too short a week: nothing is asked for.
    NoneRequired,
    /// Fewer visits count than are asked for.
    Behind,
    /// As many count as are asked for, or more.
    Met,
    /// What is asked for can't be said: the week touches a year without a calendar.
    CalendarMissing,
}

impl WeekQuota {
    /// Visits still to be made in this week; 0 if what is asked for can't be said.
    pub fn left(&self) -> u32 {
        self.required.unwrap_or(0).saturating_sub(self.counted)
    }

    fn known(week: Week, workdays: u32, required: u32, counted: u32) -> Self {
        let state = match required {
            0 => QuotaState::NoneRequired,
            _ if counted < required => QuotaState::Behind,
            _ => QuotaState::Met,
        };
        Self {
            week,
            workdays: Some(workdays),
            required: Some(required),
            counted,
            state,
        }
    }
}

/// Whether an enterprise was a cadre's on a day: then a visit of that day counts for them.
pub fn assigned_on<'a>(
    assignments: impl IntoIterator<Item = &'a Assignment>,
    cadre: &UserId,
    uscc: &Uscc,
    day: NaiveDate,
) -> bool {
    assignments.into_iter().any(|assignment| {
        assignment.cadre == *cadre && assignment.uscc == *uscc && assignment.covers(day)
    })
}

/// Visits of a week that count. Two visits to one enterprise on one day are one.
fn counted_in<'a>(week: Week, tallies: impl IntoIterator<Item = &'a VisitTally>) -> u32 {
    let visits: BTreeSet<(NaiveDate, &Uscc)> = tallies
        .into_iter()
        .filter(|tally| tally.counted && week.contains(tally.on))
        .map(|tally| (tally.on, &tally.uscc))
        .collect();
    u32::try_from(visits.len()).unwrap_or(u32::MAX)
}
