//! Claims about the official arrangements of holidays.

use qilian_domain::calendar::{
    BadCalendar, CalendarFault, CalendarMissing, Calendars, YearCalendar,
};
use qilian_domain::week::{Quarter, Week};

use crate::given::{calendars, day};

fn year_2027() -> YearCalendar {
    YearCalendar {
        year: 2027,
        off: vec![day("2027-01-01")],
        work: vec![day("2027-01-03")],
        source: "测试".to_owned(),
    }
}

#[test]
fn the_shipped_years_have_as_many_workdays_as_the_notices_give() {
    let calendars = calendars();
    for (year, workdays) in [(2024, 251), (2025, 248), (2026, 248)] {
        let whole = day(&format!("{year}-01-01"))..=day(&format!("{year}-12-31"));
        assert_eq!(calendars.workdays_in(whole), Ok(workdays), "{year}");
    }
    let quarters = ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"].map(|quarter| {
        let quarter: Quarter = quarter.parse().expect("a quarter");
        calendars
            .workdays_in(quarter.first_day()..=quarter.last_day())
            .expect("2026 is known")
    });
    assert_eq!(quarters, [59, 61, 66, 62]);
}

#[test]
fn the_shipped_calendars_name_the_notice_they_follow() {
    for calendar in calendars().years() {
        assert!(
            calendar.source.contains("国务院办公厅"),
            "{}",
            calendar.year
        );
        assert!(
            calendar.source.contains(&calendar.year.to_string()),
            "{}",
            calendar.year
        );
    }
}

/// Weeks that lie wholly in one year and have other than five workdays, by their Monday.
const UNUSUAL_WEEKS: [(&str, u32); 33] = [
    ("2024-01-01", 4),
    ("2024-01-29", 6),
    ("2024-02-12", 1),
    ("2024-04-01", 4),
    ("2024-04-22", 6),
    ("2024-04-29", 2),
    ("2024-05-06", 6),
    ("2024-06-10", 4),
    ("2024-09-09", 6),
    ("2024-09-16", 3),
    ("2024-09-23", 6),
    ("2024-09-30", 1),
    ("2025-01-20", 6),
    ("2025-01-27", 1),
    ("2025-02-03", 4),
    ("2025-03-31", 4),
    ("2025-04-21", 6),
    ("2025-04-28", 3),
    ("2025-05-05", 4),
    ("2025-06-02", 4),
    ("2025-09-22", 6),
    ("2025-09-29", 2),
    ("2025-10-06", 3),
    ("2026-02-09", 6),
    ("2026-02-16", 0),
    ("2026-04-06", 4),
    ("2026-04-27", 4),
    ("2026-05-04", 4),
    ("2026-06-15", 4),
    ("2026-09-14", 6),
    ("2026-09-21", 4),
    ("2026-09-28", 3),
    ("2026-10-05", 3),
];

#[test]
fn unusual_weeks_are_those_of_the_notices() {
    let calendars = calendars();
    let mut unusual = Vec::new();
    for year in 2024..=2026 {
        let last = day(&format!("{year}-12-31"));
        let mut week = Week::of(day(&format!("{year}-01-07")));
        if week.monday() < day(&format!("{year}-01-01")) {
            week = week.next();
        }
        while week.sunday() <= last {
            let workdays = calendars
                .workdays_in(week.monday()..=week.sunday())
                .expect("known");
            if workdays != 5 {
                unusual.push((week.monday().to_string(), workdays));
            }
            week = week.next();
        }
    }
    let expected: Vec<(String, u32)> = UNUSUAL_WEEKS
        .iter()
        .map(|&(monday, workdays)| (monday.to_owned(), workdays))
        .collect();
    assert_eq!(unusual, expected);
}

#[test]
fn a_week_over_new_year_counts_by_both_years() {
    let calendars = calendars();
    let workdays = |monday: &str| {
        let week = Week::of(day(monday));
        calendars.workdays_in(week.monday()..=week.sunday())
    };
    assert_eq!(workdays("2024-12-30"), Ok(4));
    assert_eq!(workdays("2025-12-29"), Ok(4));
    assert_eq!(workdays("2026-12-28"), Err(CalendarMissing { year: 2027 }));
}

#[test]
fn a_year_without_calendar_is_not_guessed() {
    let calendars = calendars();
    assert_eq!(
        calendars.is_workday(day("2027-01-01")),
        Err(CalendarMissing { year: 2027 })
    );
    assert_eq!(
        calendars.is_workday(day("2023-12-29")),
        Err(CalendarMissing { year: 2023 })
    );
}

#[test]
fn an_imported_year_is_known_from_then_on() {
    let mut calendars = calendars();
    calendars.insert(year_2027()).expect("a sound calendar");
    assert_eq!(calendars.is_workday(day("2027-01-01")), Ok(false));
    assert_eq!(
        calendars.is_workday(day("2027-01-03")),
        Ok(true),
        "a worked Sunday"
    );
    assert_eq!(calendars.is_workday(day("2027-01-04")), Ok(true));
}

#[test]
fn one_known_workday_settles_whether_a_span_has_any() {
    let calendars = calendars();
    let over_new_year = day("2026-12-28")..=day("2027-01-03");
    assert_eq!(calendars.any_workday_in(over_new_year), Ok(true));
    let unknown = day("2027-01-01")..=day("2027-01-03");
    assert_eq!(
        calendars.any_workday_in(unknown),
        Err(CalendarMissing { year: 2027 })
    );
    let spring_festival = day("2026-02-16")..=day("2026-02-22");
    assert_eq!(calendars.any_workday_in(spring_festival), Ok(false));
}

#[test]
fn each_fault_of_a_calendar_is_named() {
    let faults = |change: fn(&mut YearCalendar)| {
        let mut calendar = year_2027();
        change(&mut calendar);
        calendar.faults()
    };
    assert_eq!(faults(|_| {}), []);
    assert_eq!(
        faults(|calendar| calendar.off.push(day("2026-12-31"))),
        [CalendarFault::OutsideYear(day("2026-12-31"))]
    );
    assert_eq!(
        faults(|calendar| calendar.off.push(day("2027-01-01"))),
        [CalendarFault::Duplicate(day("2027-01-01"))]
    );
    assert_eq!(
        faults(|calendar| calendar.off.push(day("2027-01-03"))),
        [CalendarFault::OffAndWork(day("2027-01-03"))]
    );
    assert_eq!(
        faults(|calendar| calendar.work.push(day("2027-01-04"))),
        [CalendarFault::WorkOnWeekday(day("2027-01-04"))]
    );
    assert_eq!(
        faults(|calendar| calendar.off.clear()),
        [CalendarFault::NothingOff]
    );
}

#[test]
fn a_faulty_calendar_changes_nothing() {
    let mut calendars = calendars();
    let mut faulty = year_2027();
    faulty.off.push(day("2027-01-03"));
    let refused = calendars.insert(faulty);
    assert!(matches!(
        refused,
        Err(BadCalendar::Faulty { year: 2027, .. })
    ));
    assert_eq!(
        calendars,
        Calendars::builtin().expect("the shipped calendars")
    );
}

#[test]
fn a_calendar_without_one_of_its_lists_is_unreadable() {
    let text = r#"{"year": 2027, "off": ["2027-01-01"], "source": "测试"}"#;
    assert!(serde_json::from_str::<YearCalendar>(text).is_err());
}
