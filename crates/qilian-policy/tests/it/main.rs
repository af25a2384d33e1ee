//! What the crate promises, tried through its public face.

#![expect(
    clippy::expect_used,
    reason = "a test stops where its ground is missing"
)]

mod bad_files;
mod classify;
mod meaning;
mod model;
mod properties;
mod questions;
mod shipped;
