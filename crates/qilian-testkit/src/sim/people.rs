//! Owns what people do in a simulated district: cadres on their laptops, the office at the server.

use chrono::{Days, NaiveDate};
use qilian_domain::command::{
    Command, FactSet, NewDemand, NewFact, NewPromise, OutcomeHandle, VisitRecord, WeekSubmit,
};
use qilian_domain::ids::{DemandId, FactId, MutId, PromiseId, UserId, VisitId};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{
    DemandKind, Fact, FactSource, FactValue, HandledHow, Promise, VisitMode,
};
use qilian_domain::stamp::Stamp;
use qilian_domain::uscc::Uscc;
use qilian_domain::week::Week;
use qilian_store::Committed;
use serde_json::json;

use super::action::Action;
use super::claims::{Broken, Claim};
use super::district::cadre;
use super::oracle::Written;
use super::world::World;
use crate::enterprises;

/// From this number on, a sheet's date lies ahead.
const AHEAD: u8 = 200;

impl World {
    /// A cadre does something.
    pub(super) fn person(&mut self, action: Action) -> Result<(), Broken> {
        match action {
            Action::Visit {
                desk,
                enterprise,
                days_back,
                with,
            } => {
                let n = self.desk_of(desk);
                if let Some(uscc) = self.shown(n, enterprise) {
                    let command = self.visit(n, uscc, days_back, with);
                    self.commit(n, command)?;
                }
            }
            Action::Learn { desk, enterprise } => {
                let n = self.desk_of(desk);
                if let Some(uscc) = self.shown(n, enterprise) {
                    let facts = vec![self.fact()];
                    self.commit(n, FactSet { uscc, facts }.into())?;
                }
            }
            Action::Seal { desk, weeks_back } => {
                let on = self.now.day() - Days::new(u64::from(weeks_back) * 7);
                let week = Week::of(on);
                self.commit(self.desk_of(desk), WeekSubmit { week }.into())?;
            }
            Action::Handle { desk } => {
                let n = self.desk_of(desk);
                let waiting = self.desks[n].store().outcomes_to_handle().expect("read");
                if let Some(outcome) = waiting.first() {
                    let handle = OutcomeHandle {
                        mutation: outcome.mutation,
                        how: HandledHow::Discarded,
                    };
                    let outcome = outcome.clone();
                    self.commit(n, handle.into())?;
                    self.forget_file(n, &outcome)?;
                }
            }
            Action::Second { desk, enterprise } => {
                let n = self.desk_of(desk);
                if let Some(uscc) = self.shown(n, enterprise) {
                    let command = self.visit(n, uscc, 0, 0);
                    let mut_id = MutId::new(self.make());
                    match self.desks[n].commit_elsewhere(mut_id, &command, self.now) {
                        Some(Ok(_)) => self.note(n, mut_id, command),
                        Some(Err(_)) => {}
                        None => self.note_if_there(n, mut_id, command)?,
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The office does something at the server.
    pub(super) fn office(&mut self, action: Action) {
        let now = self.now;
        match action {
            Action::Assign {
                enterprise,
                cadre: to,
                from,
            } => {
                let uscc = self.enterprise(enterprise);
                let from = match from.checked_sub(AHEAD) {
                    Some(ahead) => now.day() + Days::new(u64::from(ahead)),
                    None => now.day() - Days::new(u64::from(from)),
                };
                let to = cadre(to % self.setting.cadres);
                self.district.assign(&uscc, &to, from, now);
            }
            Action::Rename { enterprise } => {
                let uscc = self.enterprise(enterprise);
                let name = format!("澜州市改名{}精密制造有限公司", self.make().as_u128());
                self.district.rename(&uscc, &name, now);
            }
            Action::Import { enterprise, rows } => {
                let uscc = self.enterprise(enterprise);
                let facts = (0..rows).map(|_| self.imported(&uscc)).collect();
                self.district.write(facts, now);
            }
            Action::Enrol { cadre } => self.enrol(cadre),
            _ => {}
        }
        self.look();
    }

    fn enterprise(&self, n: u8) -> Uscc {
        enterprises::code(u32::from(n % self.setting.enterprises))
    }

    /// One of the enterprises that a laptop shows.
    fn shown(&mut self, n: usize, enterprise: u8) -> Option<Uscc> {
        let ids = self.desks[n].store().ids(Kind::Enterprise).expect("read");
        let at = usize::from(enterprise).checked_rem(ids.len())?;
        Some(ids[at].parse().expect("a code"))
    }

    fn visit(&mut self, n: usize, uscc: Uscc, days_back: u8, with: u8) -> Command {
        let has = |bit: u8| with & (1 << bit) != 0;
        let on: NaiveDate = self.now.day() - Days::new(u64::from(days_back));
        let me = self.desks[n].user().clone();
        let companion: Option<UserId> = (0..self.setting.cadres).map(cadre).find(|c| *c != me);
        let promises: Vec<Promise> = self.desks[n].store().all().expect("read");
        let open = promises
            .iter()
            .find(|p| p.kept_on.is_none() && p.uscc == uscc);
        let kept = open.filter(|_| has(4)).map(|p| p.id);
        VisitRecord {
            visit: VisitId::new(self.make()),
            uscc,
            on,
            mode: VisitMode::Onsite,
            note: format!("走访记录{}", self.made()),
            with: companion.filter(|_| has(3)).into_iter().collect(),
            met: Vec::new(),
            for_demands: Vec::new(),
            facts: if has(0) {
                vec![self.fact()]
            } else {
                Vec::new()
            },
            demands: (has(1).then(|| NewDemand {
                id: DemandId::new(self.make()),
                kind: DemandKind::Demand,
                title: "缺两名技工".to_owned(),
            }))
            .into_iter()
            .collect(),
            promises: (has(2).then(|| NewPromise {
                id: PromiseId::new(self.make()),
                text: "联系人社部门".to_owned(),
                due: None,
            }))
            .into_iter()
            .collect(),
            kept: kept.into_iter().collect(),
            library: None,
        }
        .into()
    }

    fn fact(&mut self) -> NewFact {
        let id = self.make();
        NewFact {
            id: FactId::new(id),
            field: "employees".to_owned(),
            value: FactValue(json!(id.as_u128() % 1_000)),
            period: None,
            source: FactSource::Said,
            source_note: None,
            as_of: self.now.day() - Days::new(1),
        }
    }

    fn imported(&mut self, uscc: &Uscc) -> Row {
        let fact = self.fact();
        Fact {
            id: fact.id,
            uscc: uscc.clone(),
            field: fact.field,
            value: fact.value,
            period: None,
            source: FactSource::Said,
            source_note: Some("导入".to_owned()),
            as_of: fact.as_of,
            by: None,
            visit: None,
            recorded: Stamp {
                device: self.now,
                offset_ms: Some(0),
                received: Some(self.now),
            },
        }
        .into()
    }

    /// Does a command on a laptop; what it wrote must show at once.
    fn commit(&mut self, n: usize, command: Command) -> Result<(), Broken> {
        let mut_id = MutId::new(self.make());
        let committed = match self.desks[n].commit(mut_id, &command, self.now) {
            Some(Ok(committed)) => committed,
            Some(Err(_)) => return Ok(()),
            None => return self.note_if_there(n, mut_id, command),
        };
        self.shows(n, &committed)?;
        self.note(n, mut_id, command);
        Ok(())
    }

    /// What was written shows.
    pub(super) fn shows(&mut self, n: usize, committed: &Committed) -> Result<(), Broken> {
        for row in &committed.rows {
            let shown = self.desks[n].store().row(&row.key()).expect("read");
            if shown.as_ref() != Some(row) {
                let told = format!("{row:?} shows as {shown:?}");
                return Err(Claim::ReadYourWrites.broken(told));
            }
        }
        Ok(())
    }

    /// A command that did not come to an end may be there all the same, if the power went just then.
    pub(super) fn note_if_there(
        &mut self,
        n: usize,
        mut_id: MutId,
        command: Command,
    ) -> Result<(), Broken> {
        if self.desks[n].kept().contains(&mut_id) {
            self.note(n, mut_id, command);
        }
        self.nothing_lost(n)
    }

    pub(super) fn note(&mut self, n: usize, mut_id: MutId, command: Command) {
        self.trace(format!("{mut_id} {}", command.name()));
        let user = self.desks[n].user().clone();
        let written = Written {
            desk: n,
            user,
            command,
            gone: false,
        };
        self.oracle.written.insert(mut_id, written);
    }
}
