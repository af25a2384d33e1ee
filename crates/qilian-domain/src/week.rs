//! Owns the spans that quotas are cut by: the ISO week (Monday to Sunday) and the calendar quarter,
//! both of days in China Standard Time.
//!
//! Elsewhere: which day a moment falls on ([`crate::ids::At::day`]) and which days are workdays
//! ([`crate::calendar`]).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// An ISO 8601 week, Monday to Sunday, written `2026-W47`. Ordered by time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week {
    monday: NaiveDate,
}

/// A calendar quarter, written `2026-Q4`. Ordered by time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    year: i32,
    number: u32,
}

/// Text that names no week or quarter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotASpan {
    /// Not of the form `2026-W47`, or a week that the year does not have.
    #[error("not an ISO week: {0:?}")]
    Week(String),
    /// Not of the form `2026-Q4`.
    #[error("not a quarter: {0:?}")]
    Quarter(String),
}

impl Week {
    /// The week that a day lies in.
    pub fn of(day: NaiveDate) -> Self {
        let since_monday = u64::from(day.weekday().num_days_from_monday());
        Self {
            monday: day
                .checked_sub_days(Days::new(since_monday))
                .unwrap_or(NaiveDate::MIN),
        }
    }

    /// The year that the week is counted in: that of its Thursday, so 2027-01-01 lies in `2026-W53`.
    pub fn year(self) -> i32 {
        self.monday.iso_week().year()
    }

    /// The week's number in that year, 1 to 53.
    pub fn number(self) -> u32 {
        self.monday.iso_week().week()
    }

    /// Its first day.
    pub const fn monday(self) -> NaiveDate {
        self.monday
    }

    /// Its last day.
    pub fn sunday(self) -> NaiveDate {
        self.monday
            .checked_add_days(Days::new(6))
            .unwrap_or(NaiveDate::MAX)
    }

    /// Its seven days in order.
    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.monday.iter_days().take(7)
    }

    /// Whether the day lies in it.
    pub fn contains(self, day: NaiveDate) -> bool {
        (self.monday..=self.sunday()).contains(&day)
    }

    /// The week after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self {
            monday: self
                .monday
                .checked_add_days(Days::new(7))
                .unwrap_or(self.monday),
        }
    }
}

impl Quarter {
    /// The quarter that a day lies in.
    pub fn of(day: NaiveDate) -> Self {
        Self {
            year: day.year(),
            number: day.month0() / 3 + 1,
        }
    }

    /// Its year.
    pub const fn year(self) -> i32 {
        self.year
    }

    /// Its number, 1 to 4.
    pub const fn number(self) -> u32 {
        self.number
    }

    /// Its first day.
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.number * 3 - 2, 1).unwrap_or(NaiveDate::MIN)
    }

    /// Its last day.
    pub fn last_day(self) -> NaiveDate {
        let day = if matches!(self.number, 1 | 4) { 31 } else { 30 };
        NaiveDate::from_ymd_opt(self.year, self.number * 3, day).unwrap_or(NaiveDate::MAX)
    }

    /// Whether the day lies in it.
    pub fn contains(self, day: NaiveDate) -> bool {
        Self::of(day) == self
    }

    /// The ISO weeks from the one that `day` lies in to the one that the quarter's last day lies in;
    /// none if `day` lies in a week after that.
    pub fn weeks_from(self, day: NaiveDate) -> impl Iterator<Item = Week> {
        let last = Week::of(self.last_day());
        let first = Some(Week::of(day)).filter(|&week| week <= last);
        std::iter::successors(first, move |&week| {
            Some(week.next()).filter(|&next| week < next && next <= last)
        })
    }
}

impl FromStr for Week {
    type Err = NotASpan;

    fn from_str(text: &str) -> Result<Self, NotASpan> {
        two_numbers(text, "-W", 2)
            .and_then(|(year, week)| NaiveDate::from_isoywd_opt(year, week, Weekday::Mon))
            .map(|monday| Self { monday })
            .ok_or_else(|| NotASpan::Week(text.to_owned()))
    }
}

impl FromStr for Quarter {
    type Err = NotASpan;

    fn from_str(text: &str) -> Result<Self, NotASpan> {
        two_numbers(text, "-Q", 1)
            .filter(|(_, number)| (1..=4).contains(number))
            .map(|(year, number)| Self { year, number })
            .ok_or_else(|| NotASpan::Quarter(text.to_owned()))
    }
}

/// Reads `YYYY<separator>N…` with exactly four and `digits` digits.
fn two_numbers(text: &str, separator: &str, digits: usize) -> Option<(i32, u32)> {
    let (year, number) = text.split_once(separator)?;
    let exact = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|b| b.is_ascii_digit())
    };
    if !exact(year, 4) || !exact(number, digits) {
        return None;
    }
    Some((year.parse().ok()?, number.parse().ok()?))
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-W{:02}", self.year(), self.number())
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-Q{}", self.year, self.number)
    }
}

macro_rules! written_as_text {
    ($($span:ident)+) => {$(
        impl fmt::Debug for $span {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $span {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $span {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}
written_as_text! { Week Quarter }
