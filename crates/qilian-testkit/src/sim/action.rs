//! Owns what happens in a simulated district, as data: a seed becomes a setting and a list of actions, and
//! a list, whole or shrunk, becomes a run.
//!
//! An action names its laptop, enterprise or message by a number that is taken modulo what there is, and
//! does nothing where it makes no sense: any part of a list is a list.

use rand::{Rng as _, RngExt as _};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

/// How a simulated district begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Cadres, each with a laptop.
    pub cadres: u8,
    /// Enterprises, dealt to the cadres in turn.
    pub enterprises: u8,
    /// How far each laptop's clock is off, in minutes; repeated if there are more laptops.
    pub skews: Vec<i32>,
    /// The greatest page that laptops ask for, in bytes: small, so that a pull has many pages.
    pub page_bytes: u32,
    /// Mutations that a push carries at most.
    pub push_mutations: u16,
}

/// What happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A cadre records a visit of some days ago, with what came of it.
    Visit {
        /// On which laptop.
        desk: u8,
        /// Which of the enterprises that it shows.
        enterprise: u8,
        /// How long ago.
        days_back: u8,
        /// Bits: a fact, a demand, a promise, a companion, keeping the oldest promise.
        with: u8,
    },
    /// A cadre learns a fact.
    Learn {
        /// On which laptop.
        desk: u8,
        /// About which of the enterprises that it shows.
        enterprise: u8,
    },
    /// A cadre seals a week.
    Seal {
        /// On which laptop.
        desk: u8,
        /// How long ago.
        weeks_back: u8,
    },
    /// A cadre sees to a rejected mutation.
    Handle {
        /// On which laptop.
        desk: u8,
    },
    /// A laptop begins a sync, unless one is under way.
    Begin {
        /// Which.
        desk: u8,
    },
    /// A message arrives.
    Carry {
        /// Which of those under way.
        nth: u8,
    },
    /// A message is lost.
    Lose {
        /// Which.
        nth: u8,
    },
    /// A message is on its way twice.
    Double {
        /// Which.
        nth: u8,
    },
    /// A message is cut short.
    Cut {
        /// Which.
        nth: u8,
    },
    /// A reply is replaced by a log-in page.
    Portal {
        /// Which.
        nth: u8,
    },
    /// A laptop waits no longer; its message may still arrive.
    GiveUp {
        /// Which.
        desk: u8,
    },
    /// A laptop's program is killed.
    Kill {
        /// Which.
        desk: u8,
    },
    /// A laptop's disk has no room for the next write.
    Full {
        /// Which.
        desk: u8,
    },
    /// Another program writes in a laptop's store for longer than the next write waits.
    Locked {
        /// Which.
        desk: u8,
    },
    /// A second program opens a laptop's store and records a visit.
    Second {
        /// Which.
        desk: u8,
        /// To which of the enterprises that it shows.
        enterprise: u8,
    },
    /// A sheet gives an enterprise to a cadre.
    Assign {
        /// Which.
        enterprise: u8,
        /// To whom.
        cadre: u8,
        /// From how many days ago; 200 and more: from as many days over 200 on.
        from: u8,
    },
    /// An enterprise has another name.
    Rename {
        /// Which.
        enterprise: u8,
    },
    /// An import brings many facts.
    Import {
        /// Of which enterprise.
        enterprise: u8,
        /// How many.
        rows: u8,
    },
    /// Time passes.
    Wait {
        /// How long.
        minutes: u16,
    },
    /// A cadre gets another laptop.
    Enrol {
        /// Who.
        cadre: u8,
    },
    /// A laptop's disk is copied to another laptop.
    Clone {
        /// Which.
        desk: u8,
    },
    /// A laptop's home is backed up.
    Backup {
        /// Which.
        desk: u8,
    },
    /// A laptop's home is brought back from its backup.
    Rewind {
        /// Which.
        desk: u8,
    },
    /// The server is stopped and started.
    Restart,
    /// The server's database is backed up.
    BackUpServer,
    /// The server's database is brought back from its backup.
    RestoreServer,
    /// The server's next decisions fail.
    Panic {
        /// How many.
        times: u8,
    },
    /// A reply is replaced by the one before it, which something on the way had kept.
    Stale {
        /// Which.
        nth: u8,
    },
    /// A laptop's clock is set.
    Clock {
        /// Which.
        desk: u8,
        /// By so much.
        minutes: i16,
    },
    /// The server has no time for the next requests.
    Busy {
        /// How many.
        times: u8,
    },
    /// The administrator stops a laptop, or lets it sync again.
    Stop {
        /// Which.
        desk: u8,
        /// It is revoked, not suspended.
        for_good: bool,
    },
    /// A laptop's power goes.
    Power {
        /// Which.
        desk: u8,
        /// In the midst of so many writes to its disk; at once for 0.
        writes: u8,
        /// Bits, used again and again: which of the writes that were not synced are on the disk all the same.
        kept: u8,
    },
    /// The server's power goes.
    ServerPower {
        /// In the midst of so many writes of the next push; at once for 0.
        writes: u8,
        /// As for a laptop.
        kept: u8,
    },
    /// A laptop's disk, or a person who should not have, damages what it holds.
    Rot {
        /// Which.
        desk: u8,
        /// Which of its rows.
        nth: u8,
        /// A row is lost, has another version, is in a bucket no more, or is in it and not there.
        how: u8,
    },
    /// A year and more passes, and the server forgets what left buckets before.
    Year,
}

impl Action {
    /// What kind of action it is.
    pub fn kind(&self) -> String {
        let told = format!("{self:?}");
        told.split(' ').next().unwrap_or_default().to_owned()
    }
}

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

/// What a seed says.
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
    let actions = (0..length).map(|_| draw(&mut random, &weights)).collect();
    (setting, actions)
}

fn draw(random: &mut ChaCha20Rng, weights: &[u8; KINDS]) -> Action {
    let total: u32 = weights.iter().map(|w| u32::from(*w)).sum();
    let mut left = random.random_range(0..total);
    let mut kind = 0;
    for (n, weight) in weights.iter().enumerate() {
        let weight = u32::from(*weight);
        if left < weight {
            kind = n;
            break;
        }
        left -= weight;
    }
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
