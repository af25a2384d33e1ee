//! Policies of a district as data: policy files, four-valued evaluation, questions, amounts.
//!
//! Owns what a policy file may say and what it means for an enterprise on a day. Depends on nothing of
//! ours, does no I/O and has no clock: callers pass file names with their text, facts and a date. Where
//! facts come from, who may see them and how a hint is worded on screen is deliberately elsewhere.
//!
//! Invariant: a library loads whole or not at all, and nothing here panics on any input.

mod classify;
mod condition;
mod error;
mod evaluate;
mod expr;
mod fact;
mod field;
mod hint;
mod industry;
mod interval;
mod library;
mod missing;
mod near_miss;
mod number;
mod policy;
mod question;
mod read;
mod score;
mod truth;
mod yaml;

pub use classify::{FourAboveAnswer, SizeAnswer, SizeClass};
pub use condition::Leaf;
pub use error::{ErrorCode, FileError, Warning, WarningCode};
pub use fact::{FactError, FactValue, Facts};
pub use field::{Field, FieldId, FieldType};
pub use hint::{Hint, NotApplicable, Outcome, Window, WindowState};
pub use industry::industry_code;
pub use library::Library;
pub use near_miss::NearMiss;
pub use policy::{ApplicationPeriod, Benefit, NoApply, Policy, Purpose, Verified};
pub use question::{QUESTIONS_MAX, Question};
pub use truth::Truth;
