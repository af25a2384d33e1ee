//! What the claims start from: days, codes, cadres and the rows about them, made up and valid.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use qilian_domain::calendar::Calendars;
use qilian_domain::ids::{AssignmentId, UserId, VisitId};
use qilian_domain::rows::{Assignment, Brought, VisitMode, VisitTally};
use qilian_domain::uscc::Uscc;
use qilian_domain::week::Week;
use uuid::Uuid;

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// The calendars that ship: 2024 to 2026.
pub(crate) fn calendars() -> Calendars {
    Calendars::builtin().expect("the shipped calendars")
}

/// The `n`th made-up enterprise; codes ascend with `n`.
pub(crate) fn uscc(n: u32) -> Uscc {
    Uscc::from_parts('9', '1', "990101", &format!("MA{n:06}")).expect("a valid code")
}

pub(crate) fn cadre(n: u32) -> UserId {
    UserId::new(format!("C{n:04}"))
}

/// An assignment from a day to a day, both included; an empty `to` is open.
pub(crate) fn assignment(enterprise: u32, whose: u32, from: &str, to: &str) -> Assignment {
    Assignment {
        id: AssignmentId::new(Uuid::nil()),
        uscc: uscc(enterprise),
        cadre: cadre(whose),
        from: day(from),
        to: (!to.is_empty()).then(|| day(to)),
    }
}

/// A visit that counts for its cadre.
pub(crate) fn tally(enterprise: u32, on: NaiveDate) -> VisitTally {
    VisitTally {
        visit: VisitId::new(Uuid::nil()),
        cadre: cadre(1),
        on,
        week: Week::of(on),
        uscc: uscc(enterprise),
        name: format!("企业{enterprise}"),
        mode: VisitMode::Onsite,
        counted: true,
        late: false,
        brought: Brought::default(),
    }
}

/// Any day of the years whose calendars ship.
pub(crate) fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0u64..1096).prop_map(|days| day("2024-01-01") + Days::new(days))
}
