//! The use cases, as claims.

mod contract;
mod enrol;
mod key;
mod listener;
mod server;
