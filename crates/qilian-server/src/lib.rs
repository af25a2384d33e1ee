//! Skeleton.
pub mod import;
