//! Owns the value of a condition for bound facts on a day: four truth values, ranges included.
//!
//! Scores are in `score`, what is missing in `missing`. Sums and ratios are compared as one linear form
//! (`num − v·den` against 0), so nothing is divided and nothing is rounded.

mod position;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::condition::{Check, Condition, Node, Quantity, Test, Threshold};
use crate::fact::{Known, day_number};
use crate::field::FieldId;
use crate::interval::Interval;
use crate::score;
use crate::truth::Truth;
use position::{has_value, position};

/// Facts by field place, and the day asked about.
#[derive(Debug, Clone)]
pub(crate) struct Situation {
    pub(crate) known: Vec<Option<Known>>,
    pub(crate) on: NaiveDate,
    pub(crate) today: Decimal,
}

impl Situation {
    pub(crate) fn new(known: Vec<Option<Known>>, on: NaiveDate) -> Self {
        Self {
            known,
            on,
            today: day_number(on),
        }
    }

    pub(crate) fn known(&self, field: FieldId) -> Option<&Known> {
        self.known.get(field.index()).and_then(Option::as_ref)
    }

    pub(crate) fn numbers(&self, field: FieldId) -> Option<Interval> {
        match self.known(field) {
            Some(Known::Numbers(interval)) => Some(*interval),
            _ => None,
        }
    }

    /// Whether there is nothing left to learn about the field.
    pub(crate) fn is_exact(&self, field: FieldId) -> bool {
        match self.known(field) {
            None => false,
            Some(Known::Numbers(interval)) => interval.exact().is_some(),
            Some(_) => true,
        }
    }

    /// The sum's interval; `None` when a field is not known or a bound does not fit.
    pub(crate) fn total(&self, fields: &[FieldId]) -> Option<Interval> {
        let mut total = Interval::point(Decimal::ZERO);
        for field in fields {
            total = total.plus(self.numbers(*field)?)?;
        }
        Some(total)
    }
}

/// The truth of every leaf, in the order of the file.
pub(crate) fn leaves(condition: &Condition, situation: &Situation) -> Vec<Truth> {
    condition
        .leaves
        .iter()
        .map(|leaf| test(&leaf.test, situation))
        .collect()
}

/// The truth of a node, given its leaves.
pub(crate) fn node(node: &Node, leaves: &[Truth]) -> Truth {
    match node {
        Node::All(parts) => parts
            .iter()
            .map(|part| self::node(part, leaves))
            .fold(Truth::True, Truth::and),
        Node::Any(parts) => parts
            .iter()
            .map(|part| self::node(part, leaves))
            .fold(Truth::False, Truth::or),
        Node::Leaf(place) => leaves.get(*place).copied().unwrap_or(Truth::Unknown),
    }
}

pub(crate) fn test(test: &Test, situation: &Situation) -> Truth {
    match test {
        Test::Manual => Truth::Manual,
        Test::Score(score) => score::truth(score, situation),
        Test::Value {
            quantity,
            threshold,
        } => value(quantity, threshold, situation),
    }
}

fn value(quantity: &Quantity, threshold: &Threshold, situation: &Situation) -> Truth {
    match threshold {
        Threshold::Fixed(check) => self::check(quantity, check, situation),
        Threshold::Bands { by, rows } => {
            let mut truths = possible_rows(*by, rows, situation)
                .map(|check| self::check(quantity, check, situation));
            let first = truths.next().unwrap_or(Truth::Unknown);
            if truths.all(|truth| truth == first) {
                first
            } else {
                Truth::Unknown
            }
        }
    }
}

/// The bands that the `by` field can still fall into.
pub(crate) fn possible_rows<'a>(
    by: FieldId,
    rows: &'a [(Option<Decimal>, Check)],
    situation: &Situation,
) -> impl Iterator<Item = &'a Check> + use<'a> {
    let interval = situation
        .numbers(by)
        .unwrap_or(Interval { lo: None, hi: None });
    let mut previous: Option<Decimal> = None;
    rows.iter().filter_map(move |(limit, check)| {
        let above_previous = previous.is_none_or(|limit| interval.hi.is_none_or(|hi| hi > limit));
        let within = limit.is_none_or(|limit| interval.lo.is_none_or(|lo| lo <= limit));
        previous = *limit;
        (above_previous && within).then_some(check)
    })
}

/// One test of one quantity.
pub(crate) fn check(quantity: &Quantity, check: &Check, situation: &Situation) -> Truth {
    let at = |threshold| position(quantity, threshold, situation);
    let decide = |holds: bool, fails: bool| match (holds, fails) {
        (true, false) => Truth::True,
        (false, true) => Truth::False,
        _ => Truth::Unknown,
    };
    let Some(()) = has_value(quantity, situation) else {
        return Truth::Unknown;
    };
    match check {
        Check::AtLeast(v) => {
            at(*v).map_or(Truth::Unknown, |p| decide(!p.below, !(p.equal || p.above)))
        }
        Check::Above(v) => {
            at(*v).map_or(Truth::Unknown, |p| decide(!(p.below || p.equal), !p.above))
        }
        Check::AtMost(v) => {
            at(*v).map_or(Truth::Unknown, |p| decide(!p.above, !(p.equal || p.below)))
        }
        Check::Below(v) => {
            at(*v).map_or(Truth::Unknown, |p| decide(!(p.above || p.equal), !p.below))
        }
        Check::Equal(v) => {
            at(*v).map_or(Truth::Unknown, |p| decide(!(p.below || p.above), !p.equal))
        }
        Check::Between(a, b) => match (at(*a), at(*b)) {
            (Some(a), Some(b)) => decide(
                !a.below && !b.above,
                !(a.equal || a.above) || !(b.equal || b.below),
            ),
            _ => Truth::Unknown,
        },
        Check::AnyOf {
            values,
            whole,
            wanted,
        } => {
            let truth = any_of(quantity, values, *whole, situation);
            if *wanted { truth } else { truth.negate() }
        }
        Check::AgeDays(days) => {
            // At least so many days ago = on or before that day.
            match situation.today.checked_sub(*days) {
                Some(latest) => self::check(quantity, &Check::AtMost(latest), situation),
                None => Truth::Unknown,
            }
        }
        Check::Is(_) | Check::TextIn { .. } | Check::Prefix { .. } | Check::Member { .. } => {
            plain(quantity, check, situation)
        }
    }
}

/// Tests of values that have no order.
fn plain(quantity: &Quantity, check: &Check, situation: &Situation) -> Truth {
    let Quantity::Field(field) = quantity else {
        return Truth::Unknown;
    };
    match (check, situation.known(*field)) {
        (Check::Is(wanted), Some(Known::Bool(value))) => Truth::of(value == wanted),
        (Check::TextIn { values, wanted }, Some(Known::Text(text))) => {
            Truth::of(values.iter().any(|value| value == text) == *wanted)
        }
        (Check::Prefix { values, wanted }, Some(Known::Text(text))) => {
            Truth::of(values.iter().any(|value| text.starts_with(value.as_str())) == *wanted)
        }
        (Check::Member { value, wanted }, Some(Known::Set(members))) => {
            Truth::of(members.contains(value) == *wanted)
        }
        _ => Truth::Unknown,
    }
}

fn any_of(quantity: &Quantity, values: &[Decimal], whole: bool, situation: &Situation) -> Truth {
    if whole && covers(quantity, values, situation) {
        return Truth::True;
    }
    let mut possible = false;
    for value in values {
        let Some(at) = position(quantity, *value, situation) else {
            return Truth::Unknown;
        };
        if at.equal && !at.below && !at.above {
            return Truth::True;
        }
        possible |= at.equal;
    }
    if possible {
        Truth::Unknown
    } else {
        Truth::False
    }
}

/// Whether a list names every whole number of a field's range.
fn covers(quantity: &Quantity, values: &[Decimal], situation: &Situation) -> bool {
    let Quantity::Field(field) = quantity else {
        return false;
    };
    let Some(range) = situation.numbers(*field) else {
        return false;
    };
    let count = range
        .lo
        .zip(range.hi)
        .and_then(|(lo, hi)| hi.checked_sub(lo));
    let Some(count) = count.and_then(|span| span.checked_add(Decimal::ONE)) else {
        return false;
    };
    let listed: BTreeSet<Decimal> = values
        .iter()
        .copied()
        .filter(|value| range.contains(*value))
        .collect();
    Decimal::from(listed.len()) == count
}
