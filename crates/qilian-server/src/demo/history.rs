//! Owns what the made-up cadres did: visits with what came of them, promises kept, weeks sent; each the
//! command that a laptop would have sent, in the order in which it was recorded.
//!
//! Elsewhere: what a command does (`qilian_domain::command`), on which days (`days`), in which words
//! (`talk`).

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use qilian_domain::command::{
    Command, NewDemand, NewFact, NewPromise, PromiseKeep, VisitRecord, WeekSubmit,
};
use qilian_domain::ids::{At, DemandId, FactId, LibraryVersion, PromiseId, UserId, VisitId};
use qilian_domain::rows::{FactSource, FactValue, VisitMode};
use qilian_domain::uscc::Uscc;
use qilian_domain::week::{Quarter, Week};

use super::days::{Span, at, morning};
use super::dice::Dice;
use super::enterprises::Made;
use super::talk::{self, Matter};
use super::{days, people};
use crate::storage::Act;

/// A promise older than this was kept.
const FORGOTTEN_DAYS: i64 = 45;
/// The minute of the day at which people go home.
const EVENING: i64 = 17 * 60 + 40;

/// Everything that was done, in order.
pub(super) fn history(dice: &mut Dice, span: &Span, made: &[Made], cadres: usize) -> Vec<Act> {
    let mut acts = Vec::new();
    for place in 0..cadres {
        let mine: Vec<&Made> = made.iter().filter(|m| m.cadre == place).collect();
        let mut cadre = Cadre {
            dice: &mut *dice,
            span,
            place,
            cadres,
            id: people::cadre(place),
            demands: BTreeMap::new(),
            acts: Vec::new(),
        };
        cadre.go(mine);
        acts.append(&mut cadre.acts);
    }
    acts.sort_by_key(|act| act.at);
    acts
}

/// One cadre going out.
struct Cadre<'a> {
    dice: &'a mut Dice,
    span: &'a Span,
    place: usize,
    cadres: usize,
    id: UserId,
    /// The last demand of each enterprise and the day from which it is known.
    demands: BTreeMap<&'a Uscc, (DemandId, NaiveDate)>,
    acts: Vec<Act>,
}

/// When a visit was and when it was recorded.
#[derive(Clone, Copy)]
struct When {
    on: NaiveDate,
    recorded: At,
    late: bool,
}

impl<'a> Cadre<'a> {
    fn go(&mut self, mut mine: Vec<&'a Made>) {
        let (days, covered) = if self.place == 0 {
            self.span.visits_of_first(self.dice, mine.len())
        } else {
            (self.span.visits(self.dice), mine.len())
        };
        let mut of_quarter: BTreeMap<Quarter, Vec<NaiveDate>> = BTreeMap::new();
        for day in days {
            of_quarter.entry(Quarter::of(day)).or_default().push(day);
        }
        for (quarter, days) in of_quarter {
            self.dice.shuffle(&mut mine);
            let current = quarter == self.span.quarter();
            let turn = if current { covered } else { mine.len() };
            let in_turn: Vec<&'a Made> = mine.iter().take(turn).copied().collect();
            for (&made, on) in in_turn.iter().cycle().zip(days) {
                self.visit(made, on);
            }
        }
        self.send_weeks();
    }

    fn visit(&mut self, made: &'a Made, on: NaiveDate) {
        let Some(when) = self.when(on) else { return };
        let uscc = &made.row.uscc;
        let visit = VisitId::new(self.dice.id(when.recorded));
        let contacts: Vec<String> = made.row.people.iter().map(|c| c.name.clone()).collect();
        let met = self.dice.some(&contacts.iter().collect::<Vec<_>>(), 2);
        let met: Vec<String> = met.into_iter().cloned().collect();
        let mode = match self.dice.between(0, 99) {
            0..=61 => VisitMode::Onsite,
            62..=81 => VisitMode::Phone,
            82..=86 => VisitMode::Video,
            _ => VisitMode::Meeting,
        };
        let shown = self.is_shown(on);
        let comes_up = self.dice.percent(45) || shown;
        let matter = comes_up.then(|| talk::matter(self.dice, made.living));
        let follows = self.demands.get(uscc).filter(|(_, known)| *known <= on);
        let for_demands: Vec<DemandId> = follows.map(|&(id, _)| id).into_iter().collect();
        let demands = self.raise(uscc, matter, when);
        let promises = self.promise(uscc, matter, when);
        let note = talk::note(self.dice, made.living, mode, &met, matter, when.late);
        let record = VisitRecord {
            visit,
            uscc: uscc.clone(),
            on,
            mode,
            note,
            with: self.companions(),
            met,
            for_demands,
            facts: self.learn(made, when),
            demands,
            promises,
            kept: Vec::new(),
            library: Some(LibraryVersion(1)),
        };
        self.act(when.recorded, record);
    }

    /// Most visits are recorded on their day, some a day or two later, few too late.
    fn when(&mut self, on: NaiveDate) -> Option<When> {
        let draw = self.dice.between(0, 99);
        let after = match draw {
            0..=3 => self.dice.between(4, 7),
            4..=14 => self.dice.between(1, 2),
            _ => 0,
        };
        let minute = self.dice.between(10 * 60 + 5, EVENING - 10);
        let then = at(later(on, after), minute);
        let recorded = match then.filter(|&at| at <= self.span.now) {
            Some(at) => at,
            None => at(on, minute)
                .filter(|&at| at <= self.span.now)
                .or_else(|| morning(on))?,
        };
        let late = recorded.day().signed_duration_since(on).num_days() > 3;
        Some(When { on, recorded, late })
    }

    /// Whether it is the first cadre's visit of this week, which leaves a promise behind.
    fn is_shown(&self, on: NaiveDate) -> bool {
        self.place == 0 && Week::of(on) == Week::of(self.span.today())
    }

    /// Now and then a colleague comes along.
    fn companions(&mut self) -> Vec<UserId> {
        if self.cadres < 2 || !self.dice.percent(8) {
            return Vec::new();
        }
        let step = self.dice.count(1, self.cadres - 1);
        vec![people::cadre((self.place + step) % self.cadres)]
    }

    fn raise(&mut self, uscc: &'a Uscc, matter: Option<Matter>, when: When) -> Vec<NewDemand> {
        let Some(matter) = matter.filter(|_| self.dice.percent(55)) else {
            return Vec::new();
        };
        let id = DemandId::new(self.dice.id(when.recorded));
        // A visit of an earlier day may yet be recorded later: only later days can follow it up.
        let known = when.recorded.day().succ_opt().unwrap_or(when.on);
        self.demands.insert(uscc, (id, known));
        vec![NewDemand {
            id,
            kind: matter.kind,
            title: matter.demand.to_owned(),
        }]
    }

    fn promise(&mut self, uscc: &Uscc, matter: Option<Matter>, when: When) -> Vec<NewPromise> {
        let shown = self.is_shown(when.on);
        let Some(matter) = matter.filter(|_| self.dice.percent(70) || shown) else {
            return Vec::new();
        };
        let id = PromiseId::new(self.dice.id(when.recorded));
        let due = later(when.on, self.dice.between(5, 16));
        let kept_on = later(when.recorded.day(), self.dice.between(2, 12));
        let minute = self.dice.between(10 * 60, EVENING);
        let kept_at = at(kept_on, minute).filter(|&at| at <= self.span.now);
        let long_ago = (self.span.today() - when.on).num_days() > FORGOTTEN_DAYS;
        if let Some(kept_at) = kept_at.filter(|_| !shown && (long_ago || self.dice.percent(70))) {
            let kept = PromiseKeep {
                uscc: uscc.clone(),
                promise: id,
                on: kept_on,
            };
            self.act(kept_at, kept);
        }
        vec![NewPromise {
            id,
            text: matter.promise.to_owned(),
            due: Some(due),
        }]
    }

    fn learn(&mut self, made: &Made, when: When) -> Vec<NewFact> {
        if !self.dice.percent(30) {
            return Vec::new();
        }
        let (field, value) = talk::told(self.dice, made.living, made.employees);
        vec![NewFact {
            id: FactId::new(self.dice.id(when.recorded)),
            field: field.to_owned(),
            value: FactValue(value),
            period: None,
            source: FactSource::Said,
            source_note: None,
            as_of: when.on,
        }]
    }

    /// A week is sent on its last workday or on the Monday after; a few are never sent, but for the
    /// first cadre's.
    fn send_weeks(&mut self) {
        let span = self.span;
        for &week in &span.past {
            let Some(&last) = span.workdays(week).last() else {
                continue;
            };
            let monday = days::at(week.next().monday(), 9 * 60 + self.dice.between(5, 55));
            let evening = days::at(last, EVENING + self.dice.between(0, 60));
            let on_monday = self.dice.percent(20);
            let sent = if on_monday { monday } else { evening };
            let sent = sent.filter(|&at| at <= span.now).or(evening);
            if self.place != 0 && self.dice.percent(6) {
                continue;
            }
            if let Some(sent) = sent {
                self.act(sent, WeekSubmit { week });
            }
        }
    }

    fn act(&mut self, at: At, command: impl Into<Command>) {
        self.acts.push(Act {
            actor: self.id.clone(),
            command: command.into(),
            at,
        });
    }
}

fn later(day: NaiveDate, days: i64) -> NaiveDate {
    day.checked_add_signed(TimeDelta::days(days)).unwrap_or(day)
}
