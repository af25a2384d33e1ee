//! Owns what is said where two people, or two laptops of one, changed the same value: which value, what it
//! was, mine and theirs (`sync.md` A.5, invariant 11).
//!
//! Today that is the day on which a promise was kept, where the first day stays. Everything else that cadres
//! write is inserted, never changed, or computed anew from what is there. Elsewhere: telling the author
//! (outcomes with status `merged`, which the server writes).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Context;
use crate::ids::{At, UserId};
use crate::row::RowKey;
use crate::rows::Promise;

/// A value that did not take effect, because another came first. Its author keeps it in the outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Of which row.
    #[serde(flatten)]
    pub row: RowKey,
    /// What the row is about, in words that its author knows.
    pub about: String,
    /// Which value.
    pub field: String,
    /// What it was when the author wrote.
    pub base: Value,
    /// What the author wrote.
    pub mine: Value,
    /// What stands now; null where the author may not see it any more.
    pub theirs: Value,
    /// Who wrote that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<At>,
}

impl Conflict {
    /// The same without what was written after the author lost sight of the row (`sync.md` A.0 7).
    #[must_use]
    pub fn without_theirs(self) -> Self {
        Self {
            theirs: Value::Null,
            by: None,
            at: None,
            ..self
        }
    }
}

/// What becomes of saying that a promise was kept on a day, where it was said before for another one.
pub(super) fn kept_before(
    promise: &Promise,
    on: NaiveDate,
    context: &Context<'_>,
) -> Option<Conflict> {
    // A laptop does not know yet what came first; the server's word counts.
    context.stamp.received?;
    let first = promise.kept_on.filter(|first| *first != on)?;
    Some(Conflict {
        row: RowKey::of::<Promise>(promise.id),
        about: promise.text.clone(),
        field: "kept_on".to_owned(),
        base: Value::Null,
        mine: Value::String(on.to_string()),
        theirs: Value::String(first.to_string()),
        by: promise.kept_by.clone(),
        at: (promise.kept_said).map(|said| said.received.unwrap_or(said.corrected())),
    })
}
