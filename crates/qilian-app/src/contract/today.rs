//! 今日: how week and quarter stand, whom to visit, what waits.

use chrono::NaiveDate;
use serde::Serialize;
use ts_rs::TS;

use super::sync::WaitingItem;
use super::visit::{DraftSummary, Mode, VisitRow};

/// What a week comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum QuotaStateView {
    /// Too short a week.
    NoneRequired,
    /// Fewer than asked for.
    Behind,
    /// As many as asked for, or more.
    Met,
    /// The year's calendar is not here.
    CalendarMissing,
}

/// One week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct WeekQuotaView {
    /// `2026-W47`.
    pub week: String,
    /// Its Monday.
    #[ts(type = "string")]
    pub from: NaiveDate,
    /// Its Sunday.
    #[ts(type = "string")]
    pub to: NaiveDate,
    /// Its workdays.
    pub workdays: Option<u32>,
    /// Visits asked for.
    pub required: Option<u32>,
    /// Visits that count.
    pub counted: u32,
    /// What that comes to.
    pub state: QuotaStateView,
}

/// An enterprise not visited this quarter that the plan leaves for later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LaterView {
    /// Its code.
    pub uscc: String,
    /// Its name.
    pub name: String,
    /// Its last visit by anybody.
    #[ts(type = "string | null")]
    pub last_visit: Option<NaiveDate>,
}

/// One quarter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct QuarterQuota {
    /// `2026-Q4`.
    pub quarter: String,
    /// Enterprises that are mine.
    pub assigned: u32,
    /// Of those, visited this quarter.
    pub covered: u32,
    /// ISO weeks left with a workday.
    pub weeks_left: Option<u32>,
    /// Enterprises a week that cover what remains.
    pub pace_needed: Option<u32>,
}

/// Enterprises not visited this quarter that the plan on the screen leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Later {
    /// The longest unvisited.
    pub first: Vec<LaterView>,
    /// How many there are beside those.
    pub more: u32,
}

/// Why to go there, with the facts that belong to the code beside it: `days`, `due_on`, `title`, …
/// (`qilian-domain::plan::Reason`).
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct PlanReason {
    /// Picks icon and words.
    pub code: String,
    /// In plain Chinese, as on the terminal.
    pub text: String,
    /// The facts.
    #[serde(flatten)]
    #[ts(skip)]
    pub facts: serde_json::Map<String, serde_json::Value>,
}

/// An enterprise to visit.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct PlanItem {
    /// Its code.
    pub uscc: String,
    /// Its name.
    pub name: String,
    /// Higher comes first; comparable within one plan.
    pub score: i32,
    /// Whether the week needs it.
    pub needed: bool,
    /// Where it is.
    pub street: Option<String>,
    /// Its last visit.
    #[ts(type = "string | null")]
    pub last_visit: Option<NaiveDate>,
    /// How that one was made.
    pub last_mode: Option<Mode>,
    /// Why.
    pub reasons: Vec<PlanReason>,
}

/// A promise that waits to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct OpenPromiseView {
    /// Its id.
    pub id: String,
    /// To whom.
    pub uscc: String,
    /// Their name.
    pub name: String,
    /// What.
    pub text: String,
    /// By when.
    #[ts(type = "string | null")]
    pub due_on: Option<NaiveDate>,
}

/// The first screen.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct Today {
    /// The day.
    #[ts(type = "string")]
    pub on: NaiveDate,
    /// Its week.
    pub week: WeekQuotaView,
    /// Its quarter.
    pub quarter: QuarterQuota,
    /// Whom to visit, best first.
    pub plan: Vec<PlanItem>,
    /// Whom to visit after those.
    pub later: Later,
    /// This week's visits.
    pub done: Vec<VisitRow>,
    /// What waits to be sent.
    pub waiting: Vec<WaitingItem>,
    /// What I promised.
    pub promises: Vec<OpenPromiseView>,
    /// What I began to write.
    pub drafts: Vec<DraftSummary>,
}
