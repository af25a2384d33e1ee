//! The use cases, as claims.

#![expect(
    clippy::unwrap_used,
    reason = "a test that can't be set up has to fail"
)]

mod contract;
mod enrol;
mod key;
mod listener;
mod poke;
mod server;
