//! Owns answers in the keys of the terminal's interface (`docs/cli.md`), where they differ from what
//! the screens are told.
//!
//! Elsewhere: the same use cases for screens (`enterprise`, `outcomes`), words for people (`qilian-cli`).

use std::cmp::Reverse;

use chrono::NaiveDate;
use qilian_domain::ids::At;
use qilian_domain::rows::{Fact, FactSource};
use serde::Serialize;
use serde_json::Value;

use crate::contract::WaitingItem;
use crate::enterprise::parse_uscc;
use crate::error::AppError;
use crate::laptop::Laptop;

/// A fact as it was recorded, its value as JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FactRecord {
    /// A field of the policy library.
    pub field: String,
    /// A number, text, truth, set, or range.
    pub value: Value,
    /// Its unit, if the library says one.
    pub unit: Option<String>,
    /// The period it is about.
    pub period: Option<String>,
    /// Where it comes from.
    pub source: FactSource,
    /// A remark on the source.
    pub source_note: Option<String>,
    /// The day on which it held.
    pub as_of: NaiveDate,
    /// Who recorded it; `None` for an import.
    pub by: Option<String>,
    /// The visit on which it was said.
    pub visit_id: Option<String>,
}

/// A mutation in the outbox.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutboxLine {
    /// Its id.
    pub id: String,
    /// Its number on this laptop.
    pub mut_seq: u64,
    /// The command and the version of its arguments.
    pub command: String,
    /// Since when it waits.
    pub since: At,
    /// Whether the server has it, and only the confirming pull is missing.
    pub delivered: bool,
    /// What it is about, where it concerns an enterprise or a week.
    pub about: Option<WaitingItem>,
}

impl Laptop {
    /// The facts known of an enterprise, the latest first.
    ///
    /// # Errors
    /// `enterprise_unknown`, or the store's.
    pub fn fact_records(&self, uscc: &str) -> Result<Vec<FactRecord>, AppError> {
        let uscc = parse_uscc(uscc)?;
        let shelved = self.library_if_any()?;
        let mut facts: Vec<Fact> = self.reader().children(&uscc)?;
        facts.sort_by_key(|fact| Reverse((fact.as_of, fact.recorded.device)));
        let unit = |field: &str| {
            let field = shelved.as_ref()?.library.field(field)?;
            field.unit.clone()
        };
        Ok(facts
            .into_iter()
            .map(|fact| FactRecord {
                unit: unit(&fact.field),
                field: fact.field,
                value: fact.value.0,
                period: fact.period,
                source: fact.source,
                source_note: fact.source_note,
                as_of: fact.as_of,
                by: fact.by.map(|user| user.to_string()),
                visit_id: fact.visit.map(|visit| visit.to_string()),
            })
            .collect())
    }

    /// Everything in the outbox, the oldest first.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn outbox_lines(&self) -> Result<Vec<OutboxLine>, AppError> {
        let mut waiting = self.waiting()?;
        let items = self.reader().outbox()?;
        Ok(items
            .into_iter()
            .map(|item| {
                let id = item.mut_id.to_string();
                let about = waiting
                    .iter()
                    .position(|told| told.id == id)
                    .map(|place| waiting.swap_remove(place));
                OutboxLine {
                    id,
                    mut_seq: item.mut_seq.0,
                    command: item.name,
                    since: item.recorded_at,
                    delivered: item.answer.is_some(),
                    about,
                }
            })
            .collect())
    }
}
