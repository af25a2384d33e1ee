//! Owns near misses: the one number that keeps a policy away, and how far it is.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::condition::{Check, Condition, Quantity, Test, Threshold};
use crate::evaluate::{self, Situation};
use crate::field::FieldId;
use crate::interval::Interval;
use crate::number::json;
use crate::truth::Truth;

/// One number-comparing leaf that alone makes a policy unlikely.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NearMiss {
    /// The leaf.
    pub leaf: String,
    /// How much is lacking or too much, in `unit`; for a ratio what the numerator lacks.
    #[serde(serialize_with = "json::plain::serialize")]
    pub distance: Decimal,
    /// The field's unit (the numerator's, for a ratio); `None` where it has none.
    pub unit: Option<String>,
}

/// What was found: the leaf's place, the distance, the field whose unit it is in.
pub(crate) struct Found {
    pub(crate) leaf: usize,
    pub(crate) distance: Decimal,
    pub(crate) unit_field: FieldId,
}

/// The nearest leaf that alone keeps a false condition false; nearest in proportion to its threshold,
/// because distances in people and in 万元 do not compare; on a tie the first.
pub(crate) fn find(
    condition: &Condition,
    leaves: &[Truth],
    situation: &Situation,
    is_number: &dyn Fn(FieldId) -> bool,
) -> Option<Found> {
    let mut best: Option<(Decimal, Found)> = None;
    let mut tried = leaves.to_vec();
    for (place, leaf) in condition.leaves.iter().enumerate() {
        let Test::Value {
            quantity,
            threshold,
        } = &leaf.test
        else {
            continue;
        };
        if leaves.get(place) != Some(&Truth::False) || !quantity.fields().all(is_number) {
            continue;
        }
        if let Some(truth) = tried.get_mut(place) {
            *truth = Truth::True;
        }
        let opens = evaluate::node(&condition.root, &tried) != Truth::False;
        if let Some(truth) = tried.get_mut(place) {
            *truth = Truth::False;
        }
        if !opens {
            continue;
        }
        let Some(gap) = gap(quantity, threshold, situation) else {
            continue;
        };
        let Some(unit_field) = quantity.unit_field() else {
            continue;
        };
        let found = Found {
            leaf: place,
            distance: gap.distance.normalize(),
            unit_field,
        };
        let share = gap.share();
        if best.as_ref().is_none_or(|(nearest, _)| share < *nearest) {
            best = Some((share, found));
        }
    }
    best.map(|(_, found)| found)
}

#[derive(Debug, Clone, Copy)]
struct Gap {
    distance: Decimal,
    target: Decimal,
}

impl Gap {
    fn share(self) -> Decimal {
        let share = self.distance.checked_div(self.target.abs());
        share.unwrap_or(Decimal::MAX)
    }
}

fn gap(quantity: &Quantity, threshold: &Threshold, situation: &Situation) -> Option<Gap> {
    match threshold {
        Threshold::Fixed(check) => check_gap(quantity, check, situation),
        Threshold::Bands { by, rows } => evaluate::possible_rows(*by, rows, situation)
            .filter_map(|check| check_gap(quantity, check, situation))
            .min_by(|a, b| a.distance.cmp(&b.distance)),
    }
}

fn check_gap(quantity: &Quantity, check: &Check, situation: &Situation) -> Option<Gap> {
    let below = |threshold| {
        let (value, target) = value_and_target(quantity, threshold, situation)?;
        Some(Gap {
            distance: target.lo?.checked_sub(value.hi?)?,
            target: target.lo?,
        })
    };
    let above = |threshold| {
        let (value, target) = value_and_target(quantity, threshold, situation)?;
        Some(Gap {
            distance: value.lo?.checked_sub(target.hi?)?,
            target: target.hi?,
        })
    };
    match check {
        Check::AtLeast(v) | Check::Above(v) => below(*v),
        Check::AtMost(v) | Check::Below(v) => above(*v),
        Check::Equal(v) => below(*v)
            .filter(is_outside)
            .or_else(|| above(*v))
            .filter(is_outside),
        Check::Between(a, b) => below(*a)
            .filter(is_outside)
            .or_else(|| above(*b))
            .filter(is_outside),
        _ => None,
    }
}

fn is_outside(gap: &Gap) -> bool {
    gap.distance > Decimal::ZERO
}

/// The quantity (a ratio's numerator) and what it should reach, in the same unit.
fn value_and_target(
    quantity: &Quantity,
    threshold: Decimal,
    situation: &Situation,
) -> Option<(Interval, Interval)> {
    match quantity {
        Quantity::Field(field) => Some((situation.numbers(*field)?, Interval::point(threshold))),
        Quantity::Sum(fields) => Some((situation.total(fields)?, Interval::point(threshold))),
        Quantity::Ratio { num, den } => {
            let den = situation.total(den)?;
            let positive = den.lo.is_some_and(|lo| lo > Decimal::ZERO);
            if !positive {
                return None;
            }
            Some((situation.total(num)?, den.scaled(threshold)?))
        }
    }
}
