//! Owns the quarter's coverage (覆盖率): which of a cadre's enterprises were visited this quarter, which
//! remain, and how many a week that takes.
//!
//! Elsewhere: the week's quota ([`crate::quota`]), whom to visit next ([`crate::plan`]), coverage of
//! a whole unit or district (reports).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendars;
use crate::ids::UserId;
use crate::quota::assigned_on;
use crate::rows::Assignment;
use crate::uscc::Uscc;
use crate::week::{Quarter, Week};

/// How one cadre's quarter stands. The JSON is that of the CLI's `quota`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Which quarter.
    pub quarter: Quarter,
    /// Enterprises that are the cadre's on the day asked about.
    pub assigned: u32,
    /// Of those, the ones visited this quarter by the cadre or, while it was theirs, by an earlier one.
    pub covered: u32,
    /// Of those, the ones that the week of the day asked about was the first to cover.
    pub covered_this_week: u32,
    /// The others, the longest unvisited first (never visited before all), then by code.
    pub remaining: Vec<Remaining>,
    /// ISO weeks with at least one workday, from the whole week of the day asked about to the last day
    /// of the quarter; `None` if that can't be said for want of a calendar.
    pub weeks_left: Option<u32>,
    /// Enterprises a week that cover what remains: ⌈remaining ÷ weeks left⌉, all of them if no week is
    /// left, 0 if none remains.
    pub pace_needed: Option<u32>,
}

/// An enterprise not visited this quarter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remaining {
    /// Its code.
    pub uscc: Uscc,
    /// Its name.
    pub name: String,
    /// The day of its last visit by anybody; `None` if none is known.
    pub last_visit: Option<NaiveDate>,
}

/// An enterprise that is the cadre's on the day asked about.
#[derive(Debug, Clone, Copy)]
pub struct Mine<'a> {
    /// Its code.
    pub uscc: &'a Uscc,
    /// Its name.
    pub name: &'a str,
}

/// A visit, as far as coverage reads it.
#[derive(Debug, Clone, Copy)]
pub struct Visited<'a> {
    /// Which enterprise.
    pub uscc: &'a Uscc,
    /// The day of the visit.
    pub on: NaiveDate,
    /// Who made it.
    pub cadres: &'a [UserId],
}

/// Computes how the quarter of the day `on` stands for `cadre`.
///
/// `mine` are the enterprises assigned to the cadre on that day, `assignments` all intervals of those
/// enterprises, whoever's, and `visits` all their visits; what concerns other enterprises is passed over.
pub fn coverage<'a>(
    on: NaiveDate,
    cadre: &UserId,
    mine: impl IntoIterator<Item = Mine<'a>>,
    assignments: &'a [Assignment],
    visits: impl IntoIterator<Item = Visited<'a>>,
    calendars: &Calendars,
) -> Coverage {
    let quarter = Quarter::of(on);
    let mut files: BTreeMap<&Uscc, File<'_>> = mine
        .into_iter()
        .map(|mine| (mine.uscc, File::named(mine.name)))
        .collect();
    for assignment in assignments {
        if let Some(file) = files.get_mut(&assignment.uscc) {
            file.assignments.push(assignment);
        }
    }
    for visit in visits {
        if let Some(file) = files.get_mut(visit.uscc) {
            file.take(&visit, cadre, quarter);
        }
    }
    let week = Week::of(on);
    let assigned = count(files.len());
    let (covered, open): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|(_, file)| file.covered_on.is_some());
    let mut remaining: Vec<Remaining> = open
        .into_iter()
        .map(|(uscc, file)| Remaining {
            uscc: uscc.clone(),
            name: file.name.to_owned(),
            last_visit: file.last_visit,
        })
        .collect();
    remaining.sort_by(|a, b| (a.last_visit, &a.uscc).cmp(&(b.last_visit, &b.uscc)));
    let weeks_left = weeks_left(on, calendars);
    let first_this_week =
        |(_, file): &&(&Uscc, File<'_>)| file.covered_on.is_some_and(|day| week.contains(day));
    Coverage {
        quarter,
        assigned,
        covered: count(covered.len()),
        covered_this_week: count(covered.iter().filter(first_this_week).count()),
        pace_needed: pace_needed(count(remaining.len()), weeks_left),
        weeks_left,
        remaining,
    }
}

/// ISO weeks with at least one workday from the week of `on`, the whole of it, to the end of its
/// quarter. Days after the quarter don't make a week count: a visit then would be too late. `None` if a
/// week of which no day is known to be worked touches a year without a calendar.
pub fn weeks_left(on: NaiveDate, calendars: &Calendars) -> Option<u32> {
    let quarter = Quarter::of(on);
    let mut left = 0;
    for week in quarter.weeks_from(on) {
        let last = week.sunday().min(quarter.last_day());
        left += u32::from(calendars.any_workday_in(week.monday()..=last).ok()?);
    }
    Some(left)
}

/// Enterprises a week that cover `remaining` in `weeks_left`.
pub(crate) fn pace_needed(remaining: u32, weeks_left: Option<u32>) -> Option<u32> {
    match (remaining, weeks_left) {
        (0, _) => Some(0),
        (_, Some(weeks)) => Some(remaining.div_ceil(weeks.max(1))),
        (_, None) => None,
    }
}

/// What coverage gathers of one enterprise.
struct File<'a> {
    name: &'a str,
    assignments: Vec<&'a Assignment>,
    last_visit: Option<NaiveDate>,
    /// The day of the first visit that covers it this quarter.
    covered_on: Option<NaiveDate>,
}

impl<'a> File<'a> {
    fn named(name: &'a str) -> Self {
        Self {
            name,
            assignments: Vec::new(),
            last_visit: None,
            covered_on: None,
        }
    }

    fn take(&mut self, visit: &Visited<'_>, cadre: &UserId, quarter: Quarter) {
        self.last_visit = self.last_visit.max(Some(visit.on));
        let theirs = |visitor: &UserId| {
            let assignments = self.assignments.iter().copied();
            visitor == cadre || assigned_on(assignments, visitor, visit.uscc, visit.on)
        };
        if quarter.contains(visit.on) && visit.cadres.iter().any(theirs) {
            let first = self
                .covered_on
                .map_or(visit.on, |earlier| earlier.min(visit.on));
            self.covered_on = Some(first);
        }
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
