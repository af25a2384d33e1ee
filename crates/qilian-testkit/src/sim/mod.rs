//! A deterministic simulator of a district: laptops with real stores and a server with a real database on
//! one thread, a network and people that do what a seed says, and an oracle in plain maps that knows what
//! must hold (`sync.md` B).
//!
//! The same seed is the same run, to the letter ([`Ran::trace`]). A run that breaks a claim is shrunk to
//! the actions that it takes. Elsewhere: the protocol and both storages, which are the product's own.
//!
//! | fault (`sync.md` B) | here | elsewhere |
//! | --- | --- | --- |
//! | a request or a reply dropped, doubled, late, cut short | `Lose`, `Double`, `Carry` in any order, `Cut` | |
//! | a stale reply, a log-in page | `Stale`, `Portal` | |
//! | a half-open upload | `Upload` | `http::files` |
//! | a lost or doubled poke | laptops here pull without | `http::poke`, `poked` |
//! | a laptop killed, without power, full, busy | `Kill`, `Power`, `Full`, `Locked` | `killing` |
//! | a home brought back, a disk copied, two programs | `Rewind`, `Clone`, `Second` | |
//! | somebody writes during a sync; a clock jumps | `Visit` between `Carry`; `Clock` | |
//! | a newer program finds a full outbox | | `store::migrating` |
//! | another user on the laptop, a rename that Windows refuses | no such thing yet | |
//! | the server killed, without power, restarted | `ServerPower`, `Restart`, `Upload` | `killing` |
//! | a decision panics; the server is busy | `Panic`, `Busy` | |
//! | a long transaction holds a low number, transactions conflict | one connection here | `postgres::feed` |
//! | the server comes back from a backup | `RestoreServer` | `postgres::epoch` |
//! | a standby that lacks the last commits takes over | | `postgres::standby` |
//! | a sweep or a scope that changes between pages | `Year`, `Assign` | the model |
//! | two versions of the server | | `server::skew`, `postgres::processes` |
//! | a large import | `Import`, small pages | `server::imports` |
//! | two enterprises become one | no such thing yet | |
//! | bytes are missing; the server's disk is full | `LoseBytes`; | `http::files` |
//! | given away and back while offline; one user, two laptops | `Assign`, `Enrol` | `scope` |
//! | stopped in the midst of an upload, taken back while it is sent | `Stop`, `Remove` | `http::files` |
//! | silent for longer than the server remembers | `Year` | |

mod action;
mod at_rest;
mod bytes;
mod claims;
mod desk;
mod disk;
mod district;
mod exchange;
mod files;
mod kept;
mod oracle;
mod people;
mod seed;
mod shrink;
mod wire;
mod world;

pub use action::{Action, Setting};
pub use claims::{Broken, Claim};
pub use seed::of_seed;
pub use shrink::shrunk;

use std::panic::{AssertUnwindSafe, catch_unwind};

use world::World;

/// A run in which everything held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// SHA-256 over all that happened.
    pub trace: [u8; 32],
    /// SHA-256 over what the server answered to mutations.
    pub answers: [u8; 32],
}

/// Runs a list of actions, then lets everything come to rest.
///
/// # Errors
/// The first claim that does not hold; a panic is [`Claim::NoFailure`], such as that of a store which can't be read.
pub fn run(setting: &Setting, actions: &[Action]) -> Result<Ran, Broken> {
    let ran = catch_unwind(AssertUnwindSafe(|| ran(setting, actions)));
    ran.unwrap_or_else(|panic| {
        let told = (panic.downcast_ref::<String>().map(String::as_str))
            .or_else(|| panic.downcast_ref::<&str>().copied());
        Err(Claim::NoFailure.broken(told.unwrap_or("a panic")))
    })
}

fn ran(setting: &Setting, actions: &[Action]) -> Result<Ran, Broken> {
    let mut world = World::new(setting);
    for action in actions {
        world.act(*action)?;
    }
    world.rest()?;
    Ok(world.ran())
}
