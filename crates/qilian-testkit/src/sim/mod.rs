//! A deterministic simulator of a district: laptops with real stores and a server with a real database on
//! one thread, a network and people that do what a seed says, and an oracle in plain maps that knows what
//! must hold (`sync.md` B).
//!
//! The same seed is the same run, to the letter ([`Ran::trace`]). A run that breaks a claim is shrunk to
//! the actions that it takes. Elsewhere: the protocol and both storages, which are the product's own.

mod action;
mod claims;
mod desk;
mod disk;
mod district;
mod exchange;
mod oracle;
mod people;
mod shrink;
mod wire;
mod world;

pub use action::{Action, Setting, of_seed};
pub use claims::{Broken, Claim};
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
