//! Owns scores: the lowest and highest points each part can still get, and which parts still matter.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::condition::{Check, Part, Quantity, Score};
use crate::evaluate::{self, Situation};
use crate::fact::Known;
use crate::field::FieldId;
use crate::truth::Truth;

/// Points from lowest to highest reachable; equal once the part is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Points {
    pub(crate) low: Decimal,
    pub(crate) high: Decimal,
}

impl Points {
    fn plus(self, other: Self) -> Self {
        // Points are checked at load to be small; saturating keeps a sum from ever panicking.
        Self {
            low: self.low.saturating_add(other.low),
            high: self.high.saturating_add(other.high),
        }
    }

    fn reaches(self, min: Decimal) -> Truth {
        if self.low >= min {
            Truth::True
        } else if self.high < min {
            Truth::False
        } else {
            Truth::Unknown
        }
    }
}

const NONE: Points = Points {
    low: Decimal::ZERO,
    high: Decimal::ZERO,
};

pub(crate) fn truth(score: &Score, situation: &Situation) -> Truth {
    let parts: Vec<Points> = score
        .parts
        .iter()
        .map(|part| points(part, situation))
        .collect();
    let sum = |places: &mut dyn Iterator<Item = usize>| {
        places
            .filter_map(|place| parts.get(place).copied())
            .fold(NONE, Points::plus)
    };
    let mut truth = sum(&mut (0..parts.len())).reaches(score.min);
    for (place, min) in &score.min_parts {
        truth = truth.and(sum(&mut std::iter::once(*place)).reaches(*min));
    }
    for (places, min) in &score.min_groups {
        truth = truth.and(sum(&mut places.iter().copied()).reaches(*min));
    }
    truth
}

/// Lowest and highest points a part can still get.
pub(crate) fn points(part: &Part, situation: &Situation) -> Points {
    match part {
        Part::Steps { quantity, rows } => {
            let reachable = reachable_rows(quantity, rows, situation);
            bounds(reachable.into_iter())
        }
        Part::Map {
            field,
            when_true,
            when_false,
        } => match situation.known(*field) {
            Some(Known::Bool(true)) => bounds([*when_true].into_iter()),
            Some(Known::Bool(false)) => bounds([*when_false].into_iter()),
            _ => bounds([*when_true, *when_false].into_iter()),
        },
        Part::BestOf(parts) => parts
            .iter()
            .map(|part| points(part, situation))
            .reduce(|a, b| Points {
                low: a.low.max(b.low),
                high: a.high.max(b.high),
            })
            .unwrap_or(NONE),
    }
}

fn bounds(points: impl Iterator<Item = Decimal>) -> Points {
    points
        .map(|points| Points {
            low: points,
            high: points,
        })
        .reduce(|a, b| Points {
            low: a.low.min(b.low),
            high: a.high.max(b.high),
        })
        .unwrap_or(NONE)
}

/// The points of every row that can still be the first whose test holds.
fn reachable_rows(
    quantity: &Quantity,
    rows: &[(Option<Check>, Decimal)],
    situation: &Situation,
) -> Vec<Decimal> {
    let mut reachable = Vec::with_capacity(rows.len());
    for (check, points) in rows {
        let truth = match check {
            Some(check) => evaluate::check(quantity, check, situation),
            None => Truth::True,
        };
        if truth != Truth::False {
            reachable.push(*points);
        }
        if truth == Truth::True {
            break;
        }
    }
    reachable
}

/// The points a part can end with, each of them once.
fn attainable(part: &Part, situation: &Situation) -> BTreeSet<Decimal> {
    match part {
        Part::Steps { quantity, rows } => reachable_rows(quantity, rows, situation)
            .into_iter()
            .collect(),
        Part::Map { .. } => {
            let Points { low, high } = points(part, situation);
            BTreeSet::from([low, high])
        }
        Part::BestOf(parts) => {
            let floor = points(part, situation).low;
            let each = parts.iter().flat_map(|part| attainable(part, situation));
            each.map(|points| points.max(floor)).collect()
        }
    }
}

/// The fields whose value could still change an undecided score, in the order of the file.
pub(crate) fn open_fields(score: &Score, situation: &Situation, add: &mut dyn FnMut(FieldId)) {
    let sets: Vec<Vec<Decimal>> = score
        .parts
        .iter()
        .map(|part| attainable(part, situation).into_iter().collect())
        .collect();
    for (place, part) in score.parts.iter().enumerate() {
        if sets.get(place).is_some_and(|set| set.len() > 1) && is_pivotal(score, &sets, place) {
            part_fields(part, situation, add);
        }
    }
}

/// The fields of a part that can still change its points.
fn part_fields(part: &Part, situation: &Situation, add: &mut dyn FnMut(FieldId)) {
    let Points { low, high } = points(part, situation);
    if low == high && !matches!(part, Part::Steps { .. }) {
        return;
    }
    match part {
        Part::Steps { quantity, rows } => {
            let points = reachable_rows(quantity, rows, situation);
            if points.iter().any(|p| Some(p) != points.first()) {
                crate::missing::quantity_fields(quantity, situation, add);
            }
        }
        Part::Map { field, .. } => add(*field),
        Part::BestOf(parts) => {
            for part in parts
                .iter()
                .filter(|part| points(part, situation).high > low)
            {
                part_fields(part, situation, add);
            }
        }
    }
}

/// With more other parts open than this, or more sums of theirs, the sums are not enumerated: every
/// number between the lowest and the highest stands for them. Gaps between sums are then overlooked,
/// which can only ask a question too many.
const OPEN_PARTS_MAX: usize = 4;
const SUMS_MAX: usize = 300;

/// Whether some outcome of the other parts lets this part decide the score.
///
/// The other parts' sums are enumerated together with what `min_parts` and `min_groups` ask of them:
/// this part matters when one of its values makes the score true and another one does not.
fn is_pivotal(score: &Score, sets: &[Vec<Decimal>], place: usize) -> bool {
    let Some(own) = sets.get(place) else {
        return false;
    };
    let open = sets
        .iter()
        .enumerate()
        .filter(|(other, set)| *other != place && set.len() > 1);
    if open.count() > OPEN_PARTS_MAX {
        return is_pivotal_by_bounds(score, sets, place);
    }
    let tracked: Vec<&(Vec<usize>, Decimal)> = score.min_groups.iter().collect();
    // One tally = the total, then one sum for each group.
    let mut tallies = BTreeSet::from([vec![Decimal::ZERO; tracked.len() + 1]]);
    for (other, set) in sets.iter().enumerate().filter(|(other, _)| *other != place) {
        let needed = part_minimum(score, other);
        let mut next = BTreeSet::new();
        for points in set
            .iter()
            .filter(|points| needed.is_none_or(|min| **points >= min))
        {
            for tally in &tallies {
                next.insert(with_part(tally, &tracked, other, *points));
            }
        }
        if next.len() > SUMS_MAX {
            return is_pivotal_by_bounds(score, sets, place);
        }
        tallies = next;
    }
    let holds = |tally: &[Decimal], points: Decimal| {
        let tally = with_part(tally, &tracked, place, points);
        let mut sums = tally.iter();
        sums.next().is_some_and(|total| *total >= score.min)
            && sums.zip(&tracked).all(|(sum, (_, min))| sum >= min)
            && part_minimum(score, place).is_none_or(|min| points >= min)
    };
    tallies.iter().any(|tally| {
        own.iter().any(|points| holds(tally, *points)) && !own.iter().all(|p| holds(tally, *p))
    })
}

/// The same from the lowest and highest sums of the other parts alone.
fn is_pivotal_by_bounds(score: &Score, sets: &[Vec<Decimal>], place: usize) -> bool {
    let own = sets.get(place).and_then(|set| set.first().zip(set.last()));
    let Some((low, high)) = own else { return false };
    // The others, each at least where its own minimum wants it.
    let others = |places: &mut dyn Iterator<Item = usize>| {
        let parts = places.filter(|other| *other != place).filter_map(|other| {
            let needed = part_minimum(score, other);
            let fits = |points: &&Decimal| needed.is_none_or(|min| **points >= min);
            let set = sets.get(other)?;
            Some(Points {
                low: *set.iter().find(fits)?,
                high: *set.last()?,
            })
        });
        parts.fold(NONE, Points::plus)
    };
    let turns = |rest: Points, min: Decimal| {
        rest.high.saturating_add(*high) >= min && rest.low.saturating_add(*low) < min
    };
    let total = others(&mut (0..sets.len()));
    let can_reach = total.high.saturating_add(*high) >= score.min;
    let in_group = score
        .min_groups
        .iter()
        .filter(|(places, _)| places.contains(&place));
    can_reach
        && (turns(total, score.min)
            || part_minimum(score, place).is_some_and(|min| *low < min && *high >= min)
            || in_group
                .into_iter()
                .any(|(places, min)| turns(others(&mut places.iter().copied()), *min)))
}

fn part_minimum(score: &Score, place: usize) -> Option<Decimal> {
    score
        .min_parts
        .iter()
        .filter(|(part, _)| *part == place)
        .map(|(_, min)| *min)
        .max()
}

fn with_part(
    tally: &[Decimal],
    groups: &[&(Vec<usize>, Decimal)],
    place: usize,
    points: Decimal,
) -> Vec<Decimal> {
    let mut tally = tally.to_vec();
    if let Some((total, sums)) = tally.split_first_mut() {
        *total = total.saturating_add(points);
        for (sum, (places, _)) in sums.iter_mut().zip(groups) {
            if places.contains(&place) {
                *sum = sum.saturating_add(points);
            }
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::*;
    use crate::interval::Interval;

    fn situation(lo: Option<i64>, hi: Option<i64>) -> Situation {
        let interval = Interval {
            lo: lo.map(Decimal::from),
            hi: hi.map(Decimal::from),
        };
        Situation::new(vec![Some(Known::Numbers(interval))], NaiveDate::default())
    }

    fn part() -> impl Strategy<Value = Part> {
        let steps = prop::collection::btree_map(-9i64..9, -5i64..20, 0..4);
        let steps = (steps, -5i64..20, any::<bool>()).prop_map(|(rows, rest, at_least)| {
            let check = |limit: i64| {
                let limit = Decimal::from(limit);
                Some(if at_least {
                    Check::AtLeast(limit)
                } else {
                    Check::AtMost(limit)
                })
            };
            let rising = rows
                .into_iter()
                .map(|(limit, points)| (check(limit), points.into()));
            let mut rows: Vec<(Option<Check>, Decimal)> = rising.collect();
            if at_least {
                rows.reverse();
            }
            rows.push((None, rest.into()));
            Part::Steps {
                quantity: Quantity::Field(FieldId(0)),
                rows,
            }
        });
        steps.prop_recursive(2, 6, 3, |inner| {
            prop::collection::vec(inner, 1..4).prop_map(Part::BestOf)
        })
    }

    fn scored() -> impl Strategy<Value = (Score, Vec<Vec<Decimal>>)> {
        let set = prop::collection::btree_set(-3i64..12, 1..4);
        let sets = prop::collection::vec(set, 1..5);
        (
            sets,
            0i64..25,
            prop::option::of(0i64..9),
            prop::option::of(0i64..12),
        )
            .prop_map(|(sets, min, min_first, min_group)| {
                let sets: Vec<Vec<Decimal>> = sets
                    .into_iter()
                    .map(|set| set.into_iter().map(Decimal::from).collect())
                    .collect();
                let group = (0..sets.len()).step_by(2).collect();
                let score = Score {
                    min: min.into(),
                    parts: Vec::new(),
                    min_parts: min_first.map(|min| (0, min.into())).into_iter().collect(),
                    min_groups: min_group
                        .map(|min| (group, min.into()))
                        .into_iter()
                        .collect(),
                };
                (score, sets)
            })
    }

    proptest! {
        #[test]
        fn points_of_a_range_span_those_of_every_value_in_it(
            part in part(), a in -10i64..10, b in -10i64..10, open in any::<(bool, bool)>()
        ) {
            let (lo, hi) = (a.min(b), a.max(b));
            let ranged = situation((!open.0).then_some(lo), (!open.1).then_some(hi));
            let Points { low, high } = points(&part, &ranged);
            prop_assert!(low <= high);
            for value in lo..=hi {
                let exact = points(&part, &situation(Some(value), Some(value)));
                prop_assert_eq!(exact.low, exact.high);
                prop_assert!(low <= exact.low && exact.high <= high);
            }
            let unknown = points(&part, &Situation::new(vec![None], NaiveDate::default()));
            prop_assert!(unknown.low <= low && high <= unknown.high);
        }

        #[test]
        fn bounds_overlook_no_part_that_the_sums_find((score, sets) in scored()) {
            for place in 0..sets.len() {
                if is_pivotal(&score, &sets, place) {
                    prop_assert!(is_pivotal_by_bounds(&score, &sets, place), "part {}", place);
                }
            }
        }
    }
}
