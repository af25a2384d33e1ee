//! Owns how a limit is counted: 民法典 201 (the day it starts from is not counted), 203 (a last day that
//! is not worked moves to the next workday), 行政许可法 82 (limits in workdays leave out days off).
//!
//! Elsewhere: which limit applies to what and from which moment it runs (the demand workflow), which
//! days are workdays ([`crate::calendar`]), and lights.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::calendar::{CalendarMissing, Calendars};

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 工作日: only days on which people work.
    Workday,
    /// 自然日: every day; a last day that is not worked moves to the next workday.
    Day,
}

/// The day at whose end a limit of `limit` units that starts on `from` is over. `from` itself is not
/// counted, worked or not. A limit of 0 ends on `from`, or on the next workday if that is none.
///
/// # Errors
/// [`CalendarMissing`] if the count or the roll needs a year that is not known.
pub fn due_on(
    from: NaiveDate,
    limit: u32,
    unit: Unit,
    calendars: &Calendars,
) -> Result<NaiveDate, CalendarMissing> {
    match (unit, limit) {
        (Unit::Workday, 1..) => {
            let mut counted = 0;
            let after = from.iter_days().skip(1);
            first(after, |day| {
                counted += u32::from(calendars.is_workday(day)?);
                Ok(counted == limit)
            })
        }
        (Unit::Day, _) | (Unit::Workday, 0) => {
            let last = from
                .checked_add_days(Days::new(u64::from(limit)))
                .ok_or(NO_SUCH_DAY)?;
            first(last.iter_days(), |day| calendars.is_workday(day))
        }
    }
}

/// A day beyond all that can be written has no calendar either.
const NO_SUCH_DAY: CalendarMissing = CalendarMissing { year: i32::MAX };

/// The first day that `ends` says yes to.
fn first(
    days: impl Iterator<Item = NaiveDate>,
    mut ends: impl FnMut(NaiveDate) -> Result<bool, CalendarMissing>,
) -> Result<NaiveDate, CalendarMissing> {
    for day in days {
        if ends(day)? {
            return Ok(day);
        }
    }
    Err(NO_SUCH_DAY)
}
