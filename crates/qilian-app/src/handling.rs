//! Owns what an author does about something that came back: send it again, keep its words as a note, let it go,
//! say that it was read. Each is one transaction with the closing of the outcome, and the closing is synced: the
//! author's other laptop shows it as seen to, and doing the same there changes nothing.
//!
//! Elsewhere: what came back (`outcomes`), what the district does about it (`qilian-domain`).

use qilian_domain::command::{Command, NoteWrite, OutcomeHandle, VisitRecord};
use qilian_domain::ids::{DemandId, FactId, MutId, NoteId, PromiseId, VisitId};
use qilian_domain::refusal::Refusal;
use qilian_domain::rows::{HandledHow, Outcome, OutcomeStatus};
use uuid::{Builder, Uuid};

use crate::contract::IdArgs;
use crate::enterprise::parse_uscc;
use crate::error::AppError;
use crate::laptop::Laptop;

impl Laptop {
    /// Sends what came back again, as a new mutation on the rows of now, and closes the outcome with it.
    ///
    /// # Errors
    /// `outcome_unknown`; or the refusal, if it would be refused again here: then nothing was written and it
    /// stays.
    pub fn rejected_resubmit(&self, args: &IdArgs) -> Result<(), AppError> {
        let outcome = self.outcome(&args.id)?;
        let mut command = Command::parse(&outcome.name, &outcome.args)?;
        if outcome.code == Refusal::IdTaken(String::new()).code() {
            command = under_other_ids(command, outcome.mutation);
        }
        let file = match &command {
            Command::AttachmentAdd(add) => Some(add.attachment.uuid()),
            _ => None,
        };
        let visits = (visit_of(&outcome.name, &outcome.args), visit_in(&command));
        self.commit_all(&[command, handle(&outcome, HandledHow::Resubmitted)])?;
        if let Some(file) = file {
            self.store().note_trouble(file, None)?;
        }
        match visits {
            (Some(old), Some(new)) => self.files_follow(old, new),
            _ => Ok(()),
        }
    }

    /// Keeps the words of what came back as a note on its enterprise, and closes the outcome with it. Whoever
    /// has the enterprise now reads them.
    ///
    /// # Errors
    /// `outcome_unknown`, `text_missing` where there are no words or no enterprise; then nothing was written.
    pub fn rejected_note(&self, args: &IdArgs) -> Result<(), AppError> {
        let outcome = self.outcome(&args.id)?;
        let told = self.told(&outcome.name, &outcome.args)?;
        let uscc = told.uscc.ok_or(Refusal::TextMissing("enterprise"))?;
        let written = outcome
            .written
            .map_or(outcome.at, |stamp| stamp.corrected());
        let on = match Command::parse(&outcome.name, &outcome.args)? {
            Command::VisitRecord(visit) => visit.on.min(written.day()),
            _ => written.day(),
        };
        let note = Command::from(NoteWrite {
            // One note of one mutation, from whichever of its author's laptops.
            note: NoteId::new(outcome.mutation.uuid()),
            uscc: parse_uscc(&uscc)?,
            visit: None,
            from: Some(outcome.mutation),
            on,
            text: told.text,
        });
        self.commit_all(&[note, handle(&outcome, HandledHow::Noted)])
    }

    /// Lets go of what came back, as its author asked; of what was merged, says that it was read.
    ///
    /// # Errors
    /// `outcome_unknown`, or the store's.
    pub fn rejected_discard(&self, args: &IdArgs) -> Result<(), AppError> {
        let outcome = self.outcome(&args.id)?;
        let how = match outcome.status {
            OutcomeStatus::Merged => HandledHow::Seen,
            OutcomeStatus::Rejected | OutcomeStatus::Quarantined => HandledHow::Discarded,
        };
        self.commit_all(&[handle(&outcome, how)])?;
        if let Ok(Command::AttachmentAdd(add)) = Command::parse(&outcome.name, &outcome.args) {
            self.store().forget_upload(add.attachment.uuid())?;
            self.sweep_files()?;
        }
        Ok(())
    }

    /// What waits for its author. Seen to already, here or on another laptop, it does not.
    fn outcome(&self, text: &str) -> Result<Outcome, AppError> {
        let id = MutId::new(crate::visit::id(text)?);
        self.store()
            .get::<Outcome>(id)?
            .filter(|outcome| outcome.handled.is_none())
            .ok_or_else(|| AppError::from(Refusal::OutcomeUnknown(text.to_owned())))
    }
}

/// The visit that a mutation records, if it records one.
fn visit_of(name: &str, args: &serde_json::Value) -> Option<VisitId> {
    visit_in(&Command::parse(name, args).ok()?)
}

const fn visit_in(command: &Command) -> Option<VisitId> {
    match command {
        Command::VisitRecord(visit) => Some(visit.visit),
        _ => None,
    }
}

/// That an outcome was seen to.
pub(crate) fn handle(outcome: &Outcome, how: HandledHow) -> Command {
    Command::from(OutcomeHandle {
        mutation: outcome.mutation,
        how,
    })
}

/// The same under ids that nothing has: the old ones are another record's. They follow from the mutation, so
/// that sending it again from two laptops makes one record.
fn under_other_ids(command: Command, mutation: MutId) -> Command {
    let other = |id: Uuid| {
        let mixed = id.as_u128().rotate_left(1) ^ mutation.uuid().as_u128();
        Builder::from_custom_bytes(mixed.to_be_bytes()).into_uuid()
    };
    match command {
        Command::VisitRecord(mut visit) => {
            for fact in &mut visit.facts {
                fact.id = FactId::new(other(fact.id.uuid()));
            }
            for demand in &mut visit.demands {
                demand.id = DemandId::new(other(demand.id.uuid()));
            }
            for promise in &mut visit.promises {
                promise.id = PromiseId::new(other(promise.id.uuid()));
            }
            Command::from(VisitRecord {
                visit: VisitId::new(other(visit.visit.uuid())),
                ..visit
            })
        }
        Command::FactSet(mut set) => {
            for fact in &mut set.facts {
                fact.id = FactId::new(other(fact.id.uuid()));
            }
            Command::from(set)
        }
        Command::NoteWrite(mut note) => {
            note.note = NoteId::new(other(note.note.uuid()));
            Command::from(note)
        }
        // Their bytes go by the attachment's own id.
        files @ (Command::AttachmentAdd(_)
        | Command::AttachmentRemove(_)
        | Command::ThumbnailAdd(_)) => files,
        without_ids @ (Command::PromiseKeep(_)
        | Command::WeekSubmit(_)
        | Command::OutcomeHandle(_)) => without_ids,
    }
}
