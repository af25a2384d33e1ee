//! Owns which days are workdays: the State Council's yearly arrangement (放假调休), one calendar a year.
//!
//! A year without a calendar is not guessed from its weekdays: every question about it answers
//! [`CalendarMissing`], until the district imports the year.
//!
//! Elsewhere: limits counted on it ([`crate::deadline`]), weeks and quarters as such ([`crate::week`]),
//! reading an imported file (the server), the files that ship (`calendars/` in the repository).

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// The arrangement of one year, as `calendars/2026.yaml` writes it. Days that are in neither list
/// are workdays from Monday to Friday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearCalendar {
    /// The year that all its days lie in.
    pub year: i32,
    /// Days off (放假), weekends among them.
    pub off: Vec<NaiveDate>,
    /// Saturdays and Sundays that are worked (调休上班).
    pub work: Vec<NaiveDate>,
    /// The notice that it follows.
    pub source: String,
}

/// What is wrong with a year's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CalendarFault {
    /// A day that lies in another year.
    #[error("{0} is not in the calendar's year")]
    OutsideYear(NaiveDate),
    /// A day that is both off and worked.
    #[error("{0} is both off and worked")]
    OffAndWork(NaiveDate),
    /// A worked day that is no Saturday or Sunday, so that naming it says nothing.
    #[error("{0} is worked anyway")]
    WorkOnWeekday(NaiveDate),
    /// A day that is named twice in one list.
    #[error("{0} is named twice")]
    Duplicate(NaiveDate),
    /// No year is without a day off: the file is not an arrangement.
    #[error("no day off is named")]
    NothingOff,
}

impl YearCalendar {
    /// Everything that is wrong with it, in the order of the lists; empty if it can be used.
    pub fn faults(&self) -> Vec<CalendarFault> {
        let mut faults = Vec::new();
        for list in [&self.off, &self.work] {
            for (place, &day) in list.iter().enumerate() {
                if day.year() != self.year {
                    faults.push(CalendarFault::OutsideYear(day));
                }
                if list.iter().take(place).any(|&earlier| earlier == day) {
                    faults.push(CalendarFault::Duplicate(day));
                }
            }
        }
        for &day in &self.work {
            if !is_weekend(day) {
                faults.push(CalendarFault::WorkOnWeekday(day));
            }
            if self.off.contains(&day) {
                faults.push(CalendarFault::OffAndWork(day));
            }
        }
        if self.off.is_empty() {
            faults.push(CalendarFault::NothingOff);
        }
        faults
    }

    fn is_workday(&self, day: NaiveDate) -> bool {
        if is_weekend(day) {
            self.work.contains(&day)
        } else {
            !self.off.contains(&day)
        }
    }
}

/// A question about a year whose arrangement is not known here (`calendar_missing`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("calendar_missing: no calendar for {year}")]
pub struct CalendarMissing {
    /// The year to import.
    pub year: i32,
}

/// Why a set of calendars can't be made.
#[derive(Debug, thiserror::Error)]
pub enum BadCalendar {
    /// The text is not of the form `{year, off, work, source}`.
    #[error("not a calendar: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// It is of the form, but contradicts itself; the first fault.
    #[error("calendar {year}: {fault}")]
    Faulty {
        /// The calendar's year.
        year: i32,
        /// What is wrong with it.
        fault: CalendarFault,
    },
}

/// The years whose arrangement is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendars {
    years: BTreeMap<i32, YearCalendar>,
}

/// The files that ship. They are YAML that is also JSON, so that one text serves import and build.
const SHIPPED: [&str; 3] = [
    include_str!("../../../calendars/2024.yaml"),
    include_str!("../../../calendars/2025.yaml"),
    include_str!("../../../calendars/2026.yaml"),
];

impl Calendars {
    /// The years that ship with the product: 2024 to 2026.
    ///
    /// # Errors
    /// [`BadCalendar`] only if a file was broken before the build; a test reads each of them.
    pub fn builtin() -> Result<Self, BadCalendar> {
        let mut calendars = Self::default();
        for text in SHIPPED {
            calendars.insert(serde_json::from_str(text)?)?;
        }
        Ok(calendars)
    }

    /// Adds a year, or replaces it: the later notice wins.
    ///
    /// # Errors
    /// [`BadCalendar::Faulty`] if the calendar contradicts itself; nothing is changed then.
    pub fn insert(&mut self, calendar: YearCalendar) -> Result<(), BadCalendar> {
        if let Some(&fault) = calendar.faults().first() {
            return Err(BadCalendar::Faulty {
                year: calendar.year,
                fault,
            });
        }
        self.years.insert(calendar.year, calendar);
        Ok(())
    }

    /// The calendars it holds, by year.
    pub fn years(&self) -> impl Iterator<Item = &YearCalendar> {
        self.years.values()
    }

    /// Whether people work on that day.
    ///
    /// # Errors
    /// [`CalendarMissing`] if the day's year is not known.
    pub fn is_workday(&self, day: NaiveDate) -> Result<bool, CalendarMissing> {
        let year = day.year();
        let calendar = self.years.get(&year).ok_or(CalendarMissing { year })?;
        Ok(calendar.is_workday(day))
    }

    /// How many workdays lie in a range of days; 0 if the range is empty.
    ///
    /// # Errors
    /// [`CalendarMissing`] if it touches a year that is not known.
    pub fn workdays_in(&self, days: RangeInclusive<NaiveDate>) -> Result<u32, CalendarMissing> {
        let last = *days.end();
        let mut workdays = 0;
        for day in days.start().iter_days().take_while(|&day| day <= last) {
            workdays += u32::from(self.is_workday(day)?);
        }
        Ok(workdays)
    }

    /// Whether a range of days has at least one workday. One known workday settles it, whatever the
    /// unknown days are.
    ///
    /// # Errors
    /// [`CalendarMissing`] if no known day is a workday and one is unknown.
    pub fn any_workday_in(&self, days: RangeInclusive<NaiveDate>) -> Result<bool, CalendarMissing> {
        let last = *days.end();
        let mut answer = Ok(false);
        for day in days.start().iter_days().take_while(|&day| day <= last) {
            match self.is_workday(day) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(missing) => answer = Err(missing),
            }
        }
        answer
    }
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}
