//! Owns drawing a run: a seed becomes a setting and a list of actions, of some kinds often, of others never.
//!
//! Elsewhere: what an action is (`action`).

use rand::{Rng as _, RngExt as _};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use super::action::{Action, COMMON_FILES, Setting};

/// How often each kind of action is drawn; a seed switches some of them off.
const WEIGHTS: [u8; KINDS] = [
    12, 4, 2, 2, 14, 40, 4, 3, 2, 2, 3, 3, 1, 1, 3, 2, 1, 4, 1, 1, 2, 1, 2, 2, 1, 1, 1, 1, 1, 1, 3,
    2, 1, 1, 1,
];
const KINDS: usize = 35;
/// The kinds without which nothing would happen: recording, syncing, carrying.
const ALWAYS: [usize; 3] = [0, 4, 5];
/// How often a kind is left out of a seed, in percent.
const LEFT_OUT: u32 = 35;

/// How often each kind of action about files is drawn.
const FILE_WEIGHTS: [u8; FILE_KINDS] = [8, 2, 12, 3, 1, 1];
const FILE_KINDS: usize = 6;
/// How often something is done with a file between two actions, in percent.
const FILES: u32 = 25;

/// What a seed says: so many actions, and between them what is done with files.
pub fn of_seed(seed: u64, length: usize) -> (Setting, Vec<Action>) {
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let setting = Setting {
        cadres: random.random_range(1..=3),
        enterprises: random.random_range(1..=6),
        skews: (0..4)
            .map(|_| {
                if random.random_bool(0.5) {
                    0
                } else {
                    random.random_range(-600..=600)
                }
            })
            .collect(),
        page_bytes: *[600, 3_000, 1_000_000]
            .get(random.random_range(0..3))
            .unwrap_or(&3_000),
        push_mutations: *[1, 3, 1_000].get(random.random_range(0..3)).unwrap_or(&3),
    };
    let mut weights = WEIGHTS;
    for (kind, weight) in weights.iter_mut().enumerate() {
        if !ALWAYS.contains(&kind) && random.random_range(0..100) < LEFT_OUT {
            *weight = 0;
        }
    }
    // Files are drawn by themselves: what a seed does without them it does with them, too.
    let mut of_files = ChaCha20Rng::seed_from_u64(seed);
    of_files.set_stream(1);
    let mut actions = Vec::new();
    for _ in 0..length {
        actions.push(draw(&mut random, &weights));
        if of_files.random_range(0..100) < FILES {
            actions.push(draw_file(&mut of_files));
        }
    }
    (setting, actions)
}

fn draw_kind(random: &mut ChaCha20Rng, weights: &[u8]) -> usize {
    let total: u32 = weights.iter().map(|w| u32::from(*w)).sum();
    let mut left = random.random_range(0..total);
    for (n, weight) in weights.iter().enumerate() {
        let weight = u32::from(*weight);
        if left < weight {
            return n;
        }
        left -= weight;
    }
    0
}

fn draw_file(random: &mut ChaCha20Rng) -> Action {
    let kind = draw_kind(random, &FILE_WEIGHTS);
    let mut byte = || random.next_u32().to_le_bytes()[0];
    let (desk, nth) = (byte(), byte());
    match kind {
        0 => Action::Attach {
            desk,
            visit: nth,
            content: byte() % (3 * COMMON_FILES),
        },
        1 => Action::Remove { desk, nth },
        2 => Action::Upload {
            desk,
            ends: byte() % 4,
        },
        3 => Action::Evict { desk },
        4 => Action::LoseBytes { nth },
        _ => Action::Collect,
    }
}

fn draw(random: &mut ChaCha20Rng, weights: &[u8; KINDS]) -> Action {
    let kind = draw_kind(random, weights);
    let mut byte = || random.next_u32().to_le_bytes()[0];
    let (desk, nth, enterprise, cadre) = (byte(), byte(), byte(), byte());
    match kind {
        0 => Action::Visit {
            desk,
            enterprise,
            days_back: byte() % 12,
            with: byte(),
        },
        1 => Action::Learn { desk, enterprise },
        2 => Action::Seal {
            desk,
            weeks_back: byte() % 3,
        },
        3 => Action::Handle { desk },
        4 => Action::Begin { desk },
        5 => Action::Carry { nth },
        6 => Action::Lose { nth },
        7 => Action::Double { nth },
        8 => Action::Cut { nth },
        9 => Action::Portal { nth },
        10 => Action::GiveUp { desk },
        11 => Action::Kill { desk },
        12 => Action::Full { desk },
        13 => Action::Second { desk, enterprise },
        14 => Action::Assign {
            enterprise,
            cadre,
            from: if byte() % 4 == 0 {
                201 + byte() % 3
            } else {
                byte() % 20
            },
        },
        15 => Action::Rename { enterprise },
        16 => Action::Import {
            enterprise,
            rows: byte() % 40,
        },
        17 => Action::Wait {
            minutes: if byte() % 3 == 0 {
                u16::from(byte()) * 20
            } else {
                u16::from(byte() % 30)
            },
        },
        18 => Action::Enrol { cadre },
        19 => Action::Clone { desk },
        20 => Action::Backup { desk },
        21 => Action::Rewind { desk },
        22 => Action::Restart,
        23 => Action::BackUpServer,
        24 => Action::RestoreServer,
        25 => Action::Panic {
            times: 1 + byte() % 4,
        },
        26 => Action::Stale { nth },
        27 => Action::Clock {
            desk,
            minutes: (i16::from(byte()) - 128) * 10,
        },
        28 => Action::Busy {
            times: 1 + byte() % 3,
        },
        29 => Action::Stop {
            desk,
            for_good: nth.is_multiple_of(3),
        },
        30 => Action::Power {
            desk,
            writes: byte() % 16,
            kept: byte(),
        },
        31 => Action::ServerPower {
            writes: byte() % 24,
            kept: byte(),
        },
        32 => Action::Rot {
            desk,
            nth,
            how: byte() % 4,
        },
        33 => Action::Locked { desk },
        _ => Action::Year,
    }
}
