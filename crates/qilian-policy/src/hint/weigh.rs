//! Owns working out a hint: whether a policy applies, what speaks against it, its amount and window.

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};

use super::{Hint, NotApplicable, Outcome, Window, WindowState};
use crate::condition::{Condition, Node, Test};
use crate::evaluate::{self, Situation};
use crate::fact::Known;
use crate::library::{Library, SIZE_CLASS};
use crate::missing;
use crate::near_miss::{self, NearMiss};
use crate::policy::{ApplicationPeriod, Policy, Purpose};
use crate::truth::Truth;

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
        if hint.missing.iter().any(|field| field == SIZE_CLASS)
            && let Some(answer) = self.size_in(situation)
        {
            hint.missing_for_size = answer.missing.into_iter().map(str::to_owned).collect();
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
        missing_for_size: Vec::new(),
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
