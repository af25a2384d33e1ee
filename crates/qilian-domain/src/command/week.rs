//! Owns sealing a week: `week.submit@1`, and the package that is computed, never typed.
//!
//! The laptop seals the package from its own tallies; the server computes it anew from its own rows and
//! answers with a receipt. Any week that has begun may be sent, met or not.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Context, Decide, Loaded, Read};
use crate::ids::UserId;
use crate::quota::WeekQuota;
use crate::refusal::Refusal;
use crate::row::{Row, RowKey};
use crate::rows::{Receipt, VisitTally, WeekSubmission};
use crate::week::Week;

/// A week is sealed and sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekSubmit {
    /// Which week.
    pub week: Week,
}

/// The sealed week that a new visit may supplement, with its tallies if there is one.
pub(super) fn sealed_week_reads(cadre: &UserId, week: Week) -> [Read; 2] {
    let key = RowKey::of::<WeekSubmission>(WeekSubmission::key(cadre, week));
    [Read::Row(key.clone()), tallies_of(cadre, week).only_if(key)]
}

fn tallies_of(cadre: &UserId, week: Week) -> Read {
    Read::children_on::<VisitTally>(cadre, week.monday(), week.sunday())
}

/// A cadre's week as computed from tallies.
#[derive(Debug, Clone, PartialEq)]
pub struct WeekPackage {
    /// Required, counted and the state of the week.
    pub quota: WeekQuota,
    /// Its tallies, by day and visit.
    pub tallies: Vec<VisitTally>,
}

impl WeekPackage {
    /// Computes a cadre's week from all tallies of theirs that lie in it.
    pub fn of(
        week: Week,
        tallies: impl IntoIterator<Item = VisitTally>,
        rules: &super::Rules,
    ) -> Self {
        let mut tallies: Vec<_> = tallies
            .into_iter()
            .filter(|t| week.contains(t.on))
            .collect();
        tallies.sort_by_key(|t| (t.on, t.visit));
        let quota = rules.quota.week(week, &tallies, &rules.calendars);
        Self { quota, tallies }
    }

    /// The supplement to a sealed week that gains `tally`; nothing if the week was not sealed.
    pub(super) fn with_new(
        tally: &VisitTally,
        context: &Context<'_>,
        loaded: &Loaded,
    ) -> Option<Row> {
        let sealed = loaded.get::<WeekSubmission>(WeekSubmission::key(&tally.cadre, tally.week))?;
        let tallies = (loaded.all::<VisitTally>())
            .filter(|t| t.cadre == tally.cadre && t.visit != tally.visit)
            .chain([tally])
            .cloned();
        let package = Self::of(tally.week, tallies, context.rules);
        Some(package.seal(&tally.cadre, Some(sealed), context))
    }

    /// 校验: 16 hexadecimal digits over who, which week, and each visit with whether it counts.
    pub fn sum(&self, cadre: &UserId) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("{cadre} {}\n", self.quota.week));
        for t in &self.tallies {
            hash.update(format!(
                "{} {} {} {} {}\n",
                t.visit, t.on, t.uscc, t.counted, t.late
            ));
        }
        hash.finalize()
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02X}"))
            .collect()
    }

    /// The sealed week, as the next revision of `earlier`; the same package is no new revision.
    fn seal(&self, cadre: &UserId, earlier: Option<&WeekSubmission>, context: &Context<'_>) -> Row {
        let visits: Vec<_> = self.tallies.iter().map(|t| t.visit).collect();
        let same = |e: &&WeekSubmission| {
            e.visits == visits && e.counted == self.quota.counted && e.receipt.is_some()
        };
        if let Some(unchanged) = earlier.filter(same) {
            return unchanged.clone().into();
        }
        // What arrives at one moment is one supplement; what the district has not seen is none.
        let seen = |e: &&WeekSubmission| {
            e.receipt
                .as_ref()
                .is_some_and(|r| Some(r.received) != context.stamp.received)
        };
        let revision = match (earlier, earlier.filter(seen)) {
            (_, Some(seen)) => seen.revision + 1,
            (Some(unseen), None) => unseen.revision,
            (None, None) => 1,
        };
        let week = self.quota.week;
        let receipt = context.stamp.received.map(|received| Receipt {
            no: format!("HZ-{}W{:02}-{cadre}-{revision}", week.year(), week.number()),
            received,
            sum: self.sum(cadre),
        });
        WeekSubmission {
            cadre: cadre.clone(),
            week,
            required: self.quota.required,
            counted: self.quota.counted,
            visits,
            revision,
            submitted: earlier.map_or(context.stamp, |e| e.submitted),
            receipt,
        }
        .into()
    }
}

impl Decide for WeekSubmit {
    fn reads(&self, actor: &UserId) -> Vec<Read> {
        vec![
            Read::row::<WeekSubmission>(WeekSubmission::key(actor, self.week)),
            tallies_of(actor, self.week),
        ]
    }

    fn decide(&self, context: &Context<'_>, loaded: &Loaded) -> Result<Vec<Row>, Refusal> {
        if self.week.monday() > context.today() {
            return Err(Refusal::WeekInFuture(self.week));
        }
        let mine = loaded
            .all::<VisitTally>()
            .filter(|t| &t.cadre == context.actor)
            .cloned();
        let package = WeekPackage::of(self.week, mine, context.rules);
        let earlier = loaded.get::<WeekSubmission>(WeekSubmission::key(context.actor, self.week));
        Ok(vec![package.seal(context.actor, earlier, context)])
    }
}
