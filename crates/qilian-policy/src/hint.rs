//! Owns a hint: one policy for one enterprise on one day, with what speaks against it and what is missing.
//!
//! Truth is in `evaluate`; how a hint looks and is worded on screen is the caller's.

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

use crate::condition::{Condition, Node, Test};
use crate::evaluate::{self, Situation};
use crate::fact::Known;
use crate::library::Library;
use crate::missing;
use crate::near_miss::{self, NearMiss};
use crate::number::json;
use crate::policy::{ApplicationPeriod, NoApply, Policy, Purpose, Verified};
use crate::truth::Truth;

/// What a policy comes to for one enterprise on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 可能符合
    Likely,
    /// 需补充信息
    NeedsInfo,
    /// 需人工核实
    NeedsReview,
    /// 暂不符合
    Unlikely,
    /// 不适用
    NotApplicable,
}

impl Outcome {
    /// The words on screen; never 符合 alone.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Likely => "可能符合",
            Self::NeedsInfo => "需补充信息",
            Self::NeedsReview => "需人工核实",
            Self::Unlikely => "暂不符合",
            Self::NotApplicable => "不适用",
        }
    }
}

/// Why a policy does not apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum NotApplicable {
    /// For another region.
    OtherRegion,
    /// Not in force yet, or no longer.
    NotInForce,
    /// Not for this purpose (`for`).
    OtherPurpose,
    /// Another version takes its place on that day for this purpose.
    Superseded {
        /// That version.
        by: String,
    },
}

/// Whether applications are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowState {
    /// Now.
    Open,
    /// Later.
    Upcoming,
    /// No longer.
    Closed,
    /// The policy names no window.
    Always,
}

/// The nearest window: an open one that closes first, else the next, else the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Window {
    /// Whether it is open on the day asked about.
    pub state: WindowState,
    /// Its name.
    pub label: Option<String>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
}

/// One policy for one enterprise on one day. Serialises to the keys of the `hints` command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hint {
    /// The policy.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it comes to.
    pub outcome: Outcome,
    /// The one number that keeps it `unlikely`, if there is one.
    pub near_miss: Option<NearMiss>,
    /// False leaves that are not below an `any` that is not false.
    #[serde(rename = "false")]
    pub failing: Vec<String>,
    /// Fields still unknown whose value could change the outcome.
    pub missing: Vec<String>,
    /// Manual leaves that are not below a settled node.
    pub manual: Vec<String>,
    /// Estimated amount in `amount_unit`; `None` when there is no single figure.
    #[serde(serialize_with = "json::serialize")]
    pub amount: Option<Decimal>,
    /// The nearest window.
    pub window: Window,
    /// Whether the source was checked.
    pub verified: Verified,
    /// The file's remark.
    pub note: Option<String>,
    /// Lowest estimate where facts are ranges.
    #[serde(serialize_with = "json::serialize")]
    pub amount_min: Option<Decimal>,
    /// Highest estimate where facts are ranges.
    #[serde(serialize_with = "json::serialize")]
    pub amount_max: Option<Decimal>,
    /// Unit of the amounts, 万元 unless the file says otherwise; `None` where no amount is defined.
    pub amount_unit: Option<String>,
    /// What the amount is.
    pub amount_what: Option<String>,
    /// Unknown fields that the amount needs; they never change the outcome.
    pub missing_for_amount: Vec<String>,
    /// The benefit in words.
    pub benefit: Option<String>,
    /// 免申即享, where the file says.
    pub no_apply: Option<NoApply>,
    /// Shown on request only.
    pub needs_check: bool,
    /// Why it does not apply, for `not_applicable`.
    pub not_applicable: Option<NotApplicable>,
}

/// Where an enterprise stands towards a policy's region.
enum Region {
    Inside,
    Outside,
    Unknown(Vec<String>),
}

impl Library {
    pub(crate) fn outcome_at(
        &self,
        place: usize,
        policy: &Policy,
        situation: &Situation,
        purpose: Purpose,
    ) -> Outcome {
        let region = self.region(policy, situation);
        if self
            .not_applicable(place, policy, situation, purpose, &region)
            .is_some()
        {
            return Outcome::NotApplicable;
        }
        if let Region::Unknown(_) = region {
            return Outcome::NeedsInfo;
        }
        let leaves = evaluate::leaves(&policy.condition, situation);
        outcome(evaluate::node(&policy.condition.root, &leaves))
    }

    pub(crate) fn hint_at(
        &self,
        place: usize,
        policy: &Policy,
        situation: &Situation,
        purpose: Purpose,
    ) -> Hint {
        let mut hint = blank(policy, situation.on);
        let region = self.region(policy, situation);
        if let Some(why) = self.not_applicable(place, policy, situation, purpose, &region) {
            hint.not_applicable = Some(why);
            return hint;
        }
        let condition = &policy.condition;
        let leaves = evaluate::leaves(condition, situation);
        hint.outcome = outcome(evaluate::node(&condition.root, &leaves));
        let mut listed = Listed::default();
        listed.walk(&condition.root, condition, &leaves);
        hint.failing = listed.failing;
        hint.manual = listed.manual;
        let missing = missing::fields(condition, &leaves, situation);
        hint.missing = missing
            .into_iter()
            .map(|id| self.fields.name(id).to_owned())
            .collect();
        if let Region::Unknown(mut fields) = region {
            hint.outcome = Outcome::NeedsInfo;
            let also = std::mem::take(&mut hint.missing);
            fields.extend(
                also.into_iter()
                    .filter(|field| !policy_region_has(self, policy, field)),
            );
            hint.missing = fields;
        }
        if hint.outcome == Outcome::Unlikely {
            hint.near_miss = self.near_miss(condition, &leaves, situation);
        }
        self.add_amount(&mut hint, policy, situation);
        hint
    }

    fn near_miss(
        &self,
        condition: &Condition,
        leaves: &[Truth],
        situation: &Situation,
    ) -> Option<NearMiss> {
        let field = |id: crate::field::FieldId| self.fields.fields.get(id.index());
        let is_number = |id| field(id).is_some_and(|field| field.kind.is_numeric());
        let found = near_miss::find(condition, leaves, situation, &is_number)?;
        Some(NearMiss {
            leaf: condition.leaves.get(found.leaf)?.id.clone(),
            distance: found.distance,
            unit: field(found.unit_field).and_then(|field| field.unit.clone()),
        })
    }

    fn add_amount(&self, hint: &mut Hint, policy: &Policy, situation: &Situation) {
        let Some(amount) = &policy.benefit.amount else {
            return;
        };
        let figure = amount.expr.figure(situation);
        let shown = |value: Decimal| {
            // A division may leave 28 digits; a hundredth of a yuan is more than an estimate needs.
            value
                .round_dp_with_strategy(6, RoundingStrategy::MidpointAwayFromZero)
                .normalize()
        };
        hint.amount_unit = Some(amount.unit.clone());
        hint.amount_what.clone_from(&amount.what);
        if let Some(value) = figure.value {
            hint.amount = value.exact().map(shown);
            hint.amount_min = value.lo.map(shown);
            hint.amount_max = value.hi.map(shown);
        }
        let missing = figure.missing.into_iter();
        hint.missing_for_amount = missing.map(|id| self.fields.name(id).to_owned()).collect();
    }

    fn region(&self, policy: &Policy, situation: &Situation) -> Region {
        let mut unknown = Vec::new();
        for (field, wanted) in &policy.region {
            match (situation.known(*field), wanted) {
                (None, _) => unknown.push(self.fields.name(*field).to_owned()),
                (Some(known), wanted) if known == wanted => {}
                (Some(Known::Numbers(range)), Known::Numbers(point))
                    if range.exact().is_none()
                        && point.exact().is_some_and(|point| range.contains(point)) =>
                {
                    unknown.push(self.fields.name(*field).to_owned());
                }
                _ => return Region::Outside,
            }
        }
        if unknown.is_empty() {
            Region::Inside
        } else {
            Region::Unknown(unknown)
        }
    }

    fn not_applicable(
        &self,
        place: usize,
        policy: &Policy,
        situation: &Situation,
        purpose: Purpose,
        region: &Region,
    ) -> Option<NotApplicable> {
        if matches!(region, Region::Outside) {
            return Some(NotApplicable::OtherRegion);
        }
        if !policy.in_force(situation.on) {
            return Some(NotApplicable::NotInForce);
        }
        if !policy.purposes.contains(&purpose) {
            return Some(NotApplicable::OtherPurpose);
        }
        let newer = self
            .superseders(place, purpose)
            .filter_map(|at| self.policies.get(at));
        newer
            .filter(|newer| newer.in_force(situation.on))
            .find(|newer| !matches!(self.region(newer, situation), Region::Outside))
            .map(|newer| NotApplicable::Superseded {
                by: newer.id.clone(),
            })
    }
}

fn policy_region_has(library: &Library, policy: &Policy, field: &str) -> bool {
    policy
        .region
        .iter()
        .any(|(id, _)| library.fields.name(*id) == field)
}

fn outcome(truth: Truth) -> Outcome {
    match truth {
        Truth::True => Outcome::Likely,
        Truth::Unknown => Outcome::NeedsInfo,
        Truth::Manual => Outcome::NeedsReview,
        Truth::False => Outcome::Unlikely,
    }
}

/// A hint that says only what the policy itself says.
fn blank(policy: &Policy, on: NaiveDate) -> Hint {
    Hint {
        id: policy.id.clone(),
        title: policy.title.clone(),
        outcome: Outcome::NotApplicable,
        near_miss: None,
        failing: Vec::new(),
        missing: Vec::new(),
        manual: Vec::new(),
        amount: None,
        window: window(&policy.windows, on),
        verified: policy.verified,
        note: policy.note.clone(),
        amount_min: None,
        amount_max: None,
        amount_unit: None,
        amount_what: None,
        missing_for_amount: Vec::new(),
        benefit: policy.benefit.text.clone(),
        no_apply: policy.no_apply,
        needs_check: policy.needs_check,
        not_applicable: None,
    }
}

#[derive(Default)]
struct Listed {
    failing: Vec<String>,
    manual: Vec<String>,
}

impl Listed {
    /// False leaves outside every `any` that is not false; manual leaves outside every settled node.
    fn walk(&mut self, root: &Node, condition: &Condition, leaves: &[Truth]) {
        self.visit(root, condition, leaves, true, true);
    }

    fn visit(
        &mut self,
        node: &Node,
        condition: &Condition,
        leaves: &[Truth],
        list_false: bool,
        list_manual: bool,
    ) {
        let truth = evaluate::node(node, leaves);
        let list_manual = list_manual && !truth.is_settled();
        match node {
            Node::All(parts) => {
                for part in parts {
                    self.visit(part, condition, leaves, list_false, list_manual);
                }
            }
            Node::Any(parts) => {
                let list_false = list_false && truth == Truth::False;
                for part in parts {
                    self.visit(part, condition, leaves, list_false, list_manual);
                }
            }
            Node::Leaf(place) => {
                let Some(leaf) = condition.leaves.get(*place) else {
                    return;
                };
                if list_false && truth == Truth::False {
                    self.failing.push(leaf.id.clone());
                }
                if list_manual && matches!(leaf.test, Test::Manual) {
                    self.manual.push(leaf.id.clone());
                }
            }
        }
    }
}

/// The window that matters on a day.
fn window(windows: &[ApplicationPeriod], on: NaiveDate) -> Window {
    let begun = |w: &ApplicationPeriod| w.from.is_none_or(|from| from <= on);
    let ended = |w: &ApplicationPeriod| w.to.is_some_and(|to| to < on);
    let open = windows
        .iter()
        .filter(|w| begun(w) && !ended(w))
        .min_by_key(|w| (w.to.is_none(), w.to));
    let upcoming = || windows.iter().filter(|w| !begun(w)).min_by_key(|w| w.from);
    let closed = || windows.iter().filter(|w| ended(w)).max_by_key(|w| w.to);
    let found = open
        .map(|w| (WindowState::Open, w))
        .or_else(|| upcoming().map(|w| (WindowState::Upcoming, w)))
        .or_else(|| closed().map(|w| (WindowState::Closed, w)));
    match found {
        Some((state, w)) => Window {
            state,
            label: w.label.clone(),
            from: w.from,
            to: w.to,
        },
        None => Window {
            state: WindowState::Always,
            label: None,
            from: None,
            to: None,
        },
    }
}
