//! Owns 今日: how week and quarter stand, whom to visit and why, what waits.
//!
//! Elsewhere: the plan's rules (`qilian-domain::plan`), hints (`hints`).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use qilian_domain::coverage::{Coverage, Remaining};
use qilian_domain::plan::{
    Candidate, OpenPromise, Plan, Planned, PolicyTitle, PolicyWindow, Reason, WorthAsking, plan,
};
use qilian_domain::quota::WeekQuota;
use qilian_domain::rows::{Enterprise, Fact, Promise, Visit, VisitTally};
use qilian_domain::uscc::Uscc;
use qilian_domain::week::Week;
use qilian_policy::{Hint, Outcome, Purpose, WindowState};

use crate::contract::{Later, LaterView, OpenPromiseView, PlanItem, PlanReason, Today};
use crate::enterprises::Line;
use crate::error::AppError;
use crate::known::Known;
use crate::laptop::Laptop;
use crate::library::Shelved;
use crate::quota::{quarter_view, week_view};

/// Enterprises whose policies are looked at for the plan, after the first ranking. More than a cadre
/// has in most districts; it keeps 今日 quick for those who hold thousands.
const POLICY_LOOKS: usize = 40;
/// Lines of the plan on the screen: a week asks for two, and the cadre chooses.
const PLAN_SHOWN: usize = 8;
/// Names in the line below the plan.
const LATER_SHOWN: usize = 3;
/// Other units' visits in so many days speak against going (`domain.md` 5.8, 无事不扰).
const LATELY_DAYS: u64 = 30;

impl Laptop {
    /// Everything on the first screen.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn today(&self) -> Result<Today, AppError> {
        let on = self.today_date();
        let week = Week::of(on);
        let mine = self.my_enterprises(on)?;
        let week_quota = self.week_quota(week)?;
        let coverage = self.coverage(on, &mine)?;
        let plan = self.plan_of(on, &mine, &week_quota, &coverage)?;
        let by_code: BTreeMap<&Uscc, &Line> = mine.iter().map(|l| (&l.uscc, l)).collect();
        let shown = &plan.visits[..plan.visits.len().min(PLAN_SHOWN)];
        let plan = (shown.iter())
            .map(|planned| self.plan_item(planned, by_code.get(&planned.uscc).copied()))
            .collect::<Result<_, _>>()?;
        Ok(Today {
            on,
            week: week_view(&week_quota),
            quarter: quarter_view(&coverage),
            plan,
            later: later(coverage.remaining, shown),
            done: self.week_visits(week)?,
            waiting: self.waiting()?,
            promises: self.open_promises(on)?,
            drafts: self.drafts()?,
        })
    }

    /// Whom to visit in the week of `on`, best first.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn plan_on(&self, on: NaiveDate) -> Result<Plan, AppError> {
        let mine = self.my_enterprises(on)?;
        let week = self.week_quota(Week::of(on))?;
        self.plan_of(on, &mine, &week, &self.coverage(on, &mine)?)
    }

    fn plan_of(
        &self,
        on: NaiveDate,
        mine: &[Line],
        week: &WeekQuota,
        coverage: &Coverage,
    ) -> Result<Plan, AppError> {
        let rules = self.rules()?;
        let mut candidates = self.candidates(on, mine)?;
        let first = plan(on, &candidates, &rules.quota, week, coverage);
        let looked: BTreeSet<Uscc> = first
            .visits
            .iter()
            .take(POLICY_LOOKS)
            .map(|p| p.uscc.clone())
            .collect();
        if let Some(shelved) = self.library_if_any()? {
            for candidate in candidates.iter_mut().filter(|c| looked.contains(&c.uscc)) {
                self.look_at_policies(candidate, on, &shelved)?;
            }
        }
        Ok(plan(on, &candidates, &rules.quota, week, coverage))
    }

    /// My enterprises with all that speaks for or against a visit, but for policies.
    fn candidates(&self, on: NaiveDate, mine: &[Line]) -> Result<Vec<Candidate>, AppError> {
        let week = Week::of(on);
        let me = &self.user().id;
        let reader = self.reader();
        let tallies = reader.tallies(me, week.monday(), week.sunday())?;
        let mut promises: BTreeMap<Uscc, Vec<OpenPromise>> = BTreeMap::new();
        for p in reader.all::<Promise>()? {
            if let (None, Some(due_on), true) = (p.kept_on, p.due, &p.by == me) {
                promises.entry(p.uscc).or_default().push(OpenPromise {
                    text: p.text,
                    due_on,
                });
            }
        }
        let lately = on - chrono::Days::new(LATELY_DAYS);
        let mut candidates = Vec::new();
        for line in mine {
            let recent = match line.last_visit {
                Some(day) if day >= lately => {
                    reader.children_on::<Visit>(&line.uscc, lately, on)?
                }
                _ => Vec::new(),
            };
            candidates.push(Candidate {
                uscc: line.uscc.clone(),
                name: line.name.clone(),
                last_visit: line.last_visit.filter(|day| *day <= on),
                visits_by_others: (recent.iter())
                    .filter(|v| !v.cadres.contains(me))
                    .map(|v| v.on)
                    .collect(),
                counted_this_week: counted_days(&tallies, &line.uscc),
                // Lights come with the demand workflow: until then no demand has a due day.
                demands_overdue: Vec::new(),
                demands_due_soon: Vec::new(),
                promises: promises.remove(&line.uscc).unwrap_or_default(),
                windows: Vec::new(),
                newly_matching: Vec::new(),
                question: None,
            });
        }
        Ok(candidates)
    }

    fn look_at_policies(
        &self,
        candidate: &mut Candidate,
        on: NaiveDate,
        shelved: &Shelved,
    ) -> Result<(), AppError> {
        let (enterprise, facts) = {
            let reader = self.reader();
            let Some(enterprise) = reader.get::<Enterprise>(&candidate.uscc)? else {
                return Ok(());
            };
            (enterprise, reader.children::<Fact>(&candidate.uscc)?)
        };
        let library = &shelved.library;
        let known = Known::of(&enterprise, &facts, on, library).facts;
        let hints: Vec<Hint> = (library.hints(&known, on, Purpose::New).into_iter())
            .filter(|hint| !hint.needs_check)
            .collect();
        candidate.windows = (hints.iter())
            .filter(|h| matches!(h.outcome, Outcome::Likely | Outcome::NeedsInfo))
            .filter(|h| h.window.state == WindowState::Open)
            .filter_map(|h| {
                Some(PolicyWindow {
                    policy: title(h),
                    closes_on: h.window.to?,
                })
            })
            .collect();
        if let Some(last) = candidate.last_visit {
            let then = Known::of(&enterprise, &facts, last, library).facts;
            let likely_then: BTreeSet<&str> = (library.outcomes(&then, last, Purpose::New))
                .into_iter()
                .filter(|(_, outcome)| *outcome == Outcome::Likely)
                .map(|(id, _)| id)
                .collect();
            candidate.newly_matching = (hints.iter())
                .filter(|h| h.outcome == Outcome::Likely && !likely_then.contains(h.id.as_str()))
                .map(title)
                .collect();
        }
        candidate.question = library.questions(&hints).into_iter().next().map(|q| {
            let settled = hints.iter().filter(|h| q.settles.contains(&h.id));
            WorthAsking {
                amount: settled.filter_map(|h| h.amount).reduce(|a, b| a + b),
                settles: crate::enterprises::to_u32(q.settles.len()),
                field: q.field,
                ask: q.ask,
            }
        });
        Ok(())
    }

    fn plan_item(&self, planned: &Planned, line: Option<&Line>) -> Result<PlanItem, AppError> {
        let last_visit = line.and_then(|l| l.last_visit);
        let last_mode = match last_visit {
            Some(day) => {
                let visits = self
                    .reader()
                    .children_on::<Visit>(&planned.uscc, day, day)?;
                visits.last().map(|v| v.mode.into())
            }
            None => None,
        };
        Ok(PlanItem {
            uscc: planned.uscc.to_string(),
            name: planned.name.clone(),
            score: planned.score,
            needed: planned.needed,
            street: line.and_then(|l| l.street.clone()),
            last_visit,
            last_mode,
            reasons: (planned.reasons.iter())
                .map(reason_view)
                .collect::<Result<_, _>>()?,
        })
    }

    fn open_promises(&self, on: NaiveDate) -> Result<Vec<OpenPromiseView>, AppError> {
        let reader = self.reader();
        let mut open: Vec<Promise> = (reader.all::<Promise>()?.into_iter())
            .filter(|p| p.kept_on.is_none() && p.by == self.user().id)
            .collect();
        open.sort_by_key(|p| (p.due.is_none(), p.due, p.id));
        (open.into_iter())
            .map(|p| {
                let line = reader.enterprise(self.whose(on), &p.uscc)?;
                Ok(OpenPromiseView {
                    id: p.id.to_string(),
                    name: line.map_or_else(String::new, |line| line.name),
                    uscc: p.uscc.to_string(),
                    text: p.text,
                    due_on: p.due,
                })
            })
            .collect()
    }
}

/// What remains of the quarter beside what is planned.
fn later(remaining: Vec<Remaining>, planned: &[Planned]) -> Later {
    let planned: BTreeSet<&Uscc> = planned.iter().map(|p| &p.uscc).collect();
    let mut left = (remaining.into_iter()).filter(|r| !planned.contains(&r.uscc));
    let first = (left.by_ref().take(LATER_SHOWN))
        .map(|r| LaterView {
            uscc: r.uscc.to_string(),
            name: r.name,
            last_visit: r.last_visit,
        })
        .collect();
    Later {
        first,
        more: crate::enterprises::to_u32(left.count()),
    }
}

fn reason_view(reason: &Reason) -> Result<PlanReason, AppError> {
    let facts = match serde_json::to_value(reason) {
        Ok(serde_json::Value::Object(mut facts)) => {
            facts.remove("code");
            facts
        }
        Ok(other) => {
            return Err(AppError::Internal(format!(
                "a reason is no object: {other}"
            )));
        }
        Err(error) => return Err(AppError::Internal(error.to_string())),
    };
    Ok(PlanReason {
        code: reason.code().to_owned(),
        text: reason.text(),
        facts,
    })
}

fn counted_days(tallies: &[VisitTally], uscc: &Uscc) -> Vec<NaiveDate> {
    tallies
        .iter()
        .filter(|t| t.counted && &t.uscc == uscc)
        .map(|t| t.on)
        .collect()
}

fn title(hint: &Hint) -> PolicyTitle {
    PolicyTitle {
        id: hint.id.clone(),
        title: hint.title.clone(),
    }
}
