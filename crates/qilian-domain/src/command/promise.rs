//! Owns keeping a promise: `promise.keep@1`. Promises are made with a visit.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::merge::{Conflict, kept_before};
use super::{Context, Decide, Loaded, Read};
use crate::ids::{PromiseId, UserId};
use crate::refusal::Refusal;
use crate::row::Row;
use crate::rows::Promise;
use crate::uscc::Uscc;

/// A promise was kept on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromiseKeep {
    /// To which enterprise it was made.
    pub uscc: Uscc,
    /// Which promise.
    pub promise: PromiseId,
    /// On which day.
    pub on: NaiveDate,
}

impl Decide for PromiseKeep {
    fn reads(&self, _actor: &UserId) -> Vec<Read> {
        vec![Read::row::<Promise>(self.promise)]
    }

    fn enterprise(&self) -> Option<&Uscc> {
        Some(&self.uscc)
    }

    fn decide(&self, context: &Context<'_>, loaded: &Loaded) -> Result<Vec<Row>, Refusal> {
        let promise = loaded
            .get::<Promise>(self.promise)
            .filter(|p| p.uscc == self.uscc)
            .ok_or_else(|| Refusal::PromiseUnknown(self.promise.to_string()))?;
        if &promise.by != context.actor {
            context.check_scope(&self.uscc, None, loaded)?;
        }
        Ok(vec![kept(promise, self.on, context)])
    }

    fn conflicts(&self, context: &Context<'_>, loaded: &Loaded) -> Vec<Conflict> {
        let promise = loaded.get::<Promise>(self.promise);
        let kept_before = promise.and_then(|p| kept_before(p, self.on, context));
        kept_before.into_iter().collect()
    }
}

/// The promise as kept; the first day on which it was said to be kept stays.
pub(super) fn kept(promise: &Promise, on: NaiveDate, context: &Context<'_>) -> Row {
    if promise.kept_on.is_some() {
        return promise.clone().into();
    }
    Promise {
        kept_on: Some(on),
        kept_by: Some(context.actor.clone()),
        kept_said: Some(context.stamp),
        ..promise.clone()
    }
    .into()
}
