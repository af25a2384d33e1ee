//! Owns which days the made-up cadres went out on: about two visits a week on workdays, and for the first
//! cadre one visit in the current week and about four fifths of the quarter.
//!
//! Elsewhere: to which enterprise and what came of it (`history`).

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate, NaiveTime, Weekday};
use qilian_domain::calendar::Calendars;
use qilian_domain::ids::{At, cst};
use qilian_domain::quota::QuotaRule;
use qilian_domain::week::{Quarter, Week};

use super::dice::Dice;

/// A demo of many cadres has fewer weeks of history, so that it has about this many visits at most.
const VISITS_AT_MOST: usize = 20_000;
const VISITS_A_WEEK: usize = 2;
/// Of the first cadre's enterprises, this many in five were visited in the quarter.
const COVERED_OF_FIVE: usize = 4;
/// The first cadre catches up with at most this many visits a day.
const VISITS_A_DAY: usize = 2;

/// The time that the demo's history is told in.
pub(super) struct Span {
    /// The first day of the quarter before the current one.
    pub(super) start: NaiveDate,
    pub(super) now: At,
    /// Weeks that are over and have visits.
    pub(super) past: Vec<Week>,
    calendars: Calendars,
    quota: QuotaRule,
}

impl Span {
    /// The two quarters up to `now`.
    pub(super) fn up_to(now: At, cadres: usize, calendars: Calendars) -> Self {
        let today = now.day();
        let start = before(Quarter::of(today)).first_day();
        let this_week = Week::of(today);
        let mut past: Vec<Week> = start
            .iter_days()
            .step_by(7)
            .map(Week::of)
            .take_while(|&week| week < this_week)
            .collect();
        let kept = (VISITS_AT_MOST / (cadres.max(1) * VISITS_A_WEEK)).max(1);
        past.drain(..past.len().saturating_sub(kept));
        Self {
            start,
            now,
            past,
            calendars,
            quota: QuotaRule::default(),
        }
    }

    /// Today.
    pub(super) fn today(&self) -> NaiveDate {
        self.now.day()
    }

    /// The quarter of today.
    pub(super) fn quarter(&self) -> Quarter {
        Quarter::of(self.today())
    }

    /// The workdays of a week that lie in the span and whose morning is over.
    pub(super) fn workdays(&self, week: Week) -> Vec<NaiveDate> {
        week.days()
            .filter(|&day| self.start <= day && self.is_workday(day))
            .filter(|&day| morning(day).is_some_and(|morning| morning <= self.now))
            .collect()
    }

    /// Visits asked for in a week, also if a year of it has no calendar: what is made up may be wrong
    /// about a holiday.
    fn required(&self, week: Week) -> usize {
        let workdays = week.days().filter(|&day| self.is_workday(day)).count();
        let required = self
            .quota
            .required(u32::try_from(workdays).unwrap_or(u32::MAX));
        usize::try_from(required).unwrap_or(0)
    }

    fn is_workday(&self, day: NaiveDate) -> bool {
        self.calendars
            .is_workday(day)
            .unwrap_or_else(|_| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
    }

    /// The days of a cadre's visits, in order; a day may come twice.
    pub(super) fn visits(&self, dice: &mut Dice) -> Vec<NaiveDate> {
        let mut days = self.past_visits(dice, false);
        let this_week = Week::of(self.today());
        let most = dice.count(0, self.required(this_week));
        days.extend(dice.some(&self.workdays(this_week), most));
        days
    }

    /// The days of the first cadre's visits, and how many of their `enterprises` the quarter covers.
    pub(super) fn visits_of_first(
        &self,
        dice: &mut Dice,
        enterprises: usize,
    ) -> (Vec<NaiveDate>, usize) {
        let covered = (enterprises * COVERED_OF_FIVE).div_ceil(5).max(1);
        let this_week = Week::of(self.today());
        // One less than the week asks for: one visit of two.
        let this_weeks = self.required(this_week).saturating_sub(1);
        let mut last = self.workdays(this_week);
        last.truncate(this_weeks);
        let in_quarter = |days: &[NaiveDate]| {
            let inside = days.iter().filter(|&&day| self.quarter().contains(day));
            inside.count()
        };
        let mut days = self.past_visits(dice, true);
        let short = covered.saturating_sub(in_quarter(&days) + in_quarter(&last));
        let mut free = self.free_days(&days);
        dice.shuffle(&mut free);
        free.truncate(short);
        days.extend(free);
        days.sort_unstable();
        days.extend(last);
        (days, covered)
    }

    /// Workdays of the quarter before this week, each as often as there is room for a visit.
    fn free_days(&self, taken: &[NaiveDate]) -> Vec<NaiveDate> {
        let mut visits: BTreeMap<NaiveDate, usize> = BTreeMap::new();
        for &day in taken {
            *visits.entry(day).or_default() += 1;
        }
        self.past
            .iter()
            .flat_map(|&week| self.workdays(week))
            .filter(|&day| self.quarter().contains(day))
            .flat_map(|day| {
                let room = VISITS_A_DAY.saturating_sub(visits.get(&day).copied().unwrap_or(0));
                std::iter::repeat_n(day, room)
            })
            .collect()
    }

    fn past_visits(&self, dice: &mut Dice, steady: bool) -> Vec<NaiveDate> {
        let mut days = Vec::new();
        for &week in &self.past {
            let required = self.required(week);
            let visits = match (required, dice.between(0, 99)) {
                (0, _) => 0,
                _ if steady => required,
                (_, 0..=4) => required - 1,
                (2.., 5..=24) => 1,
                (2.., 85..=99) => required + 1,
                _ => required,
            };
            days.extend(dice.some(&self.workdays(week), visits));
        }
        days
    }
}

/// The hour from which a visit of a day may have been recorded.
pub(super) fn morning(day: NaiveDate) -> Option<At> {
    at(day, 9 * 60 + 40)
}

/// A moment of a day in China Standard Time; `None` only beyond the calendar.
pub(super) fn at(day: NaiveDate, minute: i64) -> Option<At> {
    let midnight = day
        .and_time(NaiveTime::MIN)
        .and_local_timezone(cst())
        .single()?;
    Some(At::new(midnight).plus_ms(minute * 60 * 1_000))
}

fn before(quarter: Quarter) -> Quarter {
    quarter.first_day().pred_opt().map_or(quarter, Quarter::of)
}
