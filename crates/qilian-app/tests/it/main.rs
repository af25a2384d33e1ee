//! The use cases, as claims.

mod contract;
