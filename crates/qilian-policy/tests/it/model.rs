//! Small random conditions with their own, much simpler, evaluator: what the crate is held against.

use std::collections::BTreeMap;

use proptest::prelude::*;
use qilian_policy::{FactValue, Facts, Library};
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// Four truth values once more, so that nothing is shared with the crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value4 {
    True,
    False,
    Unknown,
    Manual,
}

/// A tree whose leaves look at numbers `n0`, `n1` … and at truth values `b0` …; numbers are in quarters.
#[derive(Debug, Clone)]
pub(crate) enum Tree {
    All(Vec<Tree>),
    Any(Vec<Tree>),
    AtLeast(usize, i64),
    Within(usize, i64, i64),
    Is(usize, bool),
    Ratio {
        num: usize,
        den: usize,
        quarters: i64,
    },
    Bands {
        field: usize,
        by: usize,
        limit: i64,
        low: i64,
        high: i64,
    },
    Score {
        min: i64,
        parts: Vec<(usize, i64, i64)>,
        min_first: Option<i64>,
    },
    Manual,
}

pub(crate) const NUMBERS: usize = 6;
/// What an unknown number is tried with, in quarters: below, on and above every threshold.
pub(crate) const TRIED: [i64; 7] = [1, 2, 4, 6, 8, 12, 40];

/// What is known of a number, in quarters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    Nothing,
    Exactly(i64),
    Between(i64, i64),
}

impl Known {
    /// The values it can still turn out to have, among those tried.
    pub(crate) fn values(self) -> Vec<i64> {
        TRIED
            .into_iter()
            .filter(|value| match self {
                Self::Nothing => true,
                Self::Exactly(exact) => *value == exact,
                Self::Between(lo, hi) => (lo..=hi).contains(value),
            })
            .collect()
    }
}

pub(crate) fn quarters(value: i64) -> Decimal {
    Decimal::new(value * 25, 2).normalize()
}

pub(crate) type Numbers = BTreeMap<usize, i64>;

impl Tree {
    /// The truth for exact numbers; a number that is not there is unknown.
    pub(crate) fn truth(&self, numbers: &Numbers) -> Value4 {
        let of = |holds: Option<bool>| match holds {
            Some(true) => Value4::True,
            Some(false) => Value4::False,
            None => Value4::Unknown,
        };
        let number = |field: &usize| numbers.get(field).copied();
        match self {
            Self::All(parts) => {
                let truths: Vec<_> = parts.iter().map(|part| part.truth(numbers)).collect();
                first_of(
                    &truths,
                    &[Value4::False, Value4::Unknown, Value4::Manual],
                    Value4::True,
                )
            }
            Self::Any(parts) => {
                let truths: Vec<_> = parts.iter().map(|part| part.truth(numbers)).collect();
                first_of(
                    &truths,
                    &[Value4::True, Value4::Manual, Value4::Unknown],
                    Value4::False,
                )
            }
            Self::AtLeast(field, min) => of(number(field).map(|n| n >= *min)),
            Self::Within(field, lo, hi) => of(number(field).map(|n| (*lo..=*hi).contains(&n))),
            Self::Is(field, wanted) => of(number(field).map(|n| (n > 4) == *wanted)),
            Self::Ratio { num, den, quarters } => of(number(num)
                .zip(number(den))
                .map(|(num, den)| num * 4 >= quarters * den)),
            Self::Bands {
                field,
                by,
                limit,
                low,
                high,
            } => {
                let of_limit = |min: &i64| of(number(field).map(|n| n >= *min));
                match number(by) {
                    Some(by) if by <= *limit => of_limit(low),
                    Some(_) => of_limit(high),
                    None if of_limit(low) == of_limit(high) => of_limit(low),
                    None => Value4::Unknown,
                }
            }
            Self::Score {
                min,
                parts,
                min_first,
            } => {
                let points = |(field, limit, points): &(usize, i64, i64)| match number(field) {
                    Some(n) if n >= *limit => (*points, *points),
                    Some(_) => (0, 0),
                    None => (0, *points),
                };
                let low: i64 = parts.iter().map(|part| points(part).0).sum();
                let high: i64 = parts.iter().map(|part| points(part).1).sum();
                let first = parts.first().map_or((0, 0), points);
                let needed = min_first.unwrap_or(i64::MIN);
                if low >= *min && first.0 >= needed {
                    Value4::True
                } else if high < *min || first.1 < needed {
                    Value4::False
                } else {
                    Value4::Unknown
                }
            }
            Self::Manual => Value4::Manual,
        }
    }

    /// The condition as a policy file writes it.
    pub(crate) fn to_json(&self, next_id: &mut usize) -> Value {
        let n = |field: &usize| format!("n{field}");
        let mut leaf = |test: Value| {
            *next_id += 1;
            let mut leaf = json!({"id": format!("L{next_id}"), "text": "条件"});
            for (key, value) in test.as_object().expect("a map") {
                leaf[key] = value.clone();
            }
            leaf
        };
        let q = |value: &i64| {
            json!(
                quarters(*value)
                    .to_string()
                    .parse::<f64>()
                    .expect("a number")
            )
        };
        match self {
            Self::All(parts) => {
                json!({"all": parts.iter().map(|part| part.to_json(next_id)).collect::<Vec<_>>()})
            }
            Self::Any(parts) => {
                json!({"any": parts.iter().map(|part| part.to_json(next_id)).collect::<Vec<_>>()})
            }
            Self::AtLeast(field, min) => leaf(json!({"f": n(field), "op": ">=", "v": q(min)})),
            Self::Within(field, lo, hi) => {
                leaf(json!({"f": n(field), "op": "between", "v": [q(lo), q(hi)]}))
            }
            Self::Is(field, true) => leaf(json!({"f": n(field), "op": ">", "v": 1})),
            Self::Is(field, false) => leaf(json!({"f": n(field), "op": "<=", "v": 1})),
            Self::Ratio { num, den, quarters } => {
                let ratio = json!({"num": n(num), "den": {"sum": [n(den)]}});
                leaf(json!({"ratio": ratio, "op": ">=", "v": q(quarters)}))
            }
            Self::Bands {
                field,
                by,
                limit,
                low,
                high,
            } => {
                let upto = json!([[q(limit), q(low)], [null, q(high)]]);
                leaf(json!({"f": n(field), "op": ">=", "bands": {"by": n(by), "upto": upto}}))
            }
            Self::Score {
                min,
                parts,
                min_first,
            } => {
                let part = |(at, (field, limit, points)): (usize, &(usize, i64, i64))| {
                    let steps = json!([[q(limit), points], [null, 0]]);
                    json!({"name": format!("P{at}"), "max": points, "f": n(field), "steps": steps})
                };
                let parts: Vec<Value> = parts.iter().enumerate().map(part).collect();
                let mut score = json!({"min": min, "parts": parts});
                if let Some(needed) = min_first {
                    score["min_parts"] = json!({"P0": needed});
                }
                leaf(json!({"score": score}))
            }
            Self::Manual => leaf(json!({"manual": true})),
        }
    }
}

fn first_of(truths: &[Value4], order: &[Value4], otherwise: Value4) -> Value4 {
    order
        .iter()
        .copied()
        .find(|truth| truths.contains(truth))
        .unwrap_or(otherwise)
}

/// A library with this one policy, `p`.
pub(crate) fn library(tree: &Tree) -> Library {
    let fields: serde_json::Map<String, Value> = (0..NUMBERS)
        .map(|at| {
            (
                format!("n{at}"),
                json!({"type": "number", "label": "数", "cost": 1}),
            )
        })
        .collect();
    let condition = tree.to_json(&mut 0);
    let policy = json!({"id": "p", "title": "政策", "condition": condition});
    let text = json!({"fields": fields, "policies": [policy]}).to_string();
    let loaded = Library::load(&[("generated.yaml", text)]);
    loaded.expect("a generated file is sound").0
}

pub(crate) fn facts(known: &[Known]) -> Facts {
    let fact = |known: &Known| match known {
        Known::Nothing => None,
        Known::Exactly(value) => Some(FactValue::Number(quarters(*value))),
        Known::Between(lo, hi) => Some(FactValue::NumberRange {
            min: Some(quarters(*lo)),
            max: Some(quarters(*hi)),
        }),
    };
    let facts = known.iter().enumerate();
    facts
        .filter_map(|(at, known)| Some((format!("n{at}"), fact(known)?)))
        .collect()
}

/// Thresholds lie on tried values, so that trying them finds every difference.
fn threshold() -> impl Strategy<Value = i64> {
    prop::sample::select(vec![2, 4, 6, 8])
}

fn tree(field: BoxedStrategy<usize>, depth: u32, leaves: u32) -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        4 => (field.clone(), threshold()).prop_map(|(f, min)| Tree::AtLeast(f, min)),
        1 => (field.clone(), threshold(), threshold())
            .prop_map(|(f, a, b)| Tree::Within(f, a.min(b), a.max(b))),
        1 => (field.clone(), any::<bool>()).prop_map(|(f, wanted)| Tree::Is(f, wanted)),
        1 => (field.clone(), field.clone(), threshold())
            .prop_map(|(num, den, quarters)| Tree::Ratio { num, den, quarters }),
        1 => (field.clone(), field.clone(), threshold(), threshold(), threshold()).prop_map(
            |(field, by, limit, low, high)| Tree::Bands { field, by, limit, low, high }
        ),
        2 => (
            1i64..10,
            prop::collection::vec((field, threshold(), 1i64..6), 1..4),
            prop::option::of(1i64..4)
        )
            .prop_map(|(min, parts, min_first)| Tree::Score { min, parts, min_first }),
        2 => Just(Tree::Manual),
    ];
    leaf.prop_recursive(depth, leaves, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Tree::All),
            prop::collection::vec(inner, 1..4).prop_map(Tree::Any),
        ]
    })
}

/// Trees whose leaves share fields.
pub(crate) fn shared() -> impl Strategy<Value = Tree> {
    tree((0..NUMBERS).boxed(), 3, 8)
}

/// Trees in which every field stands once; a tree that would need more fields loses the leaves.
pub(crate) fn separate() -> impl Strategy<Value = Tree> {
    tree(Just(0).boxed(), 3, 6).prop_map(|mut tree| {
        let mut next = 0;
        number(&mut tree, &mut next);
        tree
    })
}

fn number(tree: &mut Tree, next: &mut usize) {
    let needed = match tree {
        Tree::All(parts) | Tree::Any(parts) => {
            parts.iter_mut().for_each(|part| number(part, next));
            return;
        }
        Tree::AtLeast(..) | Tree::Within(..) | Tree::Is(..) => 1,
        Tree::Ratio { .. } | Tree::Bands { .. } => 2,
        Tree::Score { parts, .. } => parts.len(),
        Tree::Manual => 0,
    };
    if *next + needed > NUMBERS {
        *tree = Tree::Manual;
        return;
    }
    let mut take = || {
        *next += 1;
        *next - 1
    };
    match tree {
        Tree::AtLeast(field, _) | Tree::Within(field, _, _) | Tree::Is(field, _) => *field = take(),
        Tree::Ratio { num, den, quarters } => {
            // At 1 the values tried for one side are those that matter for the other.
            (*num, *den, *quarters) = (take(), take(), 4);
        }
        Tree::Bands { field, by, .. } => (*field, *by) = (take(), take()),
        Tree::Score { parts, .. } => parts.iter_mut().for_each(|part| part.0 = take()),
        Tree::All(_) | Tree::Any(_) | Tree::Manual => {}
    }
}

pub(crate) fn known() -> impl Strategy<Value = Vec<Known>> {
    let tried = || prop::sample::select(TRIED.to_vec());
    let one = prop_oneof![
        4 => Just(Known::Nothing),
        3 => tried().prop_map(Known::Exactly),
        1 => (tried(), tried()).prop_map(|(a, b)| match (a.min(b), a.max(b)) {
            (lo, hi) if lo == hi => Known::Exactly(lo),
            (lo, hi) => Known::Between(lo, hi),
        }),
    ];
    prop::collection::vec(one, NUMBERS)
}
