//! The domain's rules, as claims.

#![expect(
    clippy::expect_used,
    reason = "a test that can't be set up has to fail"
)]

mod calendar;
mod command;
mod coverage;
mod deadline;
mod given;
mod moment;
mod plan;
mod quota;
mod skew;
mod uscc;
mod week;
