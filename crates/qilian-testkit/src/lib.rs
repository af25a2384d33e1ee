//! Two ends in one process: a district server on a free loopback port with a real database, and laptops
//! with real homes that sync with it over HTTP. And a whole district on one thread, by seeds ([`sim`]), and what a fuzzer
//! looks for ([`fuzzed`]).
//!
//! Owns setting them up and moving what the office would move (enterprises, cadres, policies). Elsewhere:
//! the claims, in the tests that use it. A development dependency only.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't be set up has to fail, and says where"
)]

mod enterprises;
pub mod fuzzed;
pub mod killing;
mod link;
pub mod sim;
mod town;

pub use enterprises::code;
pub use link::{Link, Passed};
pub use town::{Desk, Town, open_home};
