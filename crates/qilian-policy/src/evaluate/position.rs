//! Owns where a quantity can lie against a threshold, without dividing.

use rust_decimal::Decimal;

use super::Situation;
use crate::condition::Quantity;
use crate::field::FieldId;
use crate::interval::{Interval, Position};

/// `None` when a field has no value at all, or a divisor may be 0: then every test is unknown.
pub(super) fn has_value(quantity: &Quantity, situation: &Situation) -> Option<()> {
    if let Quantity::Ratio { den, .. } = quantity {
        divisor_sign(den, situation)?;
    }
    quantity
        .fields()
        .all(|field| situation.known(field).is_some())
        .then_some(())
}

/// Whether the divisor is surely positive; `None` when it is unknown or may be 0.
fn divisor_sign(den: &[FieldId], situation: &Situation) -> Option<bool> {
    let at = situation.total(den)?.against(Decimal::ZERO);
    match at {
        Position {
            below: false,
            equal: false,
            above: true,
        } => Some(true),
        Position {
            below: true,
            equal: false,
            above: false,
        } => Some(false),
        _ => None,
    }
}

/// Where the quantity can lie against a threshold; `None` when it has no value.
pub(super) fn position(
    quantity: &Quantity,
    threshold: Decimal,
    situation: &Situation,
) -> Option<Position> {
    match quantity {
        Quantity::Field(field) => Some(situation.numbers(*field)?.against(threshold)),
        Quantity::Sum(fields) => {
            quantity
                .fields()
                .all(|field| situation.numbers(field).is_some())
                .then_some(())?;
            Some(
                situation
                    .total(fields)
                    .map_or(Position::ANYWHERE, |t| t.against(threshold)),
            )
        }
        Quantity::Ratio { num, den } => {
            let positive = divisor_sign(den, situation)?;
            quantity
                .fields()
                .all(|field| situation.numbers(field).is_some())
                .then_some(())?;
            let difference = lacking(num, den, threshold, situation);
            let at = difference.map_or(Position::ANYWHERE, |d| d.against(Decimal::ZERO));
            Some(if positive { at } else { at.mirrored() })
        }
    }
}

/// `num − threshold·den` as one form: a field on both sides counts once, with its joint factor.
fn lacking(
    num: &[FieldId],
    den: &[FieldId],
    threshold: Decimal,
    situation: &Situation,
) -> Option<Interval> {
    let mut total = Interval::point(Decimal::ZERO);
    for (place, field) in num.iter().chain(den).enumerate() {
        let met_before = num
            .iter()
            .chain(den)
            .take(place)
            .any(|earlier| earlier == field);
        if met_before {
            continue;
        }
        let times =
            |fields: &[FieldId]| Decimal::from(fields.iter().filter(|f| *f == field).count());
        let factor = times(num).checked_sub(threshold.checked_mul(times(den))?)?;
        total = total.plus(situation.numbers(*field)?.scaled(factor)?)?;
    }
    Some(total)
}
