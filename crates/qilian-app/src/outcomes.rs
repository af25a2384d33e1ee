//! Owns the lists of the sync centre: what waits, what the district has, what came back and why.
//!
//! Nothing is dropped by the machine: a rejected mutation stays, with its text, until its author sees to it, and
//! that too is synced. Elsewhere: what its author does about it (`handling`), a mutation in words of the field
//! (`told`), the lights (`status`).

use qilian_domain::command::{Command, Conflict};
use qilian_domain::ids::UserId;
use qilian_domain::rows::{HandledHow, Outcome, OutcomeStatus};
use qilian_store::OutboxItem;
use qilian_sync::wire::{Mutation, ReplyStatus};
use serde_json::Value;

use crate::contract::{
    CameBackAs, ConflictView, HandledAs, HandledView, Person, RejectedItem, SyncCentre,
    WaitingItem, WaitingKind,
};
use crate::error::AppError;
use crate::file::People;
use crate::known::shown;
use crate::laptop::Laptop;

/// The last of what was delivered, and of what was seen to: enough to find this week's again.
const SHOWN: u32 = 200;

impl Laptop {
    /// Lights, what waits, what came back, what is done.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn sync_centre(&self) -> Result<SyncCentre, AppError> {
        let sent = self.reader().sent(SHOWN)?;
        let applied = |item: &OutboxItem| {
            (item.answer.as_ref()).is_none_or(|answer| answer.status == ReplyStatus::Applied)
        };
        let handled = self.reader().outcomes_handled()?;
        let most = usize::try_from(SHOWN).unwrap_or(usize::MAX);
        Ok(SyncCentre {
            status: self.sync_status()?,
            waiting: self.waiting()?,
            rejected: self.rejected()?,
            merged: self.came_back(|status| status == OutcomeStatus::Merged)?,
            delivered: self.items(sent.into_iter().filter(applied), |_| true)?,
            handled: self.views(handled.into_iter().take(most).collect())?,
            files: self.files_waiting()?,
        })
    }

    /// The outbox, the oldest first. What the author did to an outcome is not listed.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn waiting(&self) -> Result<Vec<WaitingItem>, AppError> {
        let items = self.reader().outbox()?;
        let refused = |item: &OutboxItem| {
            (item.answer.as_ref()).is_some_and(|a| a.status == ReplyStatus::Rejected)
        };
        let waiting = items.into_iter().filter(|item| !refused(item));
        self.items(waiting, |item| item.answer.is_some())
    }

    /// What came back, rejected or put aside, and waits for its author, the latest first.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn rejected(&self) -> Result<Vec<RejectedItem>, AppError> {
        self.came_back(|status| status != OutcomeStatus::Merged)
    }

    fn came_back(&self, of: impl Fn(OutcomeStatus) -> bool) -> Result<Vec<RejectedItem>, AppError> {
        let mut outcomes = self.reader().outcomes_to_handle()?;
        outcomes.retain(|outcome| of(outcome.status));
        outcomes.reverse();
        self.views(outcomes)
    }

    fn items(
        &self,
        items: impl Iterator<Item = OutboxItem>,
        delivered: impl Fn(&OutboxItem) -> bool,
    ) -> Result<Vec<WaitingItem>, AppError> {
        let mut listed = Vec::new();
        for item in items {
            let mutation: Mutation = serde_json::from_str(&item.payload)
                .map_err(|e| AppError::Internal(e.to_string()))?;
            let told = self.told(&mutation.name, &mutation.args)?;
            if told.kind == WaitingKind::Other {
                continue;
            }
            listed.push(WaitingItem {
                id: item.mut_id.to_string(),
                kind: told.kind,
                uscc: told.uscc,
                name: told.name,
                title: told.title,
                count: told.count,
                since: item.recorded_at.to_string(),
                delivered: delivered(&item),
            });
        }
        Ok(listed)
    }

    fn views(&self, outcomes: Vec<Outcome>) -> Result<Vec<RejectedItem>, AppError> {
        if outcomes.is_empty() {
            return Ok(Vec::new());
        }
        let people = self.people()?;
        (outcomes.into_iter())
            .map(|outcome| self.view(outcome, &people))
            .collect()
    }

    fn view(&self, outcome: Outcome, people: &People) -> Result<RejectedItem, AppError> {
        let told = self.told(&outcome.name, &outcome.args)?;
        let merged = outcome.status == OutcomeStatus::Merged;
        let written = outcome
            .written
            .map_or(outcome.at, |stamp| stamp.corrected());
        Ok(RejectedItem {
            id: outcome.mutation.to_string(),
            kind: told.kind,
            can_resubmit: !merged && Command::parse(&outcome.name, &outcome.args).is_ok(),
            can_note: !told.text.trim().is_empty() && told.uscc.is_some(),
            uscc: told.uscc,
            name: told.name,
            title: told.title,
            written_at: written.to_string(),
            rejected_at: outcome.at.to_string(),
            code: outcome.code,
            text: told.text,
            came_back_as: match outcome.status {
                OutcomeStatus::Merged => CameBackAs::Merged,
                OutcomeStatus::Rejected => CameBackAs::Rejected,
                OutcomeStatus::Quarantined => CameBackAs::Quarantined,
            },
            by: person(outcome.params.get("by"), people),
            since: (outcome.params.get("since").and_then(Value::as_str)).map(str::to_owned),
            conflicts: conflicts(&outcome.params, people),
            handled: outcome.handled.map(|handled| HandledView {
                how: match handled.how {
                    HandledHow::Resubmitted => HandledAs::Resubmitted,
                    HandledHow::Discarded => HandledAs::Discarded,
                    HandledHow::Noted => HandledAs::Noted,
                    HandledHow::Seen => HandledAs::Seen,
                    HandledHow::Released => HandledAs::Released,
                },
                at: handled.at.to_string(),
            }),
            details: outcome.params,
        })
    }
}

fn person(id: Option<&Value>, people: &People) -> Option<Person> {
    let id = id.and_then(Value::as_str)?;
    Some(people.person(&UserId::new(id)))
}

/// What somebody else wrote first. Conflicts of a later version are told by their fields as far as they go.
fn conflicts(params: &Value, people: &People) -> Vec<ConflictView> {
    let told = params.get("conflicts").cloned().unwrap_or_default();
    let conflicts: Vec<Conflict> = serde_json::from_value(told).unwrap_or_default();
    let value = |value: &Value| (!value.is_null()).then(|| shown(value));
    (conflicts.into_iter())
        .map(|conflict| ConflictView {
            base: value(&conflict.base),
            mine: shown(&conflict.mine),
            theirs: value(&conflict.theirs),
            by: conflict.by.map(|id| people.person(&id)),
            at: conflict.at.map(|at| at.to_string()),
            about: conflict.about,
            field: conflict.field,
        })
        .collect()
}
