//! Owns the file of one enterprise, and the page before a visit, which is cut from it.
//!
//! Elsewhere: reading its rows (`file`), what is known and what it is worth (`known`, `hints`), the list
//! (`enterprises`).

use qilian_domain::ids::UserId;
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Kind, RowKey};
use qilian_domain::rows::{Enterprise, Visit};
use qilian_domain::uscc::Uscc;

use crate::contract::{
    Briefing, BriefingArgs, BriefingEnterprise, EnterpriseFile, HintsArgs, Person,
    RegistrationView, UsccArgs, VisitRow,
};
use crate::enterprises::to_u32;
use crate::error::AppError;
use crate::file::{File, People};
use crate::known::Known;
use crate::laptop::Laptop;

/// Visits whose companions are offered first.
const COMPANION_VISITS: usize = 10;

impl Laptop {
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
            notes: file.note_views(&people),
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
            files: Self::count_attachments(&file.attachments, visit.id),
            pending: file.pending.contains(&RowKey {
                kind: Kind::Visit,
                id: visit.id.to_string(),
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
