//! The domain's rules, as claims.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on says so and ends"
)]

mod calendar;
mod command;
mod coverage;
mod deadline;
mod given;
mod moment;
mod plan;
mod quota;
mod records;
mod skew;
mod uscc;
mod week;
