//! The domain of 企联: ids, rows, commands and the pure functions that decide them; quotas, calendars,
//! deadlines, the plan for a week.
//!
//! Owns every rule of the programme. Elsewhere: policies (`qilian-policy`), the wire (`qilian-sync`),
//! storage, screens. There is no I/O here, no async, no clock and no randomness: days, moments and
//! new ids are parameters, so that a laptop and the server come to the same answer.

pub mod bucket;
pub mod calendar;
pub mod command;
pub mod coverage;
pub mod deadline;
pub mod ids;
pub mod media;
pub mod plan;
pub mod quota;
pub mod refusal;
pub mod row;
pub mod rows;
pub mod skew;
pub mod stamp;
pub mod uscc;
pub mod week;
