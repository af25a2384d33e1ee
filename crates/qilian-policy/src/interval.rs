//! Owns intervals of exact numbers and where they lie against a threshold.
//!
//! Days count as numbers here (days from the common era), so a range of dates is compared like a
//! range of amounts. Which quantity an interval belongs to is elsewhere (`evaluate`, `expr`).

use rust_decimal::Decimal;

/// All numbers from `lo` to `hi`, both included; `None` = no bound on that side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) lo: Option<Decimal>,
    pub(crate) hi: Option<Decimal>,
}

/// Where the numbers of an interval can lie against one threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) below: bool,
    pub(crate) equal: bool,
    pub(crate) above: bool,
}

impl Position {
    pub(crate) const ANYWHERE: Self = Self {
        below: true,
        equal: true,
        above: true,
    };

    pub(crate) fn mirrored(self) -> Self {
        Self {
            below: self.above,
            equal: self.equal,
            above: self.below,
        }
    }
}

impl Interval {
    pub(crate) fn point(value: Decimal) -> Self {
        Self {
            lo: Some(value),
            hi: Some(value),
        }
    }

    pub(crate) fn exact(self) -> Option<Decimal> {
        self.lo.filter(|_| self.lo == self.hi)
    }

    pub(crate) fn contains(self, value: Decimal) -> bool {
        self.lo.is_none_or(|lo| lo <= value) && self.hi.is_none_or(|hi| value <= hi)
    }

    pub(crate) fn against(self, threshold: Decimal) -> Position {
        Position {
            below: self.lo.is_none_or(|lo| lo < threshold),
            equal: self.contains(threshold),
            above: self.hi.is_none_or(|hi| hi > threshold),
        }
    }

    /// The sum; `None` when a bound does not fit a decimal.
    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            lo: sum(self.lo, other.lo)?,
            hi: sum(self.hi, other.hi)?,
        })
    }

    /// Every number times one factor; `None` when a bound does not fit a decimal.
    pub(crate) fn scaled(self, factor: Decimal) -> Option<Self> {
        if factor.is_zero() {
            return Some(Self::point(Decimal::ZERO));
        }
        let (lo, hi) = (product(self.lo, factor)?, product(self.hi, factor)?);
        Some(if factor.is_sign_negative() {
            Self { lo: hi, hi: lo }
        } else {
            Self { lo, hi }
        })
    }
}

/// Outer `None` is overflow, inner `None` is "no bound".
fn sum(a: Option<Decimal>, b: Option<Decimal>) -> Option<Option<Decimal>> {
    match (a, b) {
        (Some(a), Some(b)) => a.checked_add(b).map(Some),
        _ => Some(None),
    }
}

fn product(a: Option<Decimal>, factor: Decimal) -> Option<Option<Decimal>> {
    match a {
        Some(a) => a.checked_mul(factor).map(Some),
        None => Some(None),
    }
}
