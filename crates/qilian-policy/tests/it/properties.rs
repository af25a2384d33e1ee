//! Claims about every condition and every text, tried on random ones.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use proptest::prelude::*;
use qilian_policy::{Hint, Library, Outcome, Purpose};

use crate::model::{self, Known, NUMBERS, Tree, Value4};
use crate::shipped::TEXT;

fn hint(library: &Library, known: &[Known]) -> Hint {
    let day = NaiveDate::default();
    library
        .hint("p", &model::facts(known), day, Purpose::New)
        .expect("p is there")
}

fn outcome(library: &Library, known: &[Known]) -> Outcome {
    let outcomes = library.outcomes(&model::facts(known), NaiveDate::default(), Purpose::New);
    outcomes[0].1
}

fn of(truth: Value4) -> Outcome {
    match truth {
        Value4::True => Outcome::Likely,
        Value4::False => Outcome::Unlikely,
        Value4::Unknown => Outcome::NeedsInfo,
        Value4::Manual => Outcome::NeedsReview,
    }
}

/// Everything that can still turn out, each field learnt or not.
fn learnt(known: &[Known]) -> Vec<Vec<Known>> {
    let mut all = vec![Vec::new()];
    for one in known {
        let mut choices = vec![*one];
        if !matches!(one, Known::Exactly(_)) {
            choices.extend(one.values().into_iter().map(Known::Exactly));
        }
        let extended = all.iter().flat_map(|before| {
            choices.iter().map(move |choice| {
                let mut next = before.clone();
                next.push(*choice);
                next
            })
        });
        all = extended.collect();
    }
    all
}

/// The fields for which some course of learning exists in which they change the outcome.
fn can_change(library: &Library, known: &[Known], fields: usize) -> BTreeSet<String> {
    let mut relevant = known.to_vec();
    relevant
        .iter_mut()
        .skip(fields)
        .for_each(|unused| *unused = Known::Exactly(1));
    let mut found = BTreeSet::new();
    for course in learnt(&relevant) {
        let before = outcome(library, &course);
        for (at, one) in course.iter().enumerate().take(fields) {
            let name = format!("n{at}");
            if matches!(one, Known::Exactly(_)) || found.contains(&name) {
                continue;
            }
            for value in one.values() {
                let mut after = course.clone();
                after[at] = Known::Exactly(value);
                if outcome(library, &after) != before {
                    found.insert(name.clone());
                    break;
                }
            }
        }
    }
    found
}

/// How many fields a tree with separate fields uses.
fn used(tree: &Tree) -> usize {
    match tree {
        Tree::All(parts) | Tree::Any(parts) => parts.iter().map(used).sum(),
        Tree::AtLeast(..) | Tree::Within(..) | Tree::Is(..) => 1,
        Tree::Ratio { .. } | Tree::Bands { .. } => 2,
        Tree::Score { parts, .. } => parts.len(),
        Tree::Manual => 0,
    }
}

fn exact(known: &[Known]) -> model::Numbers {
    let numbers = known
        .iter()
        .enumerate()
        .filter_map(|(at, known)| match known {
            Known::Exactly(value) => Some((at, *value)),
            _ => None,
        });
    numbers.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::default() } })]

    #[test]
    fn the_outcome_is_that_of_the_definition(tree in model::shared(), known in model::known()) {
        let known: Vec<Known> = known
            .into_iter()
            .map(|one| if let Known::Between(lo, _) = one { Known::Exactly(lo) } else { one })
            .collect();
        let library = model::library(&tree);
        prop_assert_eq!(outcome(&library, &known), of(tree.truth(&exact(&known))));
        prop_assert_eq!(hint(&library, &known).outcome, of(tree.truth(&exact(&known))));
    }

    #[test]
    fn learning_more_never_flips_a_settled_outcome(tree in model::shared(), known in model::known()) {
        let library = model::library(&tree);
        let before = outcome(&library, &known);
        prop_assume!(matches!(before, Outcome::Likely | Outcome::Unlikely));
        for (at, one) in known.iter().enumerate() {
            for value in one.values() {
                let mut more = known.clone();
                more[at] = Known::Exactly(value);
                prop_assert_eq!(outcome(&library, &more), before);
            }
        }
    }

    #[test]
    fn what_holds_for_a_range_holds_for_each_point_in_it(
        tree in model::shared(),
        known in model::known(),
        at in 0..NUMBERS,
        ends in (0usize..7, 0usize..7),
    ) {
        let (lo, hi) = (model::TRIED[ends.0.min(ends.1)], model::TRIED[ends.0.max(ends.1)]);
        let library = model::library(&tree);
        let mut ranged = known;
        ranged[at] = if lo == hi { Known::Exactly(lo) } else { Known::Between(lo, hi) };
        let before = outcome(&library, &ranged);
        let points: BTreeSet<Outcome> = ranged[at].values().into_iter().map(|value| {
            let mut point = ranged.clone();
            point[at] = Known::Exactly(value);
            outcome(&library, &point)
        }).collect();
        if matches!(before, Outcome::Likely | Outcome::Unlikely) {
            prop_assert_eq!(points, BTreeSet::from([before]));
        }
    }

    #[test]
    fn nothing_is_missing_once_the_outcome_is_settled(tree in model::shared(), known in model::known()) {
        let hint = hint(&model::library(&tree), &known);
        if matches!(hint.outcome, Outcome::Likely | Outcome::Unlikely) {
            prop_assert!(hint.missing.is_empty() && hint.manual.is_empty());
        }
        prop_assert_eq!(hint.outcome == Outcome::Unlikely, !hint.failing.is_empty());
        if hint.outcome == Outcome::NeedsInfo {
            prop_assert!(!hint.missing.is_empty());
        }
        if hint.outcome == Outcome::NeedsReview {
            prop_assert!(!hint.manual.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::default() } })]

    #[test]
    fn missing_is_exactly_what_can_still_change_the_outcome(
        tree in model::separate(),
        known in model::known(),
    ) {
        let fields = used(&tree);
        let courses: usize = known.iter().take(fields).map(|one| match one {
            Known::Exactly(_) => 1,
            other => other.values().len() + 1,
        }).product();
        prop_assume!(courses <= 600);
        let library = model::library(&tree);
        let missing: BTreeSet<String> = hint(&library, &known).missing.into_iter().collect();
        prop_assert_eq!(missing, can_change(&library, &known, fields));
    }

    #[test]
    fn missing_leaves_nothing_out_where_leaves_share_fields(
        tree in model::shared(),
        known in model::known(),
    ) {
        let courses: usize = known.iter().map(|one| match one {
            Known::Exactly(_) => 1,
            other => other.values().len() + 1,
        }).product();
        prop_assume!(courses <= 600);
        let library = model::library(&tree);
        let missing: BTreeSet<String> = hint(&library, &known).missing.into_iter().collect();
        let can_change = can_change(&library, &known, NUMBERS);
        prop_assert!(can_change.is_subset(&missing), "{:?} beyond {:?}", can_change, missing);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::default() } })]

    #[test]
    fn no_text_makes_loading_panic(text in any::<String>()) {
        let loaded = Library::load(&[("any.yaml", text)]);
        prop_assert!(loaded.is_err_and(|errors| !errors.is_empty()));
    }

    #[test]
    fn no_yaml_like_text_makes_loading_panic(
        words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..60)
    ) {
        let _ = Library::load(&[("any.yaml", words.concat())]);
    }
}

const WORDS: [&str; 44] = [
    "policies",
    "fields",
    "meta",
    ":",
    ": ",
    "- ",
    "\n",
    "\n  ",
    "\n    ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "null",
    "condition",
    "all",
    "any",
    "id",
    "f",
    "op",
    "v",
    "score",
    "parts",
    "steps",
    "bands",
    "examples",
    "in",
    "out",
    "amount",
    "expr",
    "'",
    "\"",
    "&a ",
    "*a",
    "!!str ",
    "| ",
    "> ",
    "1e9",
    "2026-01-01",
    "# ",
    "---",
    "? ",
    "table",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::default() } })]

    /// A typing slip anywhere in the shipped file: refused or loaded, but never a panic.
    #[test]
    fn no_slip_in_a_real_file_makes_loading_panic(
        at in any::<prop::sample::Index>(),
        length in 0usize..40,
        put in prop::sample::select(WORDS.to_vec()),
    ) {
        let chars: Vec<char> = TEXT.chars().collect();
        let at = at.index(chars.len());
        let end = (at + length).min(chars.len());
        let text: String = chars[..at].iter().copied().chain(put.chars()).chain(chars[end..].iter().copied()).collect();
        match Library::load(&[("slip.yaml", text)]) {
            Ok((library, _)) => {
                let hints = library.hints(&qilian_policy::Facts::new(), NaiveDate::default(), Purpose::New);
                prop_assert!(library.questions(&hints).len() <= 5);
            }
            Err(errors) => prop_assert!(errors.iter().all(|error| error.line >= 1)),
        }
    }
}
