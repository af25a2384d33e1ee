//! Claims about limits in workdays and in days.

use proptest::prelude::*;
use qilian_domain::calendar::CalendarMissing;
use qilian_domain::deadline::{Unit, due_on};

use crate::given::{any_day, calendars, day};

#[test]
fn workdays_leave_out_days_off_and_take_in_worked_weekends() {
    for (from, limit, due) in [
        ("2026-02-12", 5, "2026-02-26"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-09-18", 1, "2026-09-20"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2025-09-26", 3, "2025-09-30"),
        ("2025-09-30", 1, "2025-10-09"),
        ("2024-04-26", 2, "2024-04-29"),
        ("2025-01-27", 3, "2025-02-07"),
        ("2026-01-01", 1, "2026-01-04"),
        ("2026-04-30", 3, "2026-05-08"),
        ("2026-12-30", 1, "2026-12-31"),
    ] {
        let answer = due_on(day(from), limit, Unit::Workday, &calendars());
        assert_eq!(answer, Ok(day(due)), "{from} + {limit} workdays");
    }
}

#[test]
fn a_last_day_that_is_not_worked_moves_to_the_next_workday() {
    for (from, limit, due) in [
        ("2026-02-13", 3, "2026-02-24"),
        ("2026-09-29", 5, "2026-10-08"),
        ("2025-09-30", 3, "2025-10-09"),
        ("2026-06-16", 3, "2026-06-22"),
        ("2026-11-18", 1, "2026-11-19"),
        ("2026-11-18", 3, "2026-11-23"),
        ("2026-09-19", 1, "2026-09-20"),
    ] {
        let answer = due_on(day(from), limit, Unit::Day, &calendars());
        assert_eq!(answer, Ok(day(due)), "{from} + {limit} days");
    }
}

#[test]
fn a_limit_of_nothing_ends_the_same_workday() {
    for unit in [Unit::Workday, Unit::Day] {
        assert_eq!(
            due_on(day("2026-11-20"), 0, unit, &calendars()),
            Ok(day("2026-11-20"))
        );
        assert_eq!(
            due_on(day("2026-11-21"), 0, unit, &calendars()),
            Ok(day("2026-11-23"))
        );
    }
}

#[test]
fn a_limit_that_runs_into_a_year_without_calendar_is_refused() {
    let missing = Err(CalendarMissing { year: 2027 });
    assert_eq!(
        due_on(day("2026-12-31"), 1, Unit::Workday, &calendars()),
        missing
    );
    assert_eq!(
        due_on(day("2026-12-31"), 1, Unit::Day, &calendars()),
        missing
    );
    assert_eq!(
        due_on(day("2026-12-30"), 1, Unit::Day, &calendars()),
        Ok(day("2026-12-31"))
    );
}

#[test]
fn a_limit_beyond_all_calendars_is_refused_and_not_counted_for_ever() {
    for unit in [Unit::Workday, Unit::Day] {
        assert!(due_on(day("2026-11-20"), u32::MAX, unit, &calendars()).is_err());
        assert!(due_on(chrono::NaiveDate::MAX, 1, unit, &calendars()).is_err());
    }
}

fn unit() -> impl Strategy<Value = Unit> {
    prop_oneof![Just(Unit::Workday), Just(Unit::Day)]
}

proptest! {
    #[test]
    fn a_longer_limit_never_ends_earlier(from in any_day(), limit in 0u32..60, unit in unit()) {
        let calendars = calendars();
        if let Ok(longer) = due_on(from, limit + 1, unit, &calendars) {
            let shorter = due_on(from, limit, unit, &calendars).expect("it ends no later");
            prop_assert!(shorter <= longer);
        }
    }

    #[test]
    fn a_later_start_never_ends_earlier(from in any_day(), limit in 0u32..60, unit in unit()) {
        let calendars = calendars();
        let next = from.succ_opt().expect("a next day");
        if let Ok(later) = due_on(next, limit, unit, &calendars) {
            let earlier = due_on(from, limit, unit, &calendars).expect("it ends no later");
            prop_assert!(earlier <= later);
        }
    }

    #[test]
    fn a_limit_ends_on_a_workday(from in any_day(), limit in 0u32..60, unit in unit()) {
        let calendars = calendars();
        if let Ok(due) = due_on(from, limit, unit, &calendars) {
            prop_assert_eq!(calendars.is_workday(due), Ok(true));
        }
    }

    #[test]
    fn exactly_the_limit_of_workdays_lies_after_the_start(from in any_day(), limit in 1u32..60) {
        let calendars = calendars();
        if let Ok(due) = due_on(from, limit, Unit::Workday, &calendars) {
            let after = from.succ_opt().expect("a next day");
            prop_assert_eq!(calendars.workdays_in(after..=due), Ok(limit));
        }
    }
}
