//! The claims about the laptop's store, from outside: through its public methods, on real files.

#![expect(
    clippy::expect_used,
    reason = "a test that can't be set up has to fail"
)]

mod cut;
mod files;
mod given;
mod list;
mod migrating;
mod opening;
mod recording;
mod search;
