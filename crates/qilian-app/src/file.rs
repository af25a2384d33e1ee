//! Owns reading all rows of one enterprise at once, and the people that they name.
//!
//! Elsewhere: what screens show of it (`enterprise`, `form`).

use std::collections::{BTreeMap, BTreeSet};

use qilian_domain::ids::UserId;
use qilian_domain::refusal::Refusal;
use qilian_domain::row::{Kind, RowKey};
use qilian_domain::rows::{
    Assignment, Attachment, Demand, DemandState, Enterprise, Fact, Note, Promise, Unit, User, Visit,
};
use qilian_domain::uscc::Uscc;

use crate::contract::{ContactView, DemandView, NoteView, Person, PromiseView};
use crate::error::AppError;
use crate::laptop::Laptop;

/// All rows of one enterprise, read at once.
pub(crate) struct File {
    pub(crate) enterprise: Enterprise,
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) facts: Vec<Fact>,
    /// The latest first.
    pub(crate) visits: Vec<Visit>,
    pub(crate) demands: Vec<Demand>,
    pub(crate) promises: Vec<Promise>,
    /// The latest first.
    pub(crate) notes: Vec<Note>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) pending: BTreeSet<RowKey>,
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
        let mut notes = reader.children::<Note>(uscc)?;
        notes.sort_by_key(|n| std::cmp::Reverse((n.on, n.recorded.device)));
        Ok(File {
            enterprise,
            assignments: reader.children(uscc)?,
            facts: reader.children(uscc)?,
            visits,
            demands,
            promises,
            notes,
            attachments: reader.children(uscc)?,
            pending: reader.pending_keys()?,
        })
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
    pub(crate) fn note_views(&self, people: &People) -> Vec<NoteView> {
        let pending = |note: &Note| self.pending.contains(&RowKey::of::<Note>(note.id));
        (self.notes.iter())
            .map(|note| NoteView {
                id: note.id.to_string(),
                text: note.text.clone(),
                on: note.on,
                by: people.name_of(note.by.as_str()),
                pending: pending(note),
            })
            .collect()
    }

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
    pub(crate) users: BTreeMap<UserId, User>,
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
