//! Owns recording a visit: `visit.record@1`, one command with all that came of the visit, so that a
//! laptop that dies in between has all of it or nothing.
//!
//! Elsewhere: how a tally counts (`quota`), the sealed week (`command/week.rs`).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::fact::NewFact;
use super::merge::{Conflict, kept_before};
use super::promise::kept;
use super::week::{WeekPackage, sealed_week_reads};
use super::{Context, Decide, Loaded, Read};
use crate::ids::{DemandId, LibraryVersion, PromiseId, UserId, VisitId};
use crate::quota;
use crate::refusal::Refusal;
use crate::row::Row;
use crate::rows::{
    Assignment, Brought, Demand, DemandKind, DemandState, Enterprise, Fact, Promise, User, Visit,
    VisitMode, VisitTally,
};
use crate::uscc::Uscc;
use crate::week::Week;

/// The longest note, in characters. A note of 20,000 must be kept as it is.
pub const NOTE_LIMIT: usize = 50_000;
/// A demand or promise is one line.
const LINE_LIMIT: usize = 500;

/// A demand in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDemand {
    /// Made by the laptop.
    pub id: DemandId,
    /// 诉求 or 建议.
    pub kind: DemandKind,
    /// What it is: 1 to 500 characters.
    pub title: String,
}

/// A promise in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPromise {
    /// Made by the laptop.
    pub id: PromiseId,
    /// What: 1 to 500 characters.
    pub text: String,
    /// By which day.
    pub due: Option<NaiveDate>,
}

/// A visit with all that came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitRecord {
    /// Made by the laptop.
    pub visit: VisitId,
    /// Which enterprise.
    pub uscc: Uscc,
    /// The day.
    pub on: NaiveDate,
    /// How.
    pub mode: VisitMode,
    /// What was talked about, 50,000 characters at most.
    pub note: String,
    /// Other cadres who were there; the author is added.
    #[serde(default)]
    pub with: Vec<UserId>,
    /// Whom they met, each in 1 to 500 characters.
    #[serde(default)]
    pub met: Vec<String>,
    /// Demands that the visit follows up.
    #[serde(default)]
    pub for_demands: Vec<DemandId>,
    /// What was learned.
    #[serde(default)]
    pub facts: Vec<NewFact>,
    /// What was raised.
    #[serde(default)]
    pub demands: Vec<NewDemand>,
    /// What was promised.
    #[serde(default)]
    pub promises: Vec<NewPromise>,
    /// Earlier promises that were kept on the visit.
    #[serde(default)]
    pub kept: Vec<PromiseId>,
    /// The policy library that the form was opened with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub library: Option<LibraryVersion>,
}

impl VisitRecord {
    /// The author and who was with them, each once.
    fn cadres(&self, author: &UserId) -> Vec<UserId> {
        let mut cadres = vec![author.clone()];
        for user in &self.with {
            if !cadres.contains(user) {
                cadres.push(user.clone());
            }
        }
        cadres
    }

    /// Whether this very visit stands already, with all that came of it: sent once more, as from its author's
    /// other laptop, it changes nothing. Another one under its id is refused.
    fn is_recorded(&self, author: &UserId, loaded: &Loaded) -> bool {
        let Some(visit) = loaded.get::<Visit>(self.visit) else {
            return false;
        };
        let same = visit.cadres == self.cadres(author)
            && (&visit.uscc, visit.on, visit.mode, &visit.note)
                == (&self.uscc, self.on, self.mode, &self.note)
            && (&visit.met, &visit.for_demands) == (&self.met, &self.for_demands);
        same && self
            .facts
            .iter()
            .all(|f| loaded.get::<Fact>(f.id).is_some())
            && (self.demands.iter()).all(|d| loaded.get::<Demand>(d.id).is_some())
            && (self.promises.iter()).all(|p| loaded.get::<Promise>(p.id).is_some())
    }

    fn check_texts(&self, today: NaiveDate) -> Result<(), Refusal> {
        if self.note.chars().count() > NOTE_LIMIT {
            return Err(Refusal::TextTooLong {
                field: "note",
                limit: NOTE_LIMIT,
            });
        }
        let lines = (self.demands.iter().map(|d| ("demand", &d.title)))
            .chain(self.promises.iter().map(|p| ("promise", &p.text)))
            .chain(self.met.iter().map(|name| ("met", name)));
        for (field, line) in lines {
            if line.trim().is_empty() {
                return Err(Refusal::TextMissing(field));
            }
            if line.chars().count() > LINE_LIMIT {
                return Err(Refusal::TextTooLong {
                    field,
                    limit: LINE_LIMIT,
                });
            }
        }
        self.facts.iter().try_for_each(|fact| fact.check(today))
    }

    fn check_standing(&self, context: &Context<'_>, loaded: &Loaded) -> Result<(), Refusal> {
        if self.on > context.today() {
            return Err(Refusal::VisitInFuture { on: self.on });
        }
        context.check_scope(&self.uscc, Some(self.on), loaded)
    }

    fn check_references(&self, loaded: &Loaded) -> Result<(), Refusal> {
        if let Some(stranger) = self.with.iter().find(|id| loaded.get::<User>(id).is_none()) {
            return Err(Refusal::UserUnknown(stranger.to_string()));
        }
        let here = |id: &&DemandId| {
            loaded
                .get::<Demand>(id)
                .is_some_and(|d| d.uscc == self.uscc)
        };
        if let Some(id) = self.for_demands.iter().find(|id| !here(id)) {
            return Err(Refusal::DemandUnknown(id.to_string()));
        }
        let here = |id: &&PromiseId| {
            loaded
                .get::<Promise>(id)
                .is_some_and(|p| p.uscc == self.uscc)
        };
        if let Some(id) = self.kept.iter().find(|id| !here(id)) {
            return Err(Refusal::PromiseUnknown(id.to_string()));
        }
        Ok(())
    }

    fn check_ids(&self, loaded: &Loaded) -> Result<(), Refusal> {
        let taken = (loaded
            .get::<Visit>(self.visit)
            .map(|_| self.visit.to_string()))
        .or_else(|| find_taken::<Fact, _>(loaded, self.facts.iter().map(|f| f.id)))
        .or_else(|| find_taken::<Demand, _>(loaded, self.demands.iter().map(|d| d.id)))
        .or_else(|| {
            let new = self
                .promises
                .iter()
                .map(|p| p.id)
                .filter(|id| !self.kept.contains(id));
            find_taken::<Promise, _>(loaded, new)
        });
        taken.map_or(Ok(()), |id| Err(Refusal::IdTaken(id)))
    }

    fn visit_row(&self, cadres: &[UserId], late: bool, context: &Context<'_>) -> Row {
        Visit {
            id: self.visit,
            uscc: self.uscc.clone(),
            on: self.on,
            mode: self.mode,
            note: self.note.clone(),
            cadres: cadres.to_vec(),
            met: self.met.clone(),
            for_demands: self.for_demands.clone(),
            library: self.library,
            late_entry: late,
            recorded: context.stamp,
        }
        .into()
    }

    fn tally(&self, cadre: &UserId, name: &str, late: bool, loaded: &Loaded) -> VisitTally {
        VisitTally {
            visit: self.visit,
            cadre: cadre.clone(),
            on: self.on,
            week: Week::of(self.on),
            uscc: self.uscc.clone(),
            name: name.to_owned(),
            mode: self.mode,
            counted: assigned(loaded, &self.uscc, cadre, self.on),
            late,
            brought: Brought {
                facts: count(self.facts.len()),
                demands: count(self.demands.len()),
                promises: count(self.promises.len()),
            },
        }
    }

    fn brought_rows(&self, context: &Context<'_>) -> Vec<Row> {
        let facts = self
            .facts
            .iter()
            .map(|f| f.row(&self.uscc, Some(self.visit), context));
        let demands = self.demands.iter().map(|d| {
            Row::from(Demand {
                id: d.id,
                uscc: self.uscc.clone(),
                kind: d.kind,
                title: d.title.trim().to_owned(),
                collected_by: context.actor.clone(),
                visit: Some(self.visit),
                raised_on: self.on,
                state: DemandState::Collected,
                recorded: context.stamp,
            })
        });
        let promises = self.promises.iter().map(|p| {
            Row::from(Promise {
                id: p.id,
                uscc: self.uscc.clone(),
                visit: self.visit,
                by: context.actor.clone(),
                text: p.text.trim().to_owned(),
                due: p.due,
                kept_on: None,
                kept_by: None,
                kept_said: None,
            })
        });
        facts.chain(demands).chain(promises).collect()
    }
}

impl Decide for VisitRecord {
    fn reads(&self, actor: &UserId) -> Vec<Read> {
        let mut reads = vec![
            Read::row::<Enterprise>(&self.uscc),
            Read::row::<Visit>(self.visit),
            Read::children::<Assignment>(&self.uscc),
        ];
        reads.extend(self.with.iter().map(Read::row::<User>));
        reads.extend(self.for_demands.iter().map(Read::row::<Demand>));
        reads.extend(self.demands.iter().map(|d| Read::row::<Demand>(d.id)));
        reads.extend(self.facts.iter().map(|f| Read::row::<Fact>(f.id)));
        reads.extend(self.promises.iter().map(|p| Read::row::<Promise>(p.id)));
        reads.extend(self.kept.iter().map(Read::row::<Promise>));
        for cadre in self.cadres(actor) {
            reads.extend(sealed_week_reads(&cadre, Week::of(self.on)));
        }
        reads
    }

    fn enterprise(&self) -> Option<&Uscc> {
        Some(&self.uscc)
    }

    fn decide(&self, context: &Context<'_>, loaded: &Loaded) -> Result<Vec<Row>, Refusal> {
        let enterprise = loaded
            .get::<Enterprise>(&self.uscc)
            .ok_or_else(|| Refusal::EnterpriseUnknown(self.uscc.to_string()))?;
        if self.is_recorded(context.actor, loaded) {
            return Ok(Vec::new());
        }
        self.check_texts(context.today())?;
        self.check_standing(context, loaded)?;
        self.check_references(loaded)?;
        self.check_ids(loaded)?;

        let cadres = self.cadres(context.actor);
        let late = context
            .rules
            .quota
            .is_late_entry(self.on, context.stamp.day());
        let mut rows = vec![self.visit_row(&cadres, late, context)];
        rows.extend(self.brought_rows(context));
        rows.extend(
            self.kept
                .iter()
                .filter_map(|id| loaded.get::<Promise>(id))
                .map(|p| kept(p, self.on, context)),
        );
        for cadre in &cadres {
            let tally = self.tally(cadre, &enterprise.name, late, loaded);
            // A sealed week that gains a visit is supplemented at once, by whoever recorded it.
            rows.extend(WeekPackage::with_new(&tally, context, loaded));
            rows.push(tally.into());
        }
        Ok(rows)
    }

    fn conflicts(&self, context: &Context<'_>, loaded: &Loaded) -> Vec<Conflict> {
        if self.is_recorded(context.actor, loaded) {
            return Vec::new();
        }
        let kept = self.kept.iter().filter_map(|id| loaded.get::<Promise>(id));
        kept.filter_map(|p| kept_before(p, self.on, context))
            .collect()
    }
}

/// Whether the enterprise was that cadre's on that day.
fn assigned(loaded: &Loaded, uscc: &Uscc, cadre: &UserId, on: NaiveDate) -> bool {
    quota::assigned_on(loaded.all::<Assignment>(), cadre, uscc, on)
}

fn find_taken<B: crate::row::Known, I: ToString + Copy>(
    loaded: &Loaded,
    mut ids: impl Iterator<Item = I>,
) -> Option<String> {
    ids.find(|id| loaded.get::<B>(*id).is_some())
        .map(|id| id.to_string())
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}
