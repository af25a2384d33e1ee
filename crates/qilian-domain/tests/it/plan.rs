//! Claims about the plan for a week: what comes first.

mod kept;
mod reasons;

use qilian_domain::coverage::{Coverage, Remaining};
use qilian_domain::plan::{Candidate, Needed, Plan, PolicyTitle, PolicyWindow, Reason, plan};
use qilian_domain::quota::{QuotaRule, WeekQuota};
use qilian_domain::uscc::Uscc;
use qilian_domain::week::{Quarter, Week};

use crate::given::{calendars, day, tally, uscc};

const TODAY: &str = "2026-11-18";

/// An enterprise visited a day ago about which there is nothing else to say.
fn quiet(n: u32) -> Candidate {
    Candidate {
        uscc: uscc(n),
        name: format!("企业{n}"),
        last_visit: Some(day("2026-11-17")),
        visits_by_others: Vec::new(),
        counted_this_week: Vec::new(),
        demands_overdue: Vec::new(),
        demands_due_soon: Vec::new(),
        promises: Vec::new(),
        windows: Vec::new(),
        newly_matching: Vec::new(),
        question: None,
    }
}

fn policy(id: &str) -> PolicyTitle {
    PolicyTitle {
        id: id.to_owned(),
        title: format!("政策{id}"),
    }
}

/// The week of today with visits to those enterprises on its Monday and Tuesday.
fn week(visited: &[u32]) -> WeekQuota {
    let tallies: Vec<_> = visited
        .iter()
        .map(|&n| tally(n, day("2026-11-16")))
        .collect();
    QuotaRule::default().week(Week::of(day(TODAY)), &tallies, &calendars())
}

/// A quarter with seven weeks left in which those enterprises remain.
fn quarter(open: &[u32], covered_this_week: u32) -> Coverage {
    Coverage {
        quarter: Quarter::of(day(TODAY)),
        assigned: 22,
        covered: 22 - u32::try_from(open.len()).expect("few"),
        covered_this_week,
        remaining: open
            .iter()
            .map(|&n| Remaining {
                uscc: uscc(n),
                name: String::new(),
                last_visit: None,
            })
            .collect(),
        weeks_left: Some(7),
        pace_needed: None,
    }
}

fn planned(candidates: &[Candidate], week: &WeekQuota, quarter: &Coverage) -> Plan {
    plan(day(TODAY), candidates, &QuotaRule::default(), week, quarter)
}

fn order(plan: &Plan) -> Vec<Uscc> {
    plan.visits
        .iter()
        .map(|planned| planned.uscc.clone())
        .collect()
}

/// The plan of candidates when nothing is needed: the points alone decide.
fn by_points(candidates: &[Candidate]) -> Vec<Uscc> {
    order(&planned(candidates, &week(&[90, 91]), &quarter(&[], 0)))
}

fn codes(reasons: &[Reason]) -> Vec<&'static str> {
    reasons.iter().map(Reason::code).collect()
}

#[test]
fn an_overdue_demand_comes_before_one_due_soon_before_none() {
    let soon = Candidate {
        demands_due_soon: vec![day("2026-11-19")],
        ..quiet(2)
    };
    let overdue = Candidate {
        demands_overdue: vec![day("2026-11-13")],
        ..quiet(3)
    };
    assert_eq!(by_points(&[quiet(1), soon, overdue]), [3, 2, 1].map(uscc));
}

#[test]
fn the_longest_unvisited_come_first_and_the_never_visited_before_them() {
    let long = Candidate {
        last_visit: Some(day("2026-10-12")),
        ..quiet(2)
    };
    let never = Candidate {
        last_visit: None,
        ..quiet(3)
    };
    assert_eq!(by_points(&[quiet(1), long, never]), [3, 2, 1].map(uscc));
}

#[test]
fn equals_come_in_the_order_of_their_codes() {
    assert_eq!(
        by_points(&[quiet(3), quiet(1), quiet(2)]),
        [1, 2, 3].map(uscc)
    );
}

#[test]
fn the_sooner_a_window_closes_the_earlier_its_enterprise_comes() {
    let window = |n, closes_on: &str| Candidate {
        windows: vec![PolicyWindow {
            policy: policy("P1"),
            closes_on: day(closes_on),
        }],
        ..quiet(n)
    };
    let answer = by_points(&[window(1, "2026-12-10"), window(2, "2026-11-25")]);
    assert_eq!(answer, [2, 1].map(uscc));
}

#[test]
fn what_the_pace_needs_comes_before_what_is_merely_urgent() {
    let urgent = |n| Candidate {
        demands_overdue: vec![day("2026-11-13")],
        ..quiet(n)
    };
    let candidates = [urgent(1), urgent(2), quiet(3), quiet(4)];
    let plan = planned(&candidates, &week(&[]), &quarter(&[3, 4], 0));
    assert_eq!(
        plan.needed,
        Needed {
            quota: 2,
            coverage: Some(1)
        }
    );
    assert_eq!(
        order(&plan),
        [1, 3, 2, 4].map(uscc),
        "one for the pace, the best for the rest"
    );
    let needed: Vec<bool> = plan.visits.iter().map(|planned| planned.needed).collect();
    assert_eq!(needed, [true, true, false, false]);
}

#[test]
fn an_enterprise_covered_this_week_is_one_less_for_the_pace() {
    let due = |open: &[u32], covered_this_week| {
        let quarter = quarter(open, covered_this_week);
        Needed::of(&QuotaRule::default(), &week(&[90]), &quarter).coverage
    };
    let open = [1, 2, 3, 4, 5, 6, 7];
    assert_eq!(due(&open, 0), Some(1));
    assert_eq!(due(&open[..6], 1), Some(0), "this week's share is done");
    assert_eq!(
        due(&open, 1),
        Some(1),
        "of eight in seven weeks two were this week's share"
    );
}

#[test]
fn a_visit_of_this_week_in_the_quarter_before_leaves_the_enterprise_in_the_plan() {
    let visited = Candidate {
        counted_this_week: vec![day("2026-11-16")],
        ..quiet(1)
    };
    let plan = planned(&[visited, quiet(2)], &week(&[1]), &quarter(&[1], 0));
    assert_eq!(plan.visits[0].uscc, uscc(1), "it is open in this quarter");
}

#[test]
fn a_programme_without_coverage_needs_the_quota_only() {
    let rule = QuotaRule {
        every_enterprise_per_quarter: false,
        ..QuotaRule::default()
    };
    let needed = Needed::of(&rule, &week(&[]), &quarter(&[1, 2, 3], 0));
    assert_eq!(
        needed,
        Needed {
            quota: 2,
            coverage: Some(0)
        }
    );
}

#[test]
fn an_enterprise_visited_this_week_is_left_out() {
    let visited = Candidate {
        counted_this_week: vec![day("2026-11-16")],
        ..quiet(1)
    };
    let plan = planned(
        &[visited, quiet(2), quiet(3)],
        &week(&[1]),
        &quarter(&[], 1),
    );
    assert_eq!(order(&plan), [2, 3].map(uscc));
}

#[test]
fn an_enterprise_visited_this_week_comes_again_where_the_quota_needs_it() {
    let visited = Candidate {
        counted_this_week: vec![day("2026-11-16")],
        ..quiet(1)
    };
    let plan = planned(
        std::slice::from_ref(&visited),
        &week(&[1]),
        &quarter(&[], 1),
    );
    assert_eq!(order(&plan), [uscc(1)]);
    assert_eq!(
        codes(&plan.visits[0].reasons),
        ["days_since_visit", "visited_this_week"]
    );

    let today = Candidate {
        counted_this_week: vec![day(TODAY)],
        ..quiet(1)
    };
    let plan = planned(&[today], &week(&[1]), &quarter(&[], 1));
    assert_eq!(
        plan.visits,
        [],
        "a second visit on the same day would not count"
    );
}

#[test]
fn without_a_calendar_nothing_is_needed_and_the_points_decide() {
    let urgent = Candidate {
        demands_overdue: vec![day("2026-11-13")],
        ..quiet(2)
    };
    let unknown = QuotaRule::default().week(Week::of(day("2027-01-04")), &[], &calendars());
    let quarter = Coverage {
        weeks_left: None,
        ..quarter(&[1], 0)
    };
    let plan = planned(&[quiet(1), urgent], &unknown, &quarter);
    assert_eq!(
        plan.needed,
        Needed {
            quota: 0,
            coverage: None
        }
    );
    assert_eq!(order(&plan), [2, 1].map(uscc));
}
