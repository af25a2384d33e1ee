//! Owns what an author is told of a mutation that did not simply apply, beyond its code: who has the
//! enterprise now, and what somebody else wrote (`sync.md` A.0 7). Somebody who never had the enterprise
//! is told nothing.
//!
//! Elsewhere: names and units, which every laptop has (public rows); words (the screens).

use qilian_domain::bucket::Bucket;
use qilian_domain::command::{Conflict, Scope};
use qilian_domain::ids::At;
use qilian_domain::refusal::{Refusal, RefusalDocument};
use qilian_domain::row::Kind;
use qilian_domain::rows::Assignment;
use serde_json::{Value, json};

use super::StorageError;
use super::decide::Deed;
use super::staged::RowReader;

/// A refusal with what its author may know.
pub(super) fn refused(
    reader: &impl RowReader,
    deed: &Deed<'_>,
    refusal: &Refusal,
    at: At,
) -> Result<RefusalDocument, StorageError> {
    let mut document = refusal.document();
    if let (Refusal::ScopeLost | Refusal::TooLate, Some(uscc)) =
        (refusal, deed.command.enterprise())
    {
        let intervals: Vec<Assignment> = reader
            .children(Kind::Assignment, uscc.as_str(), None)?
            .into_iter()
            .filter_map(|row| Assignment::try_from(row).ok())
            .collect();
        let had_it = intervals.iter().any(|a| &a.cadre == deed.actor);
        let now = intervals.iter().find(|a| a.covers(at.day()));
        if let (true, Some(now)) = (had_it, now) {
            document.params = json!({ "by": now.cadre, "since": now.from });
        }
    }
    Ok(document)
}

/// Both values of what came second. What was written after the author lost the enterprise stays untold.
pub(super) fn conflicts(
    reader: &impl RowReader,
    deed: &Deed<'_>,
    conflicts: Vec<Conflict>,
) -> Result<Value, StorageError> {
    let holds_it = match deed.command.enterprise() {
        Some(uscc) => {
            let bucket = Bucket::Enterprise(uscc.clone());
            reader.scope(deed.actor, &bucket, None)? == Scope::Held
        }
        None => true,
    };
    let told: Vec<Conflict> = conflicts
        .into_iter()
        .map(|one| if holds_it { one } else { one.without_theirs() })
        .collect();
    Ok(json!({ "conflicts": told }))
}
