//! Owns amount expressions: numbers, fields, `+ - * /`, parentheses, `min`, `max`, comparisons and
//! `a if condition else b`, evaluated lazily over exact intervals.
//!
//! Text becomes a tree in `parse`. Which policy an amount belongs to is elsewhere (`hint`).

mod parse;

use rust_decimal::Decimal;

pub(crate) use parse::{ExprError, parse};

use crate::evaluate::Situation;
use crate::fact::Known;
use crate::field::FieldId;
use crate::interval::Interval;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr {
    Number(Decimal),
    Field(FieldId),
    Binary(Binary, Box<Expr>, Box<Expr>),
    Compare(Compare, Box<Expr>, Box<Expr>),
    Least(Vec<Expr>),
    Greatest(Vec<Expr>),
    If {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binary {
    Plus,
    Minus,
    Times,
    Over,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compare {
    AtLeast,
    Above,
    AtMost,
    Below,
    Equal,
    Unequal,
}

/// What an expression comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Figure {
    /// `None`: no figure (a field is unknown, a division by 0, a number too large).
    pub(crate) value: Option<Interval>,
    /// The unknown fields that were met, in order, each once.
    pub(crate) missing: Vec<FieldId>,
}

impl Expr {
    pub(crate) fn figure(&self, situation: &Situation) -> Figure {
        let mut missing = Vec::new();
        let value = self.value(situation, &mut missing);
        Figure { value, missing }
    }

    fn value(&self, situation: &Situation, missing: &mut Vec<FieldId>) -> Option<Interval> {
        match self {
            Self::Number(number) => Some(Interval::point(*number)),
            Self::Field(field) => match situation.known(*field) {
                Some(Known::Numbers(interval)) => Some(*interval),
                Some(Known::Bool(value)) => Some(Interval::point(Decimal::from(u8::from(*value)))),
                _ => {
                    if !missing.contains(field) {
                        missing.push(*field);
                    }
                    None
                }
            },
            Self::Binary(operator, a, b) => {
                // Both sides are looked at even when the first has no figure: both may lack a field.
                let (a, b) = (a.value(situation, missing), b.value(situation, missing));
                operator.apply(a?, b?)
            }
            Self::Compare(operator, a, b) => {
                let (a, b) = (a.value(situation, missing), b.value(situation, missing));
                operator.apply(a?, b?)
            }
            Self::Least(parts) => fold(parts, situation, missing, least),
            Self::Greatest(parts) => fold(parts, situation, missing, greatest),
            Self::If {
                condition,
                then,
                otherwise,
            } => {
                let condition = condition.value(situation, missing)?;
                match (
                    condition.contains(Decimal::ZERO),
                    condition.exact().is_some(),
                ) {
                    (false, _) => then.value(situation, missing),
                    (true, true) => otherwise.value(situation, missing),
                    (true, false) => {
                        let then = then.value(situation, missing);
                        let otherwise = otherwise.value(situation, missing);
                        Some(hull(then?, otherwise?))
                    }
                }
            }
        }
    }
}

fn fold(
    parts: &[Expr],
    situation: &Situation,
    missing: &mut Vec<FieldId>,
    join: fn(Interval, Interval) -> Interval,
) -> Option<Interval> {
    let values: Vec<Option<Interval>> = parts
        .iter()
        .map(|part| part.value(situation, missing))
        .collect();
    values
        .into_iter()
        .collect::<Option<Vec<_>>>()?
        .into_iter()
        .reduce(join)
}

fn least(a: Interval, b: Interval) -> Interval {
    let hi = match (a.hi, b.hi) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    };
    Interval {
        lo: a.lo.zip(b.lo).map(|(a, b)| a.min(b)),
        hi,
    }
}

fn greatest(a: Interval, b: Interval) -> Interval {
    let lo = match (a.lo, b.lo) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (one, other) => one.or(other),
    };
    Interval {
        lo,
        hi: a.hi.zip(b.hi).map(|(a, b)| a.max(b)),
    }
}

fn hull(a: Interval, b: Interval) -> Interval {
    Interval {
        lo: a.lo.zip(b.lo).map(|(a, b)| a.min(b)),
        hi: a.hi.zip(b.hi).map(|(a, b)| a.max(b)),
    }
}

impl Compare {
    fn apply(self, a: Interval, b: Interval) -> Option<Interval> {
        let difference = Binary::Minus.apply(a, b)?;
        let at = difference.against(Decimal::ZERO);
        let (can_hold, can_fail) = match self {
            Self::AtLeast => (at.equal || at.above, at.below),
            Self::Above => (at.above, at.below || at.equal),
            Self::AtMost => (at.equal || at.below, at.above),
            Self::Below => (at.below, at.above || at.equal),
            Self::Equal => (at.equal, at.below || at.above),
            Self::Unequal => (at.below || at.above, at.equal),
        };
        let lo = Decimal::from(u8::from(!can_fail));
        Some(Interval {
            lo: Some(lo),
            hi: Some(Decimal::from(u8::from(can_hold))),
        })
    }
}

/// An end of an interval, infinite ones named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Lowest,
    At(Decimal),
    Highest,
}

impl Binary {
    fn apply(self, a: Interval, b: Interval) -> Option<Interval> {
        match self {
            Self::Plus => a.plus(b),
            Self::Minus => a.plus(b.scaled(Decimal::NEGATIVE_ONE)?),
            Self::Times => corners(a, b, times),
            Self::Over if b.contains(Decimal::ZERO) => None,
            Self::Over => corners(a, b, over),
        }
    }
}

/// The smallest interval around the results at the four corners; `None` on overflow.
fn corners(a: Interval, b: Interval, apply: fn(End, End) -> Option<End>) -> Option<Interval> {
    let ends = |i: Interval| {
        [
            i.lo.map_or(End::Lowest, End::At),
            i.hi.map_or(End::Highest, End::At),
        ]
    };
    let mut results = Vec::with_capacity(4);
    for a in ends(a) {
        for b in ends(b) {
            results.push(apply(a, b)?);
        }
    }
    let finite = |end: End| match end {
        End::At(value) => Some(value),
        End::Lowest | End::Highest => None,
    };
    let (lo, hi) = (
        results.iter().min().copied()?,
        results.iter().max().copied()?,
    );
    Some(Interval {
        lo: finite(lo),
        hi: finite(hi),
    })
}

fn infinite(a: End, b: End) -> End {
    let negative = |end| match end {
        End::Lowest => true,
        End::At(value) => value.is_sign_negative(),
        End::Highest => false,
    };
    if negative(a) == negative(b) {
        End::Highest
    } else {
        End::Lowest
    }
}

fn times(a: End, b: End) -> Option<End> {
    match (a, b) {
        (End::At(a), End::At(b)) => a.checked_mul(b).map(End::At),
        (End::At(zero), _) | (_, End::At(zero)) if zero.is_zero() => Some(End::At(Decimal::ZERO)),
        (a, b) => Some(infinite(a, b)),
    }
}

fn over(a: End, b: End) -> Option<End> {
    match (a, b) {
        (End::At(a), End::At(b)) => a.checked_div(b).map(End::At),
        // Something finite over something without bound comes as near to 0 as one likes.
        (_, End::Lowest | End::Highest) => Some(End::At(Decimal::ZERO)),
        (a, b) => Some(infinite(a, b)),
    }
}
