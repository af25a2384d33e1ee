//! Claims about weeks and quarters.

use proptest::prelude::*;
use qilian_domain::week::{Quarter, Week};

use crate::given::{any_day, day};

#[test]
fn a_week_runs_from_monday_to_sunday() {
    let week: Week = "2026-W47".parse().expect("a week");
    assert_eq!(week.monday(), day("2026-11-16"));
    assert_eq!(week.sunday(), day("2026-11-22"));
    assert_eq!(Week::of(day("2026-11-18")), week);
    assert_eq!(week.to_string(), "2026-W47");
}

#[test]
fn a_week_belongs_to_the_year_of_its_thursday() {
    assert_eq!(Week::of(day("2027-01-01")).to_string(), "2026-W53");
    assert_eq!(Week::of(day("2024-12-30")).to_string(), "2025-W01");
}

#[test]
fn what_is_no_week_is_refused() {
    for text in [
        "2025-W53", "2026-W00", "2026-W54", "2026-W7", "2026W47", "26-W47", "2026-W+7", "",
    ] {
        assert!(text.parse::<Week>().is_err(), "{text:?}");
    }
}

#[test]
fn what_is_no_quarter_is_refused() {
    for text in ["2026-Q0", "2026-Q5", "2026-Q04", "2026Q4", ""] {
        assert!(text.parse::<Quarter>().is_err(), "{text:?}");
    }
}

#[test]
fn json_is_the_text() {
    let week = Week::of(day("2026-11-18"));
    assert_eq!(serde_json::to_string(&week).expect("json"), r#""2026-W47""#);
    assert_eq!(
        serde_json::from_str::<Week>(r#""2026-W47""#).expect("a week"),
        week
    );
    let quarter = Quarter::of(day("2026-11-18"));
    assert_eq!(
        serde_json::to_string(&quarter).expect("json"),
        r#""2026-Q4""#
    );
    assert_eq!(
        serde_json::from_str::<Quarter>(r#""2026-Q4""#).expect("a quarter"),
        quarter
    );
}

#[test]
fn days_at_the_edge_of_what_can_be_written_do_not_panic() {
    for edge in [chrono::NaiveDate::MIN, chrono::NaiveDate::MAX] {
        let week = Week::of(edge);
        assert!(week.monday() <= week.sunday());
        assert!(Quarter::of(edge).weeks_from(edge).count() <= 14);
    }
}

proptest! {
    #[test]
    fn weeks_partition_the_days(on in any_day()) {
        let week = Week::of(on);
        prop_assert!(week.contains(on));
        prop_assert_eq!(week.days().filter(|&day| Week::of(day) == week).count(), 7);
        prop_assert_eq!(week.days().last(), Some(week.sunday()));
        prop_assert_eq!(Some(week.next().monday()), week.sunday().succ_opt());
        prop_assert!(!week.next().contains(on) && week < week.next());
    }

    #[test]
    fn quarters_partition_the_days(on in any_day()) {
        let quarter = Quarter::of(on);
        prop_assert!((quarter.first_day()..=quarter.last_day()).contains(&on));
        let before = quarter.first_day().pred_opt().expect("a day before");
        let after = quarter.last_day().succ_opt().expect("a day after");
        prop_assert!(Quarter::of(before) < quarter && quarter < Quarter::of(after));
    }

    #[test]
    fn a_span_is_read_back_as_it_is_written(on in any_day()) {
        prop_assert_eq!(Week::of(on).to_string().parse(), Ok(Week::of(on)));
        prop_assert_eq!(Quarter::of(on).to_string().parse(), Ok(Quarter::of(on)));
    }

    #[test]
    fn weeks_of_a_quarter_from_a_day_hold_every_day_from_it(on in any_day()) {
        let quarter = Quarter::of(on);
        let weeks: Vec<Week> = quarter.weeks_from(on).collect();
        prop_assert!(weeks.first().is_some_and(|week| week.contains(on)));
        prop_assert!(weeks.last().is_some_and(|week| week.contains(quarter.last_day())));
        prop_assert!(weeks.windows(2).all(|pair| pair[0].next() == pair[1]));
    }
}
