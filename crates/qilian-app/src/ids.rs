//! Owns making ids, UUID version 7 from a given moment and a source of randomness, and secrets.
//!
//! Elsewhere: the types of ids (`qilian-domain`), the moment (`clock`).

use std::sync::{Mutex, PoisonError};

use qilian_domain::ids::At;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

/// Makes ids that no other laptop makes, and secrets that nobody guesses.
#[derive(Debug)]
pub struct IdSource {
    random: Mutex<StdRng>,
}

impl IdSource {
    /// Seeded by the operating system.
    pub fn new() -> Self {
        Self {
            random: Mutex::new(rand::make_rng()),
        }
    }

    /// Seeded by a number: the same ids every time, for tests.
    pub fn seeded(seed: u64) -> Self {
        Self {
            random: Mutex::new(StdRng::seed_from_u64(seed)),
        }
    }

    /// A new id, which sorts by `now`.
    pub fn id(&self, now: At) -> Uuid {
        let random = self.bytes::<10>();
        let ms = u64::try_from(now.unix_ms()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid()
    }

    /// A new secret: 256 random bits, in hexadecimal.
    pub fn token(&self) -> String {
        let random = self.bytes::<32>();
        random.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A source of its own for whoever needs more than an id.
    pub fn random(&self) -> StdRng {
        StdRng::from_seed(self.bytes())
    }

    fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        random.fill_bytes(&mut bytes);
        bytes
    }
}

impl Default for IdSource {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_7_and_sort_by_time() {
        let ids = IdSource::seeded(7);
        let earlier = At::from_unix_ms(1_763_600_000_000).unwrap();
        let first = ids.id(earlier);
        let second = ids.id(earlier.plus_ms(1));
        assert_eq!(first.get_version_num(), 7);
        assert!(first < second, "a later id sorts after an earlier one");
    }

    #[test]
    fn two_ids_of_one_moment_differ() {
        let ids = IdSource::new();
        let now = At::from_unix_ms(0).unwrap();
        assert_ne!(ids.id(now), ids.id(now));
    }
}
