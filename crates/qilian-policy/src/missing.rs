//! Owns `missing`: the fields whose value could still change a condition's outcome, and no others.
//!
//! A leaf matters when its truth can still reach the root. What stands above it is folded into the set
//! of functions "truth of this leaf → truth of the condition" that the other leaves, filled in or left
//! open, can still produce; a leaf on which all of them are constant does not matter.

use std::collections::BTreeSet;

use crate::condition::{Check, Condition, Node, Quantity, Test, Threshold};
use crate::evaluate::{self, Situation};
use crate::field::FieldId;
use crate::score;
use crate::truth::Truth;

/// A set of truth values as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reach(u8);

impl Reach {
    fn of(truth: Truth) -> Self {
        Self(1 << truth as u8)
    }

    fn iter(self) -> impl Iterator<Item = Truth> {
        Truth::ALL
            .into_iter()
            .filter(move |truth| self.0 & (1 << *truth as u8) != 0)
    }

    fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn combine(self, other: Self, join: Join) -> Self {
        let mut reach = Self(0);
        for a in self.iter() {
            for b in other.iter() {
                reach = reach.with(Self::of(join(a, b)));
            }
        }
        reach
    }
}

/// How a node combines two of its parts.
type Join = fn(Truth, Truth) -> Truth;

/// A function from a node's truth to the condition's truth.
type Effect = [Truth; 4];

/// Fields that are still unknown (or known only as a range) and could change the outcome, in the order
/// of the file, each once.
pub(crate) fn fields(
    condition: &Condition,
    leaves: &[Truth],
    situation: &Situation,
) -> Vec<FieldId> {
    let mut found = Vec::new();
    if evaluate::node(&condition.root, leaves).is_settled() {
        return found;
    }
    let effects = BTreeSet::from([Truth::ALL]);
    walk(
        &condition.root,
        &effects,
        condition,
        leaves,
        situation,
        &mut found,
    );
    found
}

/// The same for one leaf alone.
pub(crate) fn leaf_fields(test: &Test, truth: Truth, situation: &Situation) -> Vec<FieldId> {
    let mut found = Vec::new();
    if truth == Truth::Unknown {
        test_fields(test, situation, &mut |field| add_once(&mut found, field));
    }
    found
}

fn add_once(found: &mut Vec<FieldId>, field: FieldId) {
    if !found.contains(&field) {
        found.push(field);
    }
}

fn walk(
    node: &Node,
    effects: &BTreeSet<Effect>,
    condition: &Condition,
    leaves: &[Truth],
    situation: &Situation,
    found: &mut Vec<FieldId>,
) {
    let (parts, join): (&[Node], Join) = match node {
        Node::All(parts) => (parts, Truth::and),
        Node::Any(parts) => (parts, Truth::or),
        Node::Leaf(place) => {
            let open = leaves.get(*place) == Some(&Truth::Unknown);
            let matters = effects.iter().any(|effect| {
                let at = |truth: Truth| effect[truth as usize];
                at(Truth::Unknown) != at(Truth::True) || at(Truth::Unknown) != at(Truth::False)
            });
            if let (true, true, Some(leaf)) = (open, matters, condition.leaves.get(*place)) {
                test_fields(&leaf.test, situation, &mut |field| add_once(found, field));
            }
            return;
        }
    };
    let identity = if matches!(node, Node::All(_)) {
        Truth::True
    } else {
        Truth::False
    };
    let besides = beside_each(parts, leaves, identity, join);
    for (part, beside) in parts.iter().zip(besides) {
        if evaluate::node(part, leaves).is_settled() {
            continue;
        }
        let mut below = BTreeSet::new();
        for effect in effects {
            for other in beside.iter() {
                below.insert(Truth::ALL.map(|truth| effect[join(truth, other) as usize]));
            }
        }
        walk(part, &below, condition, leaves, situation, found);
    }
}

/// For each part, what all the other parts together can come to.
fn beside_each(parts: &[Node], leaves: &[Truth], identity: Truth, join: Join) -> Vec<Reach> {
    let each: Vec<Reach> = parts.iter().map(|part| reach(part, leaves)).collect();
    let mut after = vec![Reach::of(identity)];
    for one in each.iter().skip(1).rev() {
        let last = after.last().copied().unwrap_or(Reach::of(identity));
        after.push(last.combine(*one, join));
    }
    let mut before = Reach::of(identity);
    let pairs = each.iter().zip(after.into_iter().rev());
    pairs
        .map(|(own, after)| {
            let beside = before.combine(after, join);
            before = before.combine(*own, join);
            beside
        })
        .collect()
}

/// The truth values a node can have now or after more is learnt.
fn reach(node: &Node, leaves: &[Truth]) -> Reach {
    match node {
        Node::All(parts) => parts
            .iter()
            .map(|part| reach(part, leaves))
            .fold(Reach::of(Truth::True), |all, one| {
                all.combine(one, Truth::and)
            }),
        Node::Any(parts) => parts
            .iter()
            .map(|part| reach(part, leaves))
            .fold(Reach::of(Truth::False), |all, one| {
                all.combine(one, Truth::or)
            }),
        Node::Leaf(place) => match leaves.get(*place).copied().unwrap_or(Truth::Unknown) {
            Truth::Unknown => Reach::of(Truth::Unknown)
                .with(Reach::of(Truth::True))
                .with(Reach::of(Truth::False)),
            decided => Reach::of(decided),
        },
    }
}

fn test_fields(test: &Test, situation: &Situation, add: &mut dyn FnMut(FieldId)) {
    match test {
        Test::Manual => {}
        Test::Score(score) => score::open_fields(score, situation, add),
        Test::Value {
            quantity,
            threshold: Threshold::Fixed(_),
        } => {
            quantity_fields(quantity, situation, add);
        }
        Test::Value {
            quantity,
            threshold: Threshold::Bands { by, rows },
        } => {
            let possible: Vec<&Check> = evaluate::possible_rows(*by, rows, situation).collect();
            let truths: Vec<Truth> = possible
                .iter()
                .map(|check| evaluate::check(quantity, check, situation))
                .collect();
            if truths.contains(&Truth::Unknown) {
                quantity_fields(quantity, situation, add);
            }
            // Which band it is matters when two of them differ for some value still possible.
            let differ = possible.windows(2).any(|pair| pair.first() != pair.last())
                && (truths.contains(&Truth::Unknown)
                    || truths.windows(2).any(|pair| pair.first() != pair.last()));
            if differ && !situation.is_exact(*by) {
                add(*by);
            }
        }
    }
}

/// Fields of a quantity that are not exactly known; a divisor that is or may be 0 names its fields.
pub(crate) fn quantity_fields(
    quantity: &Quantity,
    situation: &Situation,
    add: &mut dyn FnMut(FieldId),
) {
    let no_divisor: &[FieldId] = match quantity {
        Quantity::Ratio { den, .. } => {
            let zero = situation
                .total(den)
                .is_some_and(|d| d.exact() == Some(0.into()));
            if zero { den } else { &[] }
        }
        _ => &[],
    };
    for field in quantity.fields() {
        if !situation.is_exact(field) || no_divisor.contains(&field) {
            add(field);
        }
    }
}
