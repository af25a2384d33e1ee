//! Owns seeing to an outcome: `outcome.handle@1`. That it was seen to is synced like everything else.

use serde::{Deserialize, Serialize};

use super::{Context, Decide, Loaded, Read};
use crate::ids::{MutId, UserId};
use crate::refusal::Refusal;
use crate::row::Row;
use crate::rows::{Handled, HandledHow, Outcome};

/// The author saw to the outcome of a mutation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeHandle {
    /// The mutation.
    pub mutation: MutId,
    /// What they did about it.
    pub how: HandledHow,
}

impl Decide for OutcomeHandle {
    fn reads(&self, _actor: &UserId) -> Vec<Read> {
        vec![Read::row::<Outcome>(self.mutation)]
    }

    fn decide(&self, context: &Context<'_>, loaded: &Loaded) -> Result<Vec<Row>, Refusal> {
        let outcome = loaded
            .get::<Outcome>(self.mutation)
            .ok_or_else(|| Refusal::OutcomeUnknown(self.mutation.to_string()))?;
        if &outcome.user != context.actor {
            return Err(Refusal::NotYours);
        }
        let handled = outcome.handled.unwrap_or(Handled {
            at: context.now(),
            how: self.how,
        });
        Ok(vec![
            Outcome {
                handled: Some(handled),
                ..outcome.clone()
            }
            .into(),
        ])
    }
}
