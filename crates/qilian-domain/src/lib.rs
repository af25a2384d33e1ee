//! Skeleton.

pub mod calendar;
pub mod deadline;
pub mod uscc;
pub mod week;
