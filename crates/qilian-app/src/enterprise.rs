//! Owns the file of one enterprise, and the page before a visit, which is cut from it.
//!
//! Elsewhere: what is known and what it is worth (`known`, `hints`), the list (`enterprises`).

use std::collections::{BTreeMap, BTreeSet};

use qilian_domain::ids::UserId;
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Kind, RowKey};
use qilian_domain::rows::{
    Assignment, Demand, DemandState, Enterprise, Fact, Promise, Unit, User, Visit,
};
use qilian_domain::uscc::Uscc;

use crate::contract::{
    Briefing, BriefingArgs, BriefingEnterprise, ContactView, DemandView, EnterpriseFile, HintsArgs,
    Person, PromiseView, RegistrationView, UsccArgs, VisitRow,
};
use crate::enterprises::to_u32;
use crate::error::AppError;
use crate::known::Known;
use crate::laptop::Laptop;

/// Visits whose companions are offered first.
const COMPANION_VISITS: usize = 10;

/// All rows of one enterprise, read at once.
pub(crate) struct File {
    pub(crate) enterprise: Enterprise,
    assignments: Vec<Assignment>,
    facts: Vec<Fact>,
    /// The latest first.
    pub(crate) visits: Vec<Visit>,
    demands: Vec<Demand>,
    promises: Vec<Promise>,
    pending: BTreeSet<RowKey>,
}

impl Laptop {
    pub(crate) fn file(&self, uscc: &Uscc) -> Result<File, AppError> {
        let reader = self.reader();
        let enterprise = reader
            .get::<Enterprise>(uscc)?
            .ok_or_else(|| AppError::from(Refusal::EnterpriseUnknown(uscc.to_string())))?;
        let mut visits = reader.children::<Visit>(uscc)?;
        visits.sort_by_key(|v| std::cmp::Reverse((v.on, v.recorded.device)));
        let mut demands = reader.children::<Demand>(uscc)?;
        demands.sort_by_key(|d| std::cmp::Reverse((d.raised_on, d.id)));
        let mut promises = reader.children::<Promise>(uscc)?;
        promises.sort_by_key(|p| (p.kept_on.is_some(), p.due.is_none(), p.due, p.id));
        Ok(File {
            enterprise,
            assignments: reader.children(uscc)?,
            facts: reader.children(uscc)?,
            visits,
            demands,
            promises,
            pending: reader.pending_keys()?,
        })
    }

    /// The file of one enterprise.
    ///
    /// # Errors
    /// `enterprise_unknown`, or the store's.
    pub fn enterprise(&self, args: &UsccArgs) -> Result<EnterpriseFile, AppError> {
        let uscc = parse_uscc(&args.uscc)?;
        let on = self.today_date();
        let file = self.file(&uscc)?;
        let people = self.people()?;
        let holder = file
            .assignments
            .iter()
            .find(|a| a.covers(on))
            .map(|a| &a.cadre);
        let (facts, tags, questions) = match self.library_if_any()? {
            Some(shelved) => {
                let library = &shelved.library;
                let known = Known::of(&file.enterprise, &file.facts, on, library);
                let name_of = |id: &str| people.name_of(id);
                let hints = self.hints(&HintsArgs {
                    uscc: uscc.to_string(),
                    on: Some(on),
                    facts: Vec::new(),
                    library_version: None,
                })?;
                (
                    known.views(&file.facts, library, name_of),
                    known.tags(library),
                    hints.questions,
                )
            }
            None => (Vec::new(), Vec::new(), Vec::new()),
        };
        Ok(EnterpriseFile {
            uscc: uscc.to_string(),
            name: file.enterprise.name.clone(),
            assigned: holder == Some(&self.user().id),
            assigned_to: holder.and_then(|id| people.name_of(id.as_str())),
            tags,
            registration: registration_view(&file.enterprise),
            facts,
            questions,
            people: file.contacts(),
            visits: file
                .visits
                .iter()
                .map(|v| self.visit_row(v, &file, &people))
                .collect(),
            demands: file.demand_views(),
            promises: file.promise_views(),
        })
    }

    /// The page before a visit.
    ///
    /// # Errors
    /// `enterprise_unknown`, or the store's.
    pub fn briefing(&self, args: &BriefingArgs) -> Result<Briefing, AppError> {
        let uscc = parse_uscc(&args.uscc)?;
        let on = args.on.unwrap_or_else(|| self.today_date());
        let file = self.file(&uscc)?;
        let hints = self.hints(&HintsArgs {
            uscc: uscc.to_string(),
            on: Some(on),
            facts: Vec::new(),
            library_version: None,
        })?;
        let tags = self.library_if_any()?.map_or_else(Vec::new, |shelved| {
            Known::of(&file.enterprise, &file.facts, on, &shelved.library).tags(&shelved.library)
        });
        let r = &file.enterprise.registration;
        Ok(Briefing {
            enterprise: BriefingEnterprise {
                uscc: uscc.to_string(),
                name: file.enterprise.name.clone(),
                industry: r.industry.clone(),
                address: r.address.clone(),
                tags,
                last_visit: file.visits.first().map(|v| v.on),
            },
            people: file.contacts(),
            companions: self.companions(&file, &self.people()?, true),
            promises: file.promise_views(),
            demands: file.demand_views(),
            hints,
            last_complete_sync: self.last_complete_sync()?.map(|at| at.to_string()),
        })
    }

    /// Colleagues who came along: those of the latest visits first, and then all others unless
    /// `only_lately`.
    pub(crate) fn companions(
        &self,
        file: &File,
        people: &People,
        only_lately: bool,
    ) -> Vec<Person> {
        let mut ids: Vec<&UserId> = Vec::new();
        let lately = file
            .visits
            .iter()
            .take(COMPANION_VISITS)
            .flat_map(|v| &v.cadres);
        let others = people.users.keys().filter(|_| !only_lately);
        for id in lately.chain(others) {
            if id != &self.user().id && !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids.into_iter().map(|id| people.person(id)).collect()
    }

    pub(crate) fn visit_row(&self, visit: &Visit, file: &File, people: &People) -> VisitRow {
        let me = &self.user().id;
        let counted = visit.cadres.contains(me)
            && file
                .assignments
                .iter()
                .any(|a| &a.cadre == me && a.covers(visit.on));
        VisitRow {
            visit_id: visit.id.to_string(),
            uscc: visit.uscc.to_string(),
            name: file.enterprise.name.clone(),
            on: visit.on,
            mode: visit.mode.into(),
            cadres: visit.cadres.iter().map(|id| people.person(id)).collect(),
            note: visit.note.clone(),
            late_entry: visit.late_entry,
            counted,
            not_counted_because: why_not(counted, visit.cadres.contains(me)),
            demands: to_u32(
                file.demands
                    .iter()
                    .filter(|d| d.visit == Some(visit.id))
                    .count(),
            ),
            facts: to_u32(
                file.facts
                    .iter()
                    .filter(|f| f.visit == Some(visit.id))
                    .count(),
            ),
            pending: file.pending.contains(&RowKey {
                kind: Kind::Visit,
                id: visit.id.to_string(),
            }),
        }
    }

    pub(crate) fn people(&self) -> Result<People, AppError> {
        let reader = self.reader();
        let units = (reader.all::<Unit>()?.into_iter()).map(|u| (u.id.to_string(), u.name));
        let users = (reader.all::<User>()?.into_iter()).map(|u| (u.id.clone(), u));
        Ok(People {
            users: users.collect(),
            units: units.collect(),
        })
    }
}

impl File {
    /// Whom the office knows there, and whom visits met besides.
    pub(crate) fn contacts(&self) -> Vec<ContactView> {
        let last_met = |name: &str| {
            self.visits
                .iter()
                .find(|v| v.met.iter().any(|m| m == name))
                .map(|v| v.on)
        };
        let on_last_visit = |name: &str| {
            self.visits
                .first()
                .is_some_and(|v| v.met.iter().any(|m| m == name))
        };
        let known = &self.enterprise.people;
        let mut contacts: Vec<ContactView> = (known.iter())
            .map(|person| ContactView {
                id: person.name.clone(),
                name: person.name.clone(),
                post: person.post.clone(),
                phone: person.phone.clone(),
                usual: known.len() == 1 || on_last_visit(&person.name),
                last_met: last_met(&person.name),
            })
            .collect();
        for name in self.visits.iter().flat_map(|v| &v.met) {
            if !contacts.iter().any(|c| &c.name == name) {
                contacts.push(ContactView {
                    id: name.clone(),
                    name: name.clone(),
                    post: None,
                    phone: None,
                    usual: on_last_visit(name),
                    last_met: last_met(name),
                });
            }
        }
        contacts
    }

    pub(crate) fn demand_views(&self) -> Vec<DemandView> {
        (self.demands.iter())
            .map(|d| DemandView {
                demand_id: d.id.to_string(),
                no: None,
                title: d.title.clone(),
                state: match d.state {
                    DemandState::Collected => "collected".to_owned(),
                },
                light: None,
                due_on: None,
                owner_unit: None,
                pending: self.is_pending(Kind::Demand, &d.id),
                created_on: d.raised_on,
            })
            .collect()
    }

    pub(crate) fn promise_views(&self) -> Vec<PromiseView> {
        let made: BTreeMap<_, _> = self.visits.iter().map(|v| (v.id, v.on)).collect();
        (self.promises.iter())
            .map(|p| PromiseView {
                id: p.id.to_string(),
                text: p.text.clone(),
                due_on: p.due,
                made_on: made.get(&p.visit).copied(),
                kept_on: p.kept_on,
            })
            .collect()
    }

    fn is_pending(&self, kind: Kind, id: &impl ToString) -> bool {
        self.pending.contains(&RowKey {
            kind,
            id: id.to_string(),
        })
    }
}

/// Users and units by id.
pub(crate) struct People {
    users: BTreeMap<UserId, User>,
    units: BTreeMap<String, String>,
}

impl People {
    pub(crate) fn name_of(&self, id: &str) -> Option<String> {
        self.users
            .get(&UserId::new(id))
            .map(|user| user.name.clone())
    }

    pub(crate) fn person(&self, id: &UserId) -> Person {
        let user = self.users.get(id);
        let unit = user.and_then(|u| u.unit.as_ref());
        Person {
            id: id.to_string(),
            name: user.map_or_else(|| id.to_string(), |u| u.name.clone()),
            unit: unit.map(|id| {
                self.units
                    .get(id.as_str())
                    .cloned()
                    .unwrap_or_else(|| id.to_string())
            }),
        }
    }
}

/// Why a visit does not count for me, as a code.
pub(crate) fn why_not(counted: bool, mine: bool) -> Option<String> {
    match (counted, mine) {
        (true, _) => None,
        (false, true) => Some("not_assigned_that_day".to_owned()),
        (false, false) => Some("not_mine".to_owned()),
    }
}

/// A code as screens and terminals send it.
pub(crate) fn parse_uscc(text: &str) -> Result<Uscc, AppError> {
    text.parse()
        .map_err(|_| AppError::from(Refusal::EnterpriseUnknown(text.to_string())))
}

fn registration_view(enterprise: &Enterprise) -> RegistrationView {
    let r = &enterprise.registration;
    RegistrationView {
        industry: r.industry.clone(),
        established_on: r.founded_on,
        capital: r.capital.as_ref().map(|c| c.text.clone()),
        address: r.address.clone(),
        street: r.street.clone(),
        kind: r.kind.clone(),
        business: r.business.clone(),
    }
}
