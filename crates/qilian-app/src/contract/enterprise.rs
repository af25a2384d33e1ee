//! 企业: the list, the search, the file of one enterprise.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::policy::QuestionView;
use super::visit::VisitRow;

/// Where a search hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HitField {
    /// 名称.
    Name,
    /// 信用代码.
    Uscc,
    /// The name's pinyin or its initials.
    Pinyin,
    /// 地址.
    Address,
    /// 经营范围.
    Business,
    /// Somebody there.
    People,
}

/// An excerpt and its hit parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Hit {
    /// Which field.
    pub field: HitField,
    /// The excerpt.
    pub text: String,
    /// Begin and end of each hit part, in UTF-16 code units of `text`.
    pub ranges: Vec<(u32, u32)>,
}

/// Which enterprises to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EnterpriseFilter {
    /// All that are here.
    #[default]
    All,
    /// Not visited this quarter.
    NotVisited,
    /// With open demands.
    OpenDemands,
}

/// A page of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, TS)]
pub struct EnterprisesArgs {
    /// Empty for all.
    #[serde(default)]
    pub search: String,
    /// Which.
    #[serde(default)]
    pub filter: EnterpriseFilter,
    /// Rows to skip.
    #[serde(default)]
    pub offset: u32,
    /// Rows at most.
    pub limit: u32,
}

/// Names one enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct UsccArgs {
    /// Its code.
    pub uscc: String,
}

/// What is typed into Ctrl+K.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct SearchArgs {
    /// As typed.
    pub text: String,
    /// Hits at most.
    pub limit: u32,
}

/// What Ctrl+K finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SearchResult {
    /// Enterprises, best first.
    pub enterprises: Vec<EnterpriseRow>,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct EnterpriseRow {
    /// Its code.
    pub uscc: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub street: Option<String>,
    /// Its last visit.
    #[ts(type = "string | null")]
    pub last_visit: Option<NaiveDate>,
    /// Whether it was visited this quarter.
    pub visited_this_quarter: bool,
    /// Demands not closed.
    pub open_demands: u32,
    /// Where the search hit.
    pub hit: Option<Hit>,
}

/// How many there are of each filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct EnterpriseCounts {
    /// All.
    pub all: u32,
    /// Not visited this quarter.
    pub not_visited: u32,
    /// With open demands.
    pub open_demands: u32,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct EnterprisePage {
    /// How many there are in all for this search and filter.
    pub total: u32,
    /// How many there are of each filter.
    pub counts: EnterpriseCounts,
    /// This page.
    pub items: Vec<EnterpriseRow>,
}

/// One statement about an enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FactView {
    /// A field of the policy library.
    pub field: String,
    /// Its label.
    pub label: String,
    /// As shown: `4260`, `true`, `500..1000`.
    pub value: String,
    /// Its unit.
    pub unit: Option<String>,
    /// The period it is about.
    pub period: Option<String>,
    /// `registry`, `roster`, `said`, `accounts`, `platform`.
    pub source: Option<String>,
    /// A remark on the source.
    pub source_note: Option<String>,
    /// The day on which it held.
    #[ts(type = "string | null")]
    pub as_of: Option<NaiveDate>,
    /// Who recorded it.
    pub by: Option<String>,
    /// Whether evaluation uses it.
    pub current: bool,
    /// Whether its period is over.
    pub stale: bool,
}

/// A promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PromiseView {
    /// Its id.
    pub id: String,
    /// What.
    pub text: String,
    /// By when.
    #[ts(type = "string | null")]
    pub due_on: Option<NaiveDate>,
    /// The day of the visit on which it was made.
    #[ts(type = "string | null")]
    pub made_on: Option<NaiveDate>,
    /// The day on which it was kept.
    #[ts(type = "string | null")]
    pub kept_on: Option<NaiveDate>,
}

/// A demand, in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DemandView {
    /// Its id.
    pub demand_id: String,
    /// Its number, once it has one.
    pub no: Option<String>,
    /// What it is.
    pub title: String,
    /// Where it stands.
    pub state: String,
    /// Its light.
    pub light: Option<String>,
    /// By when.
    #[ts(type = "string | null")]
    pub due_on: Option<NaiveDate>,
    /// Whose turn it is.
    pub owner_unit: Option<String>,
    /// Still in the outbox.
    pub pending: bool,
    /// The day on which it was raised.
    #[ts(type = "string")]
    pub created_on: NaiveDate,
}

/// A person at an enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ContactView {
    /// Their name, by which they are picked.
    pub id: String,
    /// Name.
    pub name: String,
    /// Post.
    pub post: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Met on the last visit, or the only one known.
    pub usual: bool,
    /// When they were last met.
    #[ts(type = "string | null")]
    pub last_met: Option<NaiveDate>,
}

/// A note on an enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct NoteView {
    /// Its id.
    pub id: String,
    /// What.
    pub text: String,
    /// The day that it is about.
    #[ts(type = "string")]
    pub on: NaiveDate,
    /// Who wrote it.
    pub by: Option<String>,
    /// Still in the outbox.
    pub pending: bool,
}

/// As registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct RegistrationView {
    /// GB/T 4754-2017 code.
    pub industry: Option<String>,
    /// 成立日期.
    #[ts(type = "string | null")]
    pub established_on: Option<NaiveDate>,
    /// 注册资金 as written.
    pub capital: Option<String>,
    /// 地址.
    pub address: Option<String>,
    /// 街道.
    pub street: Option<String>,
    /// 企业类型.
    pub kind: Option<String>,
    /// 经营范围.
    pub business: Option<String>,
}

/// The file of one enterprise.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct EnterpriseFile {
    /// Its code.
    pub uscc: String,
    /// Its name.
    pub name: String,
    /// Whether it is mine today.
    pub assigned: bool,
    /// Whose it is today, if it is not mine.
    pub assigned_to: Option<String>,
    /// 划型、四上 as computed.
    pub tags: Vec<String>,
    /// As registered.
    pub registration: RegistrationView,
    /// What is known, statements of one field side by side.
    pub facts: Vec<FactView>,
    /// What one would like to know next.
    pub questions: Vec<QuestionView>,
    /// Who is there.
    pub people: Vec<ContactView>,
    /// Its visits, the latest first.
    pub visits: Vec<VisitRow>,
    /// Its demands, the latest first.
    pub demands: Vec<DemandView>,
    /// What was promised.
    pub promises: Vec<PromiseView>,
    /// Notes, the latest first.
    pub notes: Vec<NoteView>,
}
