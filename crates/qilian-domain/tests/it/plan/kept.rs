//! The plan's promise: a cadre who makes the visits that it needs, each week, meets every week's
//! quota and has been everywhere by the end of the quarter, from whatever day they begin.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use proptest::sample::Index;
use qilian_domain::calendar::Calendars;
use qilian_domain::coverage::{Coverage, Mine, Visited, coverage};
use qilian_domain::ids::UserId;
use qilian_domain::plan::{Candidate, OpenPromise, Plan, plan};
use qilian_domain::quota::{QuotaRule, QuotaState, WeekQuota};
use qilian_domain::uscc::Uscc;
use qilian_domain::week::{Quarter, Week};

use crate::given::{any_day, cadre, calendars, day, tally, uscc};

/// What may speak for or against an enterprise besides the wait.
#[derive(Debug, Clone)]
struct Circumstances {
    overdue: usize,
    promised: bool,
    by_others: usize,
}

prop_compose! {
    fn circumstances()(
        overdue in 0usize..4,
        promised in any::<bool>(),
        by_others in 0usize..4,
    ) -> Circumstances {
        Circumstances { overdue, promised, by_others }
    }
}

/// A cadre with their enterprises, numbered from 0, and their visits so far.
struct Cadre {
    me: UserId,
    codes: Vec<Uscc>,
    circumstances: Vec<Circumstances>,
    visits: Vec<(usize, NaiveDate)>,
    calendars: Calendars,
}

impl Cadre {
    fn new(circumstances: Vec<Circumstances>, visits: Vec<(usize, NaiveDate)>) -> Self {
        let codes = (0..u32::try_from(circumstances.len()).expect("few"))
            .map(uscc)
            .collect();
        Self {
            me: cadre(1),
            codes,
            circumstances,
            visits,
            calendars: calendars(),
        }
    }

    fn week(&self, on: NaiveDate) -> WeekQuota {
        let tallies: Vec<_> = self
            .visits
            .iter()
            .map(|&(n, on)| tally(u32::try_from(n).expect("few"), on))
            .collect();
        QuotaRule::default().week(Week::of(on), &tallies, &self.calendars)
    }

    fn coverage(&self, on: NaiveDate) -> Coverage {
        let cadres = std::slice::from_ref(&self.me);
        coverage(
            on,
            &self.me,
            self.codes.iter().map(|uscc| Mine {
                uscc, name: "企业"
            }),
            &[],
            self.visits.iter().map(|&(n, on)| Visited {
                uscc: &self.codes[n],
                on,
                cadres,
            }),
            &self.calendars,
        )
    }

    fn candidate(&self, n: usize, on: NaiveDate) -> Candidate {
        let Circumstances {
            overdue,
            promised,
            by_others,
        } = self.circumstances[n];
        let visits: Vec<NaiveDate> = self
            .visits
            .iter()
            .filter(|visit| visit.0 == n)
            .map(|visit| visit.1)
            .collect();
        let promise = OpenPromise {
            text: "送单页".to_owned(),
            due_on: on,
        };
        Candidate {
            uscc: self.codes[n].clone(),
            name: "企业".to_owned(),
            last_visit: visits.iter().copied().max(),
            visits_by_others: vec![on; by_others],
            counted_this_week: visits
                .into_iter()
                .filter(|&visited| Week::of(on).contains(visited))
                .collect(),
            demands_overdue: vec![on - Days::new(1); overdue],
            demands_due_soon: Vec::new(),
            promises: if promised { vec![promise] } else { Vec::new() },
            windows: Vec::new(),
            newly_matching: Vec::new(),
            question: None,
        }
    }

    fn plan(&self, on: NaiveDate) -> Plan {
        let candidates: Vec<Candidate> = (0..self.codes.len())
            .map(|n| self.candidate(n, on))
            .collect();
        let (week, coverage) = (self.week(on), self.coverage(on));
        plan(on, &candidates, &QuotaRule::default(), &week, &coverage)
    }

    /// Enterprises a week that the quarter asked for before this week's visits.
    fn pace_when_the_week_began(&self, on: NaiveDate) -> usize {
        let coverage = self.coverage(on);
        let weeks_left = coverage.weeks_left.expect("a known quarter").max(1);
        let covered_since = usize::try_from(coverage.covered_this_week).expect("few");
        let open = coverage.remaining.len() + covered_since;
        open.div_ceil(usize::try_from(weeks_left).expect("few"))
    }

    /// Makes the visits that the plan of `on` needs, all on that day.
    fn follow(&mut self, on: NaiveDate) {
        let plan = self.plan(on);
        let needed = usize::try_from(plan.needed.visits()).expect("few");
        for planned in plan.visits.into_iter().take(needed) {
            let n = self
                .codes
                .iter()
                .position(|code| *code == planned.uscc)
                .expect("one of mine");
            self.visits.push((n, on));
        }
    }
}

/// The days on which the cadre opens the plan: the first day, then one workday in each later week of
/// the quarter that has one.
fn days_at_work(first: NaiveDate, picks: &[Index], calendars: &Calendars) -> Vec<NaiveDate> {
    let quarter = Quarter::of(first);
    let later = quarter
        .weeks_from(first)
        .skip(1)
        .zip(picks)
        .filter_map(|(week, pick)| {
            let workdays: Vec<NaiveDate> = week
                .days()
                .filter(|&day| quarter.contains(day))
                .filter(|&day| calendars.is_workday(day).expect("a known year"))
                .collect();
            (!workdays.is_empty()).then(|| workdays[pick.index(workdays.len())])
        });
    std::iter::once(first).chain(later).collect()
}

prop_compose! {
    /// A cadre on any day, with visits in the hundred days before it.
    fn any_cadre()(enterprises in 1usize..30)(
        circumstances in prop::collection::vec(circumstances(), enterprises),
        visits in prop::collection::vec((0..enterprises, 1u64..100), 0..20),
        on in any_day(),
        picks in prop::collection::vec(any::<Index>(), 14),
    ) -> (Cadre, NaiveDate, Vec<Index>) {
        let visits = visits.into_iter().map(|(n, days)| (n, on - Days::new(days))).collect();
        (Cadre::new(circumstances, visits), on, picks)
    }
}

impl std::fmt::Debug for Cadre {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cadre")
            .field("circumstances", &self.circumstances)
            .field("visits", &self.visits)
            .finish_non_exhaustive()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn who_follows_the_plan_has_been_everywhere_at_the_quarters_end(
        (mut cadre, first, picks) in any_cadre(),
    ) {
        let mut pace = cadre.pace_when_the_week_began(first);
        for on in days_at_work(first, &picks, &cadre.calendars) {
            let now = cadre.pace_when_the_week_began(on);
            prop_assert!(now <= pace, "{}: {} after {}", on, now, pace);
            cadre.follow(on);
            pace = now;
        }
        let end = cadre.coverage(Quarter::of(first).last_day());
        prop_assert_eq!(end.remaining, []);
    }

    #[test]
    fn who_follows_the_plan_meets_each_week(
        (mut cadre, first, picks) in any_cadre(),
    ) {
        // With one enterprise a week takes visits on two days.
        prop_assume!(cadre.codes.len() >= 2);
        for on in days_at_work(first, &picks, &cadre.calendars) {
            cadre.follow(on);
            let week = cadre.week(on);
            let touches_unknown_year = week.state == QuotaState::CalendarMissing;
            prop_assert!(touches_unknown_year || week.left() == 0, "{}: {:?}", on, week);
        }
    }

    #[test]
    fn no_plan_asks_for_more_than_the_quota_or_the_pace((cadre, on, _) in any_cadre()) {
        let needed = cadre.plan(on).needed;
        let pace = cadre.coverage(on).pace_needed.expect("a known quarter");
        let required = cadre.week(on).required.unwrap_or(0);
        prop_assert!(needed.visits() <= required.max(pace));
    }

    #[test]
    fn a_plan_descends_names_nobody_twice_and_gives_a_reason_each((cadre, on, _) in any_cadre()) {
        let plan = cadre.plan(on);
        prop_assert!(plan.visits.windows(2).all(|pair| pair[0].score >= pair[1].score));
        let codes: BTreeSet<&Uscc> = plan.visits.iter().map(|planned| &planned.uscc).collect();
        prop_assert_eq!(codes.len(), plan.visits.len());
        prop_assert!(plan.visits.iter().all(|planned| !planned.reasons.is_empty()));
        let marked = plan.visits.iter().take_while(|planned| planned.needed).count();
        prop_assert!(plan.visits.iter().skip(marked).all(|planned| !planned.needed));
    }

    #[test]
    fn the_order_of_candidates_does_not_matter((cadre, on, _) in any_cadre()) {
        let mut candidates: Vec<Candidate> =
            (0..cadre.codes.len()).map(|n| cadre.candidate(n, on)).collect();
        candidates.reverse();
        let (week, coverage) = (cadre.week(on), cadre.coverage(on));
        let turned = plan(on, &candidates, &QuotaRule::default(), &week, &coverage);
        prop_assert_eq!(turned, cadre.plan(on));
    }
}

#[test]
fn a_cadre_with_one_enterprise_meets_the_week_on_two_days() {
    let alone = Circumstances {
        overdue: 0,
        promised: false,
        by_others: 0,
    };
    let mut cadre = Cadre::new(vec![alone], Vec::new());
    cadre.follow(day("2026-11-17"));
    assert_eq!(cadre.week(day("2026-11-17")).state, QuotaState::Behind);
    cadre.follow(day("2026-11-19"));
    assert_eq!(cadre.week(day("2026-11-19")).state, QuotaState::Met);
}
