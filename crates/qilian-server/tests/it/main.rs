//! The district through its doors: the storage contract on every engine, HTTP on a real listener, imports,
//! and the program itself.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on says so and ends"
)]

mod cluster;
mod contract;
mod district;
mod door;
mod http;
mod imports;
mod laptop;
mod postgres;
mod processes;
mod program;
mod skew;
mod sqlite;
