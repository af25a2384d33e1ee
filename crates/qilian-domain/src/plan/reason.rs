//! Owns why an enterprise is in the plan: the reasons with their facts, their codes, and the one plain
//! Chinese line that the CLI's `text` asks for.
//!
//! Elsewhere: what a reason weighs (`weigh`). The window words reasons itself, from code and facts, in
//! `ui/src/locales/`.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::Serialize;

/// Why an enterprise is where it is in the plan. In JSON, `code` names the reason and its facts stand
/// beside it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    /// 本季度未走访.
    NotVisitedThisQuarter,
    /// No visit to it is known.
    NeverVisited,
    /// So long since its last visit.
    DaysSinceVisit {
        /// Days from that visit to the day of the plan.
        days: i64,
        /// The day of that visit.
        last_visit: NaiveDate,
    },
    /// Open demands with a red light.
    DemandsOverdue {
        /// How many.
        demands: usize,
        /// The earliest due day.
        due_on: NaiveDate,
    },
    /// Open demands with a yellow light.
    DemandsDueSoon {
        /// How many.
        demands: usize,
        /// The earliest due day.
        due_on: NaiveDate,
    },
    /// A promise whose day is over.
    PromiseOverdue {
        /// What was promised.
        promise: String,
        /// By when.
        due_on: NaiveDate,
    },
    /// A promise that is due within a week.
    PromiseDue {
        /// What was promised.
        promise: String,
        /// By when.
        due_on: NaiveDate,
    },
    /// The window of a policy that it may fit closes within 30 days.
    PolicyWindowClosing {
        /// The policy's id.
        policy: String,
        /// Its title.
        title: String,
        /// The last day to apply.
        closes_on: NaiveDate,
    },
    /// A policy that it may fit since its last visit.
    PolicyNewlyMatching {
        /// The policy's id.
        policy: String,
        /// Its title.
        title: String,
    },
    /// A question whose answer settles policies.
    QuestionWorthAsking {
        /// The field that it fills.
        field: String,
        /// The question as it is asked.
        ask: String,
        /// How many policies it can settle.
        settles: u32,
        /// What they may be worth, in 万元, estimated.
        #[serde(with = "rust_decimal::serde::float_option")]
        amount: Option<Decimal>,
    },
    /// Other units were there lately: speaks against going (无事不扰).
    VisitedByOthers {
        /// Their visits.
        visits: usize,
        /// In how many days up to the day of the plan.
        within_days: u64,
    },
    /// It was visited this week already; a second visit on another day counts again.
    VisitedThisWeek {
        /// The day of that visit.
        on: NaiveDate,
    },
}

/// A reason as the CLI prints it: its code, its facts and one line of text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Told<'a> {
    #[serde(flatten)]
    reason: &'a Reason,
    text: String,
}

impl Reason {
    /// The reason's name in JSON and in the window's locales.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotVisitedThisQuarter => "not_visited_this_quarter",
            Self::NeverVisited => "never_visited",
            Self::DaysSinceVisit { .. } => "days_since_visit",
            Self::DemandsOverdue { .. } => "demands_overdue",
            Self::DemandsDueSoon { .. } => "demands_due_soon",
            Self::PromiseOverdue { .. } => "promise_overdue",
            Self::PromiseDue { .. } => "promise_due",
            Self::PolicyWindowClosing { .. } => "policy_window_closing",
            Self::PolicyNewlyMatching { .. } => "policy_newly_matching",
            Self::QuestionWorthAsking { .. } => "question_worth_asking",
            Self::VisitedByOthers { .. } => "visited_by_others",
            Self::VisitedThisWeek { .. } => "visited_this_week",
        }
    }

    /// One line of plain Chinese, for the terminal.
    pub fn text(&self) -> String {
        match self {
            Self::NotVisitedThisQuarter => "本季度未走访".to_owned(),
            Self::NeverVisited => "还没有走访记录".to_owned(),
            Self::DaysSinceVisit { days: ..=0, .. } => "今天走访过".to_owned(),
            Self::DaysSinceVisit { days, .. } => format!("{days} 天未走访"),
            Self::DemandsOverdue { demands, due_on } => {
                format!("{demands} 件诉求已超期，最早 {} 到期", day(*due_on))
            }
            Self::DemandsDueSoon { demands, due_on } => {
                format!("{demands} 件诉求将到期，最早 {}", day(*due_on))
            }
            Self::PromiseOverdue { promise, due_on } => {
                format!("答应的事已过期：{promise}（{}）", day(*due_on))
            }
            Self::PromiseDue { promise, due_on } => {
                format!("答应的事将到期：{promise}（{}）", day(*due_on))
            }
            Self::PolicyWindowClosing {
                title, closes_on, ..
            } => {
                format!("政策窗口 {} 截止：{title}", day(*closes_on))
            }
            Self::PolicyNewlyMatching { title, .. } => format!("新增可能符合：{title}"),
            Self::QuestionWorthAsking {
                ask,
                settles,
                amount: None,
                ..
            } => {
                format!("答上“{ask}”，可判 {settles} 项")
            }
            Self::QuestionWorthAsking {
                ask,
                settles,
                amount: Some(amount),
                ..
            } => {
                let amount = amount.normalize();
                format!("答上“{ask}”，可判 {settles} 项，约 {amount} 万元（估算）")
            }
            Self::VisitedByOthers {
                visits,
                within_days,
            } => {
                format!("近 {within_days} 天其他单位走访 {visits} 次，宜先电话")
            }
            Self::VisitedThisWeek { on } => format!("本周 {} 已走访", day(*on)),
        }
    }

    /// The reason with its text, as the CLI prints it.
    pub fn told(&self) -> Told<'_> {
        Told {
            reason: self,
            text: self.text(),
        }
    }
}

fn day(day: NaiveDate) -> String {
    format!("{}月{}日", day.month(), day.day())
}
