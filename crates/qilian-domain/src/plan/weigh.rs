//! Owns what speaks for and against visiting an enterprise now, and how much.
//!
//! Points are chosen so that an overdue demand outweighs any wait within a quarter, and that visits by
//! others outweigh a mere wait but no duty. Elsewhere: what the week needs whatever the points (`plan`).

use chrono::{Days, NaiveDate};

use super::{Candidate, Reason};

const NOT_VISITED_THIS_QUARTER: i32 = 60;
const NEVER_VISITED: i32 = 90;
/// One point a day since the last visit, as many as a quarter has.
const MOST_DAYS: i64 = 90;
const DEMAND_OVERDUE: i32 = 100;
const DEMAND_DUE_SOON: i32 = 50;
const PROMISE_OVERDUE: i32 = 70;
const PROMISE_DUE: i32 = 50;
/// A window that closes today; a point less for each day left.
const WINDOW_CLOSES_TODAY: i32 = 50;
const NEWLY_MATCHING: i32 = 20;
const QUESTION: i32 = 15;
const VISIT_BY_OTHERS: i32 = -30;
/// More of the same kind than this adds nothing, so that no single list buries the rest.
const MOST_ALIKE: usize = 3;

const PROMISE_AHEAD_DAYS: u64 = 7;
const WINDOW_AHEAD_DAYS: u64 = 30;
const OTHERS_WITHIN_DAYS: u64 = 30;

/// The points of a candidate and its reasons, at least one, in the order of [`Reason`]'s variants.
/// `open`: not visited this quarter.
pub(super) fn weigh(on: NaiveDate, candidate: &Candidate, open: bool) -> (i32, Vec<Reason>) {
    let mut scale = Scale::default();
    if open {
        scale.put(NOT_VISITED_THIS_QUARTER, Reason::NotVisitedThisQuarter);
    }
    wait(&mut scale, on, candidate);
    demands(&mut scale, candidate);
    promises(&mut scale, on, candidate);
    policies(&mut scale, on, candidate);
    others(&mut scale, on, candidate);
    if let Some(&visited_on) = candidate.counted_this_week.iter().max() {
        scale.put(0, Reason::VisitedThisWeek { on: visited_on });
    }
    (scale.points, scale.reasons)
}

#[derive(Default)]
struct Scale {
    points: i32,
    reasons: Vec<Reason>,
}

impl Scale {
    fn put(&mut self, points: i32, reason: Reason) {
        self.points += points;
        self.reasons.push(reason);
    }
}

fn wait(scale: &mut Scale, on: NaiveDate, candidate: &Candidate) {
    match candidate.last_visit {
        None => scale.put(NEVER_VISITED, Reason::NeverVisited),
        Some(last_visit) => {
            let days = on.signed_duration_since(last_visit).num_days();
            let points = i32::try_from(days.clamp(0, MOST_DAYS)).unwrap_or_default();
            scale.put(points, Reason::DaysSinceVisit { days, last_visit });
        }
    }
}

fn demands(scale: &mut Scale, candidate: &Candidate) {
    let overdue = &candidate.demands_overdue;
    if let Some(&due_on) = overdue.iter().min() {
        let reason = Reason::DemandsOverdue {
            demands: overdue.len(),
            due_on,
        };
        scale.put(times(DEMAND_OVERDUE, overdue.len()), reason);
    }
    let soon = &candidate.demands_due_soon;
    if let Some(&due_on) = soon.iter().min() {
        let reason = Reason::DemandsDueSoon {
            demands: soon.len(),
            due_on,
        };
        scale.put(times(DEMAND_DUE_SOON, soon.len()), reason);
    }
}

fn promises(scale: &mut Scale, on: NaiveDate, candidate: &Candidate) {
    let mut due: Vec<_> = candidate
        .promises
        .iter()
        .filter(|promise| promise.due_on <= later(on, PROMISE_AHEAD_DAYS))
        .collect();
    due.sort_by(|a, b| (a.due_on, &a.text).cmp(&(b.due_on, &b.text)));
    for promise in due.into_iter().take(MOST_ALIKE) {
        let (due_on, text) = (promise.due_on, promise.text.clone());
        if due_on < on {
            scale.put(
                PROMISE_OVERDUE,
                Reason::PromiseOverdue {
                    promise: text,
                    due_on,
                },
            );
        } else {
            scale.put(
                PROMISE_DUE,
                Reason::PromiseDue {
                    promise: text,
                    due_on,
                },
            );
        }
    }
}

fn policies(scale: &mut Scale, on: NaiveDate, candidate: &Candidate) {
    let ahead = on..=later(on, WINDOW_AHEAD_DAYS);
    let mut closing: Vec<_> = candidate
        .windows
        .iter()
        .filter(|window| ahead.contains(&window.closes_on))
        .collect();
    closing.sort_by(|a, b| (a.closes_on, &a.policy.id).cmp(&(b.closes_on, &b.policy.id)));
    for window in closing.into_iter().take(MOST_ALIKE) {
        let days_left = window.closes_on.signed_duration_since(on).num_days();
        let points = WINDOW_CLOSES_TODAY - i32::try_from(days_left).unwrap_or_default();
        let reason = Reason::PolicyWindowClosing {
            policy: window.policy.id.clone(),
            title: window.policy.title.clone(),
            closes_on: window.closes_on,
        };
        scale.put(points, reason);
    }
    let mut newly: Vec<_> = candidate.newly_matching.iter().collect();
    newly.sort_by(|a, b| a.id.cmp(&b.id));
    for policy in newly.into_iter().take(MOST_ALIKE) {
        let (policy, title) = (policy.id.clone(), policy.title.clone());
        scale.put(
            NEWLY_MATCHING,
            Reason::PolicyNewlyMatching { policy, title },
        );
    }
    if let Some(question) = &candidate.question {
        let reason = Reason::QuestionWorthAsking {
            field: question.field.clone(),
            ask: question.ask.clone(),
            settles: question.settles,
            amount: question.amount,
        };
        scale.put(QUESTION, reason);
    }
}

fn others(scale: &mut Scale, on: NaiveDate, candidate: &Candidate) {
    let since = on
        .checked_sub_days(Days::new(OTHERS_WITHIN_DAYS))
        .unwrap_or(NaiveDate::MIN);
    let visits = candidate
        .visits_by_others
        .iter()
        .filter(|&&day| since <= day && day <= on)
        .count();
    if visits > 0 {
        let reason = Reason::VisitedByOthers {
            visits,
            within_days: OTHERS_WITHIN_DAYS,
        };
        scale.put(times(VISIT_BY_OTHERS, visits), reason);
    }
}

fn times(points: i32, count: usize) -> i32 {
    points * i32::try_from(count.min(MOST_ALIKE)).unwrap_or_default()
}

fn later(on: NaiveDate, days: u64) -> NaiveDate {
    on.checked_add_days(Days::new(days))
        .unwrap_or(NaiveDate::MAX)
}
