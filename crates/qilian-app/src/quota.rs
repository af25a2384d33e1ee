//! Owns how week and quarter stand for this laptop's user, computed from rows each time.
//!
//! Elsewhere: the rules (`qilian-domain::quota`, `coverage`).

use chrono::NaiveDate;
use qilian_domain::coverage::{Coverage, Mine, Visited, coverage};
use qilian_domain::quota::{QuotaState, WeekQuota};
use qilian_domain::rows::{Assignment, Visit};
use qilian_domain::week::{Quarter, Week};
use qilian_store::Contents;

use crate::contract::{QuarterQuota, QuotaStateView, WeekQuotaView};
use crate::enterprises::Line;
use crate::error::AppError;
use crate::laptop::Laptop;

impl Laptop {
    /// How the week and the quarter of a day stand.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn quota(&self, on: Option<NaiveDate>) -> Result<(WeekQuota, Coverage), AppError> {
        let on = on.unwrap_or_else(|| self.today_date());
        let mine = self.my_enterprises(on)?;
        Ok((self.week_quota(Week::of(on))?, self.coverage(on, &mine)?))
    }

    pub(crate) fn week_quota(&self, week: Week) -> Result<WeekQuota, AppError> {
        self.week_quota_in(&self.reader(), week)
    }

    pub(crate) fn week_quota_in(
        &self,
        contents: &Contents,
        week: Week,
    ) -> Result<WeekQuota, AppError> {
        let tallies = contents.tallies(&self.user().id, week.monday(), week.sunday())?;
        let rules = self.rules_in(contents)?;
        Ok(rules.quota.week(week, &tallies, &rules.calendars))
    }

    /// The quarter of `on`, for my enterprises of that day; of visits before the quarter the last day is
    /// enough.
    pub(crate) fn coverage(&self, on: NaiveDate, mine: &[Line]) -> Result<Coverage, AppError> {
        let quarter = Quarter::of(on);
        let (assignments, visits) = visited_in(&self.reader(), mine, quarter)?;
        let before = mine.iter().filter_map(|line| {
            let on = line.last_visit.filter(|day| !quarter.contains(*day))?;
            Some(Visited {
                uscc: &line.uscc,
                on,
                cadres: &[],
            })
        });
        let within = visits.iter().filter(|v| v.on <= on).map(|v| Visited {
            uscc: &v.uscc,
            on: v.on,
            cadres: &v.cadres,
        });
        Ok(coverage(
            on,
            &self.user().id,
            mine.iter().map(|line| Mine {
                uscc: &line.uscc,
                name: &line.name,
            }),
            &assignments,
            before.chain(within),
            &self.rules()?.calendars,
        ))
    }
}

/// The visits of a quarter, and whose the enterprises were that had them.
fn visited_in(
    reader: &Contents,
    mine: &[Line],
    quarter: Quarter,
) -> Result<(Vec<Assignment>, Vec<Visit>), AppError> {
    let (first, last) = (quarter.first_day(), quarter.last_day());
    let (mut assignments, mut visits) = (Vec::new(), Vec::new());
    for line in mine {
        if line.last_visit.is_some_and(|day| day >= first) {
            assignments.extend(reader.children::<Assignment>(&line.uscc)?);
            visits.extend(reader.children_on::<Visit>(&line.uscc, first, last)?);
        }
    }
    Ok((assignments, visits))
}

pub(crate) fn state_view(state: QuotaState) -> QuotaStateView {
    match state {
        QuotaState::NoneRequired => QuotaStateView::NoneRequired,
        QuotaState::Behind => QuotaStateView::Behind,
        QuotaState::Met => QuotaStateView::Met,
        QuotaState::CalendarMissing => QuotaStateView::CalendarMissing,
    }
}

pub(crate) fn week_view(week: &WeekQuota) -> WeekQuotaView {
    WeekQuotaView {
        week: week.week.to_string(),
        from: week.week.monday(),
        to: week.week.sunday(),
        workdays: week.workdays,
        required: week.required,
        counted: week.counted,
        state: state_view(week.state),
    }
}

pub(crate) fn quarter_view(coverage: &Coverage) -> QuarterQuota {
    QuarterQuota {
        quarter: coverage.quarter.to_string(),
        assigned: coverage.assigned,
        covered: coverage.covered,
        weeks_left: coverage.weeks_left,
        pace_needed: coverage.pace_needed,
    }
}
