//! Claims about the weekly quota.

use proptest::prelude::*;
use qilian_domain::quota::{QuotaRule, QuotaState, ShortWeek, WeekQuota, assigned_on};
use qilian_domain::rows::VisitTally;
use qilian_domain::week::Week;

use crate::given::{any_day, assignment, cadre, calendars, day, tally, uscc};

fn week(monday: &str, tallies: &[VisitTally]) -> WeekQuota {
    QuotaRule::default().week(Week::of(day(monday)), tallies, &calendars())
}

#[test]
fn short_weeks_ask_for_less() {
    for (monday, workdays, required) in [
        ("2026-02-16", 0, 0),
        ("2025-01-27", 1, 0),
        ("2025-09-29", 2, 0),
        ("2026-09-28", 3, 1),
        ("2026-04-27", 4, 2),
        ("2026-11-16", 5, 2),
        ("2026-02-09", 6, 2),
    ] {
        let quota = week(monday, &[]);
        assert_eq!(quota.workdays, Some(workdays), "{monday}");
        assert_eq!(quota.required, Some(required), "{monday}");
        let state = if required == 0 {
            QuotaState::NoneRequired
        } else {
            QuotaState::Behind
        };
        assert_eq!(quota.state, state, "{monday}");
    }
}

#[test]
fn a_week_is_met_when_as_many_visits_count_as_are_asked_for() {
    let (monday, sunday) = (tally(1, day("2026-11-16")), tally(2, day("2026-11-22")));
    assert_eq!(week("2026-11-16", &[]).state, QuotaState::Behind);
    assert_eq!(
        week("2026-11-16", std::slice::from_ref(&monday)).state,
        QuotaState::Behind
    );
    assert_eq!(week("2026-11-16", &[monday, sunday]).state, QuotaState::Met);
}

#[test]
fn a_visit_counts_in_the_week_of_its_day() {
    let visits = [tally(1, day("2026-11-15")), tally(2, day("2026-11-23"))];
    assert_eq!(week("2026-11-16", &visits).counted, 0);
}

#[test]
fn two_visits_to_one_enterprise_count_once_a_day() {
    let on = day("2026-11-17");
    assert_eq!(week("2026-11-16", &[tally(1, on), tally(1, on)]).counted, 1);
    let next_day = day("2026-11-18");
    assert_eq!(
        week("2026-11-16", &[tally(1, on), tally(1, next_day)]).counted,
        2
    );
}

#[test]
fn a_visit_to_an_enterprise_that_was_not_theirs_does_not_count() {
    let strange = VisitTally {
        counted: false,
        ..tally(1, day("2026-11-17"))
    };
    assert_eq!(week("2026-11-16", &[strange]).counted, 0);
}

#[test]
fn a_late_entry_counts_all_the_same() {
    let late = VisitTally {
        late: true,
        ..tally(1, day("2026-11-17"))
    };
    assert_eq!(week("2026-11-16", &[late]).counted, 1);
}

#[test]
fn a_week_that_touches_a_year_without_calendar_says_so_and_still_counts() {
    let quota = week("2026-12-28", &[tally(1, day("2026-12-29"))]);
    let json = serde_json::to_value(&quota).expect("json");
    let expected = serde_json::json!({
        "week": "2026-W53", "workdays": null, "required": null, "counted": 1,
        "state": "calendar_missing",
    });
    assert_eq!(json, expected);
    assert_eq!(quota.left(), 0);
}

#[test]
fn json_is_that_of_the_terminal() {
    let json = serde_json::to_value(week("2026-11-16", &[])).expect("json");
    let expected = serde_json::json!({
        "week": "2026-W47", "workdays": 5, "required": 2, "counted": 0, "state": "behind",
    });
    assert_eq!(json, expected);
}

#[test]
fn an_entry_is_late_from_the_fourth_day_after_the_visit() {
    let rule = QuotaRule::default();
    assert!(!rule.is_late_entry(day("2026-11-16"), day("2026-11-16")));
    assert!(!rule.is_late_entry(day("2026-11-16"), day("2026-11-19")));
    assert!(rule.is_late_entry(day("2026-11-16"), day("2026-11-20")));
    assert!(
        !rule.is_late_entry(day("2026-11-16"), day("2026-11-15")),
        "a clock that runs behind"
    );
}

#[test]
fn an_enterprise_is_a_cadres_from_the_first_to_the_last_day() {
    let assignments = [
        assignment(1, 1, "2026-10-01", "2026-10-31"),
        assignment(1, 2, "2026-11-01", ""),
        assignment(2, 1, "2026-10-01", ""),
    ];
    let theirs = |whose, on| assigned_on(&assignments, &cadre(whose), &uscc(1), day(on));
    assert!(!theirs(1, "2026-09-30"));
    assert!(theirs(1, "2026-10-01") && theirs(1, "2026-10-31"));
    assert!(!theirs(1, "2026-11-01") && !theirs(2, "2026-10-31"));
    assert!(theirs(2, "2026-11-01") && theirs(2, "2036-11-01"));
}

#[test]
fn a_district_that_asks_for_less_is_not_asked_more_in_a_short_week() {
    let rule = QuotaRule {
        visits_per_week: 1,
        short_weeks: vec![ShortWeek {
            under_workdays: 5,
            required: 3,
        }],
        ..QuotaRule::default()
    };
    assert_eq!(rule.required(4), 1);
}

#[test]
fn the_rule_is_data() {
    let rule = QuotaRule::default();
    let json = serde_json::to_value(&rule).expect("json");
    let expected = serde_json::json!({
        "visits_per_week": 2,
        "short_weeks": [
            {"under_workdays": 3, "required": 0},
            {"under_workdays": 4, "required": 1},
        ],
        "every_enterprise_per_quarter": true,
        "late_entry_after_days": 3,
    });
    assert_eq!(json, expected);
    assert_eq!(
        serde_json::from_value::<QuotaRule>(json).expect("a rule"),
        rule
    );
}

fn any_tallies() -> impl Strategy<Value = (Week, Vec<VisitTally>)> {
    let visits = prop::collection::vec((0u64..14, 0u32..4, any::<bool>()), 0..20);
    (any_day(), visits).prop_map(|(on, visits)| {
        let week = Week::of(on);
        let from = week.monday();
        let tallies = visits
            .into_iter()
            .map(|(days, enterprise, counted)| VisitTally {
                counted,
                ..tally(enterprise, from + chrono::Days::new(days))
            });
        (week, tallies.collect())
    })
}

proptest! {
    #[test]
    fn the_order_of_tallies_does_not_matter(
        (week, tallies) in any_tallies(),
        seed in any::<prop::sample::Index>(),
    ) {
        let rule = QuotaRule::default();
        let mut turned = tallies.clone();
        if !turned.is_empty() {
            let by = seed.index(turned.len());
            turned.rotate_left(by);
            turned.reverse();
        }
        let calendars = calendars();
        prop_assert_eq!(
            rule.week(week, &turned, &calendars),
            rule.week(week, &tallies, &calendars)
        );
    }

    #[test]
    fn a_tally_that_comes_twice_counts_once((week, tallies) in any_tallies()) {
        let rule = QuotaRule::default();
        let calendars = calendars();
        let twice = tallies.iter().chain(&tallies);
        prop_assert_eq!(rule.week(week, twice, &calendars), rule.week(week, &tallies, &calendars));
    }

    #[test]
    fn one_more_visit_never_counts_less(
        (week, mut tallies) in any_tallies(),
        enterprise in 0u32..6,
        days in 0u64..7,
    ) {
        let rule = QuotaRule::default();
        let calendars = calendars();
        let before = rule.week(week, &tallies, &calendars);
        tallies.push(tally(enterprise, week.monday() + chrono::Days::new(days)));
        let after = rule.week(week, &tallies, &calendars);
        prop_assert!(before.counted <= after.counted && after.counted <= before.counted + 1);
        prop_assert!(after.left() <= before.left());
    }

    #[test]
    fn more_workdays_never_ask_for_fewer_visits(workdays in 0u32..7) {
        let rule = QuotaRule::default();
        prop_assert!(rule.required(workdays) <= rule.required(workdays + 1));
    }

    /// What counts is written when the visit is recorded, so it follows only from the day of the
    /// visit: whoever has the enterprise later.
    #[test]
    fn a_reassignment_keeps_what_was_counted(visited in 0u64..60, handed_over in 0u64..60) {
        let first = day("2026-10-01");
        let (visited, handed_over) =
            (first + chrono::Days::new(visited), first + chrono::Days::new(handed_over));
        prop_assume!(visited < handed_over);
        let before = [assignment(1, 1, "2026-10-01", "")];
        let mut after = [before[0].clone(), assignment(1, 2, "2026-10-01", "")];
        after[0].to = handed_over.pred_opt();
        after[1].from = handed_over;
        for assignments in [before.as_slice(), after.as_slice()] {
            prop_assert!(assigned_on(assignments, &cadre(1), &uscc(1), visited));
            prop_assert!(!assigned_on(assignments, &cadre(2), &uscc(1), visited));
        }
    }
}
