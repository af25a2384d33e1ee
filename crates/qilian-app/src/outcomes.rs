//! Owns the sync centre: what waits, what came back, and what its author does about it.
//!
//! Nothing is dropped by the machine: a rejected mutation stays, with its text, until its author sends
//! it again or lets it go, and that too is synced. Elsewhere: the lights (`status`).

use qilian_domain::command::{Command, OutcomeHandle, VisitRecord};
use qilian_domain::ids::{MutId, VisitId};
use qilian_domain::refusal::Refusal;
use qilian_domain::rows::{Enterprise, HandledHow, Outcome, OutcomeStatus};
use qilian_sync::wire::{Mutation, ReplyStatus};

use crate::contract::{IdArgs, RejectedItem, SyncCentre, WaitingItem, WaitingKind};
use crate::enterprises::to_u32;
use crate::error::AppError;
use crate::laptop::Laptop;

impl Laptop {
    /// Lights, what waits, what came back.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn sync_centre(&self) -> Result<SyncCentre, AppError> {
        Ok(SyncCentre {
            status: self.sync_status()?,
            waiting: self.waiting()?,
            rejected: self.rejected()?,
            files: self.files_waiting()?,
        })
    }

    /// The outbox, the oldest first. What the author did to an outcome is not listed.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn waiting(&self) -> Result<Vec<WaitingItem>, AppError> {
        let items = self.reader().outbox()?;
        let mut waiting = Vec::new();
        for item in items {
            let mutation: Mutation = serde_json::from_str(&item.payload)
                .map_err(|e| AppError::Internal(e.to_string()))?;
            let rejected = item
                .answer
                .as_ref()
                .is_some_and(|a| a.status == ReplyStatus::Rejected);
            let told = self.told(&mutation.name, &mutation.args)?;
            if rejected || told.kind == WaitingKind::Other {
                continue;
            }
            waiting.push(WaitingItem {
                id: item.mut_id.to_string(),
                kind: told.kind,
                uscc: told.uscc,
                name: told.name,
                title: told.title,
                count: told.count,
                since: item.recorded_at.to_string(),
                delivered: item.answer.is_some(),
            });
        }
        Ok(waiting)
    }

    /// What came back and waits for its author, the latest first.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn rejected(&self) -> Result<Vec<RejectedItem>, AppError> {
        let outcomes = self.reader().outcomes_to_handle()?;
        let mut rejected = Vec::new();
        for outcome in outcomes {
            if outcome.status == OutcomeStatus::Merged {
                continue;
            }
            let told = self.told(&outcome.name, &outcome.args)?;
            rejected.push(RejectedItem {
                id: outcome.mutation.to_string(),
                kind: told.kind,
                uscc: told.uscc,
                name: told.name,
                title: told.title,
                written_at: outcome.at.to_string(),
                rejected_at: outcome.at.to_string(),
                code: outcome.code.clone(),
                details: outcome.params.clone(),
                text: told.text,
            });
        }
        rejected.sort_by(|a, b| b.rejected_at.cmp(&a.rejected_at));
        Ok(rejected)
    }

    /// Sends what came back again, as a new mutation, and notes that its author saw to it.
    ///
    /// # Errors
    /// `outcome_unknown`; or the refusal, if it would be refused again here; then it stays.
    pub fn rejected_resubmit(&self, args: &IdArgs) -> Result<(), AppError> {
        let outcome = self.outcome(&args.id)?;
        let mut command = Command::parse(&outcome.name, &outcome.args)?;
        let mut again = None;
        if let Command::VisitRecord(record) = &mut command {
            let old = record.visit;
            record.visit = VisitId::new(self.new_id());
            again = Some((old, record.visit));
        }
        self.commit(&command)?;
        self.handle(&outcome, HandledHow::Resubmitted)?;
        match (again, command) {
            (Some((old, new)), _) => self.files_follow(old, new),
            (None, Command::AttachmentAdd(add)) => {
                Ok((self.store()).note_trouble(add.attachment.uuid(), None)?)
            }
            _ => Ok(()),
        }
    }

    /// Lets go of what came back, as its author asked.
    ///
    /// # Errors
    /// `outcome_unknown`, or the store's.
    pub fn rejected_discard(&self, args: &IdArgs) -> Result<(), AppError> {
        let outcome = self.outcome(&args.id)?;
        self.handle(&outcome, HandledHow::Discarded)?;
        if let Ok(Command::AttachmentAdd(add)) = Command::parse(&outcome.name, &outcome.args) {
            self.store().forget_upload(add.attachment.uuid())?;
            self.sweep_files()?;
        }
        Ok(())
    }

    fn outcome(&self, text: &str) -> Result<Outcome, AppError> {
        let id = MutId::new(crate::visit::id(text)?);
        self.reader()
            .get::<Outcome>(id)?
            .ok_or_else(|| AppError::from(Refusal::OutcomeUnknown(text.to_owned())))
    }

    pub(crate) fn handle(&self, outcome: &Outcome, how: HandledHow) -> Result<(), AppError> {
        self.commit(&Command::from(OutcomeHandle {
            mutation: outcome.mutation,
            how,
        }))?;
        Ok(())
    }

    /// A mutation in words of the field.
    fn told(&self, name: &str, args: &serde_json::Value) -> Result<Told, AppError> {
        let mut told = match Command::parse(name, args) {
            Ok(Command::VisitRecord(v)) => Told {
                kind: WaitingKind::Visit,
                title: Some(v.on.to_string()),
                count: to_u32(1 + v.facts.len() + v.demands.len() + v.promises.len()),
                text: visit_text(&v),
                ..Told::of(Some(v.uscc.to_string()))
            },
            Ok(Command::FactSet(f)) => Told {
                kind: WaitingKind::Fact,
                count: to_u32(f.facts.len()),
                text: (f.facts.iter())
                    .map(|f| format!("{}={}", f.field, crate::known::shown(&f.value.0)))
                    .collect::<Vec<_>>()
                    .join("\n"),
                ..Told::of(Some(f.uscc.to_string()))
            },
            Ok(Command::PromiseKeep(p)) => Told {
                kind: WaitingKind::Promise,
                ..Told::of(Some(p.uscc.to_string()))
            },
            Ok(Command::WeekSubmit(w)) => Told {
                kind: WaitingKind::Week,
                title: Some(w.week.to_string()),
                ..Told::of(None)
            },
            Ok(Command::AttachmentAdd(a)) => Told {
                kind: WaitingKind::File,
                title: Some(a.name.clone()),
                text: a.name,
                ..Told::of(Some(a.uscc.to_string()))
            },
            // Taking one away, and a small picture, are nothing that anybody wrote.
            Ok(
                Command::AttachmentRemove(_) | Command::ThumbnailAdd(_) | Command::OutcomeHandle(_),
            ) => Told::of(None),
            // Written by a newer version: shown as it is, never hidden.
            Err(_) => Told {
                text: args
                    .as_str()
                    .map_or_else(|| args.to_string(), str::to_owned),
                title: Some(name.to_owned()).filter(|name| !name.is_empty()),
                ..Told::of(None)
            },
        };
        if let Some(uscc) = &told.uscc {
            told.name = self.reader().get::<Enterprise>(uscc)?.map(|e| e.name);
        }
        Ok(told)
    }
}

struct Told {
    kind: WaitingKind,
    uscc: Option<String>,
    name: Option<String>,
    title: Option<String>,
    count: u32,
    text: String,
}

impl Told {
    fn of(uscc: Option<String>) -> Self {
        Self {
            kind: WaitingKind::Other,
            uscc,
            name: None,
            title: None,
            count: 1,
            text: String::new(),
        }
    }
}

/// All that was typed on a visit, a paragraph each, for copying.
fn visit_text(visit: &VisitRecord) -> String {
    let demands = visit.demands.iter().map(|d| d.title.clone());
    let promises = visit.promises.iter().map(|p| p.text.clone());
    let facts = visit
        .facts
        .iter()
        .map(|f| format!("{}={}", f.field, crate::known::shown(&f.value.0)));
    std::iter::once(visit.note.clone())
        .chain(demands)
        .chain(promises)
        .chain(facts)
        .collect::<Vec<_>>()
        .join("\n")
}
