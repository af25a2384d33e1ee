//! Owns a hint: one policy for one enterprise on one day, with what speaks against it and what is missing.
//!
//! It is worked out in `weigh`, truth in `evaluate`; how a hint looks and is worded on screen is the caller's.

mod weigh;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::near_miss::NearMiss;
use crate::number::json;
use crate::policy::{NoApply, Verified};

/// What a policy comes to for one enterprise on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 可能符合
    Likely,
    /// 需补充信息
    NeedsInfo,
    /// 需人工核实
    NeedsReview,
    /// 暂不符合
    Unlikely,
    /// 不适用
    NotApplicable,
}

impl Outcome {
    /// The words on screen; never 符合 alone.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Likely => "可能符合",
            Self::NeedsInfo => "需补充信息",
            Self::NeedsReview => "需人工核实",
            Self::Unlikely => "暂不符合",
            Self::NotApplicable => "不适用",
        }
    }
}

/// Why a policy does not apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum NotApplicable {
    /// For another region.
    OtherRegion,
    /// Not in force yet, or no longer.
    NotInForce,
    /// Not for this purpose (`for`).
    OtherPurpose,
    /// Another version takes its place on that day for this purpose.
    Superseded {
        /// That version.
        by: String,
    },
}

/// Whether applications are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowState {
    /// Now.
    Open,
    /// Later.
    Upcoming,
    /// No longer.
    Closed,
    /// The policy names no window.
    Always,
}

/// The nearest window: an open one that closes first, else the next, else the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Window {
    /// Whether it is open on the day asked about.
    pub state: WindowState,
    /// Its name.
    pub label: Option<String>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
}

/// One policy for one enterprise on one day. Serialises to the keys of the `hints` command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hint {
    /// The policy.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it comes to.
    pub outcome: Outcome,
    /// The one number that keeps it `unlikely`, if there is one.
    pub near_miss: Option<NearMiss>,
    /// False leaves that are not below an `any` that is not false.
    #[serde(rename = "false")]
    pub failing: Vec<String>,
    /// Fields still unknown whose value could change the outcome.
    pub missing: Vec<String>,
    /// Manual leaves that are not below a settled node.
    pub manual: Vec<String>,
    /// Estimated amount in `amount_unit`; `None` when there is no single figure.
    #[serde(serialize_with = "json::serialize")]
    pub amount: Option<Decimal>,
    /// The nearest window.
    pub window: Window,
    /// Whether the source was checked.
    pub verified: Verified,
    /// The file's remark.
    pub note: Option<String>,
    /// Lowest estimate where facts are ranges.
    #[serde(serialize_with = "json::serialize")]
    pub amount_min: Option<Decimal>,
    /// Highest estimate where facts are ranges.
    #[serde(serialize_with = "json::serialize")]
    pub amount_max: Option<Decimal>,
    /// Unit of the amounts, 万元 unless the file says otherwise; `None` where no amount is defined.
    pub amount_unit: Option<String>,
    /// What the amount is.
    pub amount_what: Option<String>,
    /// Unknown fields that the amount needs; they never change the outcome.
    pub missing_for_amount: Vec<String>,
    /// Fields that a missing `size_class` would follow from: what to ask in its place.
    pub missing_for_size: Vec<String>,
    /// The benefit in words.
    pub benefit: Option<String>,
    /// 免申即享, where the file says.
    pub no_apply: Option<NoApply>,
    /// Shown on request only.
    pub needs_check: bool,
    /// Why it does not apply, for `not_applicable`.
    pub not_applicable: Option<NotApplicable>,
}
