//! Owns writing a note: `note.write@1`. Words that the district could not take where they were meant for
//! are not lost: they become a note on the enterprise.
//!
//! Who had the enterprise once may file a note there, also after it went to somebody else: whoever has it now
//! reads it, and the writer gets nothing of the file back (`sync.md` A.0 7).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::visit::NOTE_LIMIT;
use super::{Context, Decide, Loaded, Read};
use crate::ids::{MutId, NoteId, UserId, VisitId};
use crate::refusal::Refusal;
use crate::row::Row;
use crate::rows::{Assignment, Enterprise, Note};
use crate::uscc::Uscc;

/// The longest, in characters: the note of a visit with all that came of it.
const LIMIT: usize = 2 * NOTE_LIMIT;

/// Words are kept on an enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteWrite {
    /// Made by the laptop.
    pub note: NoteId,
    /// On which enterprise.
    pub uscc: Uscc,
    /// The visit that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<VisitId>,
    /// The mutation whose words these were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<MutId>,
    /// The day that it is about.
    pub on: NaiveDate,
    /// What: 1 to 100,000 characters.
    pub text: String,
}

impl NoteWrite {
    fn row(&self, context: &Context<'_>) -> Note {
        Note {
            id: self.note,
            uscc: self.uscc.clone(),
            visit: self.visit,
            from: self.from,
            by: context.actor.clone(),
            on: self.on,
            text: self.text.clone(),
            recorded: context.stamp,
        }
    }
}

impl Decide for NoteWrite {
    fn reads(&self, _actor: &UserId) -> Vec<Read> {
        vec![
            Read::row::<Enterprise>(&self.uscc),
            Read::row::<Note>(self.note),
            Read::children::<Assignment>(&self.uscc),
        ]
    }

    fn enterprise(&self) -> Option<&Uscc> {
        Some(&self.uscc)
    }

    fn decide(&self, context: &Context<'_>, loaded: &Loaded) -> Result<Vec<Row>, Refusal> {
        let had_it =
            (loaded.all::<Assignment>()).any(|a| a.uscc == self.uscc && &a.cadre == context.actor);
        // A laptop that lost the enterprise has its own intervals of it still, and nothing else.
        if loaded.get::<Enterprise>(&self.uscc).is_none() && !had_it {
            return Err(Refusal::EnterpriseUnknown(self.uscc.to_string()));
        }
        if !had_it {
            context.check_scope(&self.uscc, None, loaded)?;
        }
        if self.text.trim().is_empty() {
            return Err(Refusal::TextMissing("note"));
        }
        if self.text.chars().count() > LIMIT {
            return Err(Refusal::TextTooLong {
                field: "note",
                limit: LIMIT,
            });
        }
        let row = self.row(context);
        match loaded.get::<Note>(self.note) {
            None => Ok(vec![row.into()]),
            // The same note from the writer's other laptop.
            Some(there) if there.by == row.by && there.text == row.text => Ok(Vec::new()),
            Some(_) => Err(Refusal::IdTaken(self.note.to_string())),
        }
    }
}
