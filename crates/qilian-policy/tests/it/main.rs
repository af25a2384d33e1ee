//! What the crate promises, tried through its public face.

#![expect(
    clippy::expect_used,
    reason = "a test stops where its ground is missing"
)]

mod bad_files;
mod meaning;
mod model;
mod properties;
mod shipped;
