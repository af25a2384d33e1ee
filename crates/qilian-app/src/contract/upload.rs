//! 本周上报: the package and its receipt.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::today::QuotaStateView;
use super::visit::VisitRow;

/// Names one week.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct WeekArgs {
    /// `2026-W47`.
    pub week: String,
}

/// Names one week, or the one of today.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct WeekPreviewArgs {
    /// `2026-W47`; today's if none.
    #[serde(default)]
    pub week: Option<String>,
}

/// What the district answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ReceiptView {
    /// 回执号.
    pub no: String,
    /// 送达.
    pub received_at: String,
    /// Who received it: the district's name.
    pub by: String,
    /// Visits in the package.
    pub visits: u32,
    /// Visits that count.
    pub counted: u32,
    /// 校验, in groups of four.
    pub checksum: String,
    /// Whether the laptop's own figures give the same 校验.
    pub agrees: bool,
}

/// A demand in the package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PackageDemand {
    /// What it is.
    pub title: String,
    /// Whose.
    pub name: String,
}

/// A fact in the package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PackageFact {
    /// Whose.
    pub name: String,
    /// The field's label.
    pub label: String,
    /// As shown.
    pub value: String,
    /// Its unit.
    pub unit: Option<String>,
}

/// A promise in the package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PackagePromise {
    /// To whom.
    pub name: String,
    /// What.
    pub text: String,
    /// Whether it was kept this week, rather than made.
    pub kept: bool,
}

/// A draft, which does not go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PackageDraft {
    /// Whose.
    pub name: String,
}

/// A week's package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct WeekPackageView {
    /// `2026-W47`.
    pub week: String,
    /// Its Monday.
    #[ts(type = "string")]
    pub from: NaiveDate,
    /// Its Sunday.
    #[ts(type = "string")]
    pub to: NaiveDate,
    /// Visits asked for.
    pub required: Option<u32>,
    /// Visits that count.
    pub counted: u32,
    /// What that comes to.
    pub state: QuotaStateView,
    /// 0 before it is sealed, then 1, then one more for each supplement.
    pub revision: u32,
    /// The visits.
    pub visits: Vec<VisitRow>,
    /// Demands written down.
    pub demands: Vec<PackageDemand>,
    /// Facts learned.
    pub facts: Vec<PackageFact>,
    /// Promises made and kept.
    pub promises: Vec<PackagePromise>,
    /// What does not go.
    pub drafts: Vec<PackageDraft>,
    /// When it was sealed.
    pub submitted_at: Option<String>,
    /// What the district answered for this revision.
    pub receipt: Option<ReceiptView>,
    /// Visits of this week that came after it was last receipted.
    pub supplement: u32,
}
