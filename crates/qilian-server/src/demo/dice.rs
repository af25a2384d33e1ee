//! Owns chance: one seeded source that everything made up draws from, in a fixed order, so that the same
//! seed makes the same district.

use qilian_domain::ids::At;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;
use uuid::Uuid;

use crate::secret::fresh_id;

/// A seeded source of chance.
pub(super) struct Dice(ChaCha12Rng);

impl Dice {
    /// The source of a seed.
    pub(super) fn seeded(seed: u64) -> Self {
        Self(ChaCha12Rng::seed_from_u64(seed))
    }

    /// The source itself, for who takes any.
    pub(super) fn source(&mut self) -> &mut ChaCha12Rng {
        &mut self.0
    }

    /// True `percent` times in a hundred.
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.0.random_range(0..100) < percent
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high.max(low))
    }

    /// A count from `low` to `high`, both included.
    pub(super) fn count(&mut self, low: usize, high: usize) -> usize {
        self.0.random_range(low..=high.max(low))
    }

    /// One of several.
    pub(super) fn one<T: Copy, const N: usize>(&mut self, from: &[T; N]) -> T {
        const { assert!(N > 0) };
        from[self.0.random_range(0..N)]
    }

    /// Some of a list, in the list's order.
    pub(super) fn some<T: Copy>(&mut self, from: &[T], count: usize) -> Vec<T> {
        let mut places: Vec<usize> = (0..from.len()).collect();
        places.shuffle(&mut self.0);
        places.truncate(count);
        places.sort_unstable();
        places
            .into_iter()
            .filter_map(|p| from.get(p).copied())
            .collect()
    }

    /// Puts a list in another order.
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        list.shuffle(&mut self.0);
    }

    /// A new id.
    pub(super) fn id(&mut self, at: At) -> Uuid {
        fresh_id(&mut self.0, at)
    }
}
