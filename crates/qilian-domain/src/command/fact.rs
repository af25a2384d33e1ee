//! Owns learning a fact: `fact.set@1`, and the facts that come with a visit.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Context, Decide, Loaded, Read};
use crate::ids::{FactId, UserId, VisitId};
use crate::refusal::Refusal;
use crate::row::Row;
use crate::rows::{Assignment, Enterprise, Fact, FactSource, FactValue};
use crate::uscc::Uscc;

/// A remark on a source is one line.
const SOURCE_NOTE_LIMIT: usize = 200;
/// A text value is a short answer.
const TEXT_VALUE_LIMIT: usize = 1_000;

/// A fact as it was learned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewFact {
    /// Made by the laptop.
    pub id: FactId,
    /// A field of the policy library.
    pub field: String,
    /// Scalar, set of texts, or range; a text has 1 to 1,000 characters.
    pub value: FactValue,
    /// The period it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Where it comes from.
    pub source: FactSource,
    /// A remark on the source, 200 characters at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_note: Option<String>,
    /// The day on which it held, today at the latest.
    pub as_of: NaiveDate,
}

impl NewFact {
    /// `today` is the last day on which it can have held.
    pub(super) fn check(&self, today: NaiveDate) -> Result<(), Refusal> {
        if self.as_of > today {
            return Err(Refusal::FactInFuture {
                field: self.field.clone(),
                as_of: self.as_of,
            });
        }
        if self.field.trim().is_empty() {
            return Err(Refusal::TextMissing("field"));
        }
        let too_long = |t: &String| t.chars().count() > SOURCE_NOTE_LIMIT;
        if self.source_note.as_ref().is_some_and(too_long) {
            return Err(Refusal::TextTooLong {
                field: "source_note",
                limit: SOURCE_NOTE_LIMIT,
            });
        }
        if readable(&self.value.0) {
            Ok(())
        } else {
            Err(Refusal::ValueUnreadable(self.field.clone()))
        }
    }

    /// Whether a stored fact is this very statement.
    fn is(&self, there: &Fact, uscc: &Uscc, author: &UserId) -> bool {
        &there.uscc == uscc
            && there.by.as_ref() == Some(author)
            && (&there.field, &there.value, there.as_of) == (&self.field, &self.value, self.as_of)
    }

    pub(super) fn row(&self, uscc: &Uscc, visit: Option<VisitId>, context: &Context<'_>) -> Row {
        Fact {
            id: self.id,
            uscc: uscc.clone(),
            field: self.field.clone(),
            value: self.value.clone(),
            period: self.period.clone(),
            source: self.source,
            source_note: self.source_note.clone(),
            as_of: self.as_of,
            by: Some(context.actor.clone()),
            visit,
            recorded: context.stamp,
        }
        .into()
    }
}

fn readable(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.is_empty() && text.chars().count() <= TEXT_VALUE_LIMIT,
        Value::Array(items) => items.iter().all(|i| i.is_string() && readable(i)),
        Value::Object(range) => {
            !range.is_empty()
                && range.iter().all(|(end, v)| {
                    matches!(end.as_str(), "min" | "max") && (v.is_number() || v.is_string())
                })
        }
    }
}

/// Facts learned outside a visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactSet {
    /// Of which enterprise.
    pub uscc: Uscc,
    /// What was learned.
    pub facts: Vec<NewFact>,
}

impl Decide for FactSet {
    fn reads(&self, _actor: &UserId) -> Vec<Read> {
        let facts = self.facts.iter().map(|f| Read::row::<Fact>(f.id));
        [
            Read::row::<Enterprise>(&self.uscc),
            Read::children::<Assignment>(&self.uscc),
        ]
        .into_iter()
        .chain(facts)
        .collect()
    }

    fn enterprise(&self) -> Option<&Uscc> {
        Some(&self.uscc)
    }

    fn decide(&self, context: &Context<'_>, loaded: &Loaded) -> Result<Vec<Row>, Refusal> {
        if loaded.get::<Enterprise>(&self.uscc).is_none() {
            return Err(Refusal::EnterpriseUnknown(self.uscc.to_string()));
        }
        context.check_scope(&self.uscc, Some(context.stamp.day()), loaded)?;
        self.facts
            .iter()
            .map(|fact| {
                fact.check(context.today())?;
                match loaded.get::<Fact>(fact.id) {
                    None => Ok(Some(fact.row(&self.uscc, None, context))),
                    // The same statement once more, as from its author's other laptop.
                    Some(there) if fact.is(there, &self.uscc, context.actor) => Ok(None),
                    Some(_) => Err(Refusal::IdTaken(fact.id.to_string())),
                }
            })
            .filter_map(Result::transpose)
            .collect()
    }
}
