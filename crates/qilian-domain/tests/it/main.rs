//! The domain's rules, as claims.

mod calendar;
mod coverage;
mod deadline;
mod given;
mod plan;
mod plan_kept;
mod quota;
mod uscc;
mod week;
