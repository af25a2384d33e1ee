//! Claims about the quarter's coverage.

use chrono::NaiveDate;
use proptest::prelude::*;
use qilian_domain::coverage::{Coverage, Mine, Visited, coverage, weeks_left};
use qilian_domain::ids::UserId;
use qilian_domain::rows::Assignment;
use qilian_domain::uscc::Uscc;

use crate::given::{any_day, assignment, cadre, calendars, day, uscc};

/// Visits as (enterprise, day, cadres).
type Visits<'a> = &'a [(u32, &'a str, &'a [u32])];

/// The quarter of `on` for cadre 1, whose enterprises are 1 to `mine`.
fn quarter(on: &str, mine: u32, assignments: &[Assignment], visits: Visits<'_>) -> Coverage {
    let codes: Vec<Uscc> = (1..=mine).map(uscc).collect();
    let visits: Vec<(Uscc, NaiveDate, Vec<UserId>)> = visits
        .iter()
        .map(|(enterprise, on, cadres)| {
            (
                uscc(*enterprise),
                day(on),
                cadres.iter().copied().map(cadre).collect(),
            )
        })
        .collect();
    coverage(
        day(on),
        &cadre(1),
        codes.iter().map(|uscc| Mine {
            uscc, name: "企业"
        }),
        assignments,
        visits.iter().map(|(uscc, on, cadres)| Visited {
            uscc,
            on: *on,
            cadres,
        }),
        &calendars(),
    )
}

fn remaining(coverage: &Coverage) -> Vec<Uscc> {
    coverage
        .remaining
        .iter()
        .map(|remaining| remaining.uscc.clone())
        .collect()
}

#[test]
fn an_enterprise_is_covered_by_a_visit_of_its_cadre_in_the_quarter() {
    let coverage = quarter(
        "2026-11-18",
        3,
        &[],
        &[
            (1, "2026-10-01", &[1]),
            (2, "2026-09-30", &[1]),
            (3, "2026-12-31", &[1]),
        ],
    );
    assert_eq!((coverage.assigned, coverage.covered), (3, 2));
    assert_eq!(remaining(&coverage), [uscc(2)]);
    assert_eq!(coverage.remaining[0].last_visit, Some(day("2026-09-30")));
}

#[test]
fn an_earlier_cadre_covers_while_it_was_theirs() {
    let assignments = [
        assignment(1, 2, "2026-01-01", "2026-10-31"),
        assignment(1, 1, "2026-11-01", ""),
    ];
    let covered = |on| quarter("2026-11-18", 1, &assignments, &[(1, on, &[2])]).covered;
    assert_eq!(covered("2026-10-31"), 1);
    assert_eq!(
        covered("2026-11-01"),
        0,
        "from the day of the hand-over they are a guest"
    );
    assert_eq!(covered("2026-09-30"), 0, "another quarter");
}

#[test]
fn a_visit_of_a_stranger_does_not_cover_but_is_the_last_visit() {
    let coverage = quarter("2026-11-18", 1, &[], &[(1, "2026-11-10", &[3])]);
    assert_eq!(coverage.covered, 0);
    assert_eq!(coverage.remaining[0].last_visit, Some(day("2026-11-10")));
}

#[test]
fn a_visit_of_several_covers_if_one_of_them_has_it() {
    let coverage = quarter("2026-11-18", 1, &[], &[(1, "2026-11-10", &[3, 1])]);
    assert_eq!(coverage.covered, 1);
}

#[test]
fn the_longest_unvisited_come_first_then_the_code() {
    let coverage = quarter(
        "2026-11-18",
        5,
        &[],
        &[
            (1, "2026-09-08", &[1]),
            (2, "2026-08-01", &[1]),
            (3, "2026-09-08", &[1]),
        ],
    );
    assert_eq!(remaining(&coverage), [4, 5, 2, 1, 3].map(uscc));
}

#[test]
fn visits_to_other_enterprises_are_passed_over() {
    let coverage = quarter("2026-11-18", 1, &[], &[(9, "2026-11-10", &[1])]);
    assert_eq!((coverage.assigned, coverage.covered), (1, 0));
}

#[test]
fn only_the_first_cover_of_the_quarter_is_this_weeks() {
    let coverage = quarter(
        "2026-11-18",
        2,
        &[],
        &[
            (1, "2026-11-17", &[1]),
            (1, "2026-10-09", &[1]),
            (2, "2026-11-17", &[1]),
        ],
    );
    assert_eq!((coverage.covered, coverage.covered_this_week), (2, 1));
}

#[test]
fn weeks_left_are_those_with_a_workday() {
    for (on, weeks) in [
        ("2026-11-18", 7),
        ("2026-12-31", 1),
        ("2026-02-10", 7),
        ("2026-02-16", 6),
        ("2026-02-23", 6),
        ("2026-03-31", 1),
        ("2026-09-30", 1),
        ("2025-01-01", 14),
    ] {
        assert_eq!(weeks_left(day(on), &calendars()), Some(weeks), "{on}");
    }
}

#[test]
fn weeks_left_can_not_be_said_without_a_calendar() {
    let coverage = quarter("2027-01-04", 1, &[], &[]);
    assert_eq!((coverage.weeks_left, coverage.pace_needed), (None, None));
}

#[test]
fn a_week_worked_only_after_the_quarter_is_not_left_and_all_that_remains_is_due() {
    let mut calendars = calendars();
    let mut year = calendars
        .years()
        .find(|year| year.year == 2026)
        .cloned()
        .expect("2026");
    year.off.extend(["2026-06-29", "2026-06-30"].map(day));
    calendars.insert(year).expect("a sound calendar");
    let on = day("2026-06-29");
    assert_eq!(weeks_left(on, &calendars), Some(0));
    let codes = [1, 2, 3].map(uscc);
    let mine = codes.iter().map(|uscc| Mine {
        uscc, name: "企业"
    });
    let coverage = coverage(on, &cadre(1), mine, &[], [], &calendars);
    assert_eq!(coverage.pace_needed, Some(3));
}

#[test]
fn the_pace_is_rounded_up() {
    for (mine, pace) in [(0, 0), (1, 1), (7, 1), (8, 2), (14, 2), (15, 3)] {
        let coverage = quarter("2026-11-18", mine, &[], &[]);
        assert_eq!(
            (coverage.weeks_left, coverage.pace_needed),
            (Some(7), Some(pace)),
            "{mine}"
        );
    }
}

#[test]
fn json_is_that_of_the_terminal() {
    let json = serde_json::to_value(quarter("2026-11-18", 1, &[], &[])).expect("json");
    let expected = serde_json::json!({
        "quarter": "2026-Q4", "assigned": 1, "covered": 0, "covered_this_week": 0,
        "remaining": [{"uscc": uscc(1), "name": "企业", "last_visit": null}],
        "weeks_left": 7, "pace_needed": 1,
    });
    assert_eq!(json, expected);
}

proptest! {
    #[test]
    fn weeks_left_never_grow_within_a_quarter(on in any_day()) {
        let calendars = calendars();
        let next = on.succ_opt().expect("a next day");
        let quarter = qilian_domain::week::Quarter::of(on);
        prop_assume!(quarter.contains(next));
        let (today, tomorrow) = (weeks_left(on, &calendars), weeks_left(next, &calendars));
        prop_assert!(tomorrow <= today && today <= tomorrow.map(|weeks| weeks + 1));
    }

    #[test]
    fn covered_and_remaining_make_all(
        on in any_day(),
        visits in prop::collection::vec((1u32..12, any_day(), 1u32..4), 0..30),
    ) {
        let visits: Vec<(Uscc, NaiveDate, [UserId; 1])> = visits
            .into_iter()
            .map(|(enterprise, on, whose)| (uscc(enterprise), on, [cadre(whose)]))
            .collect();
        let codes: Vec<Uscc> = (1..=10).map(uscc).collect();
        let assignments = [assignment(1, 2, "2024-01-01", "2025-06-30")];
        let answer = |turned: bool| {
            let mut seen: Vec<Visited<'_>> = visits
                .iter()
                .map(|(uscc, on, cadres)| Visited { uscc, on: *on, cadres })
                .collect();
            if turned {
                seen.reverse();
            }
            let mine = codes.iter().map(|uscc| Mine { uscc, name: "企业" });
            coverage(on, &cadre(1), mine, &assignments, seen, &calendars())
        };
        let coverage = answer(false);
        let open = u32::try_from(coverage.remaining.len()).expect("few");
        prop_assert_eq!(coverage.assigned, coverage.covered + open);
        prop_assert!(coverage.covered_this_week <= coverage.covered);
        prop_assert_eq!(coverage, answer(true), "the order of visits does not matter");
    }
}
