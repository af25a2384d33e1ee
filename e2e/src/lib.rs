//! A district, a laptop and its window as a person would start them, for the journeys in `tests/` and for `make run`.
//!
//! Everything here looks from outside: built programs, their command lines, HTTP and WebDriver. It knows no crate of ours.
//! What it starts it ends, by process id, also when a test panics.

pub mod address;
pub mod bus;
pub mod display;
pub mod district;
pub mod driver;
pub mod journey;
pub mod key_store;
pub mod laptop;
pub mod page;
pub mod process;
pub mod programs;
pub mod stage;
pub mod until;
