//! 政策提示: hints, questions, the page before a visit.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::enterprise::{ContactView, DemandView, PromiseView};
use super::session::Person;

/// How a policy comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeView {
    /// 可能符合.
    Likely,
    /// 需补充信息.
    NeedsInfo,
    /// 需人工核实.
    NeedsReview,
    /// 暂不符合.
    Unlikely,
    /// 不适用.
    NotApplicable,
}

/// What is lacking for a change of the outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct NearMissView {
    /// The leaf's text.
    pub leaf: String,
    /// How much.
    #[serde(with = "rust_decimal::serde::float")]
    #[ts(type = "number")]
    pub distance: Decimal,
    /// In which unit.
    pub unit: Option<String>,
}

/// A field that is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct MissingField {
    /// The field.
    pub field: String,
    /// Its label.
    pub label: String,
}

/// An estimate (估算).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct AmountView {
    /// The figure, if it is one.
    #[serde(with = "rust_decimal::serde::float_option")]
    #[ts(type = "number | null")]
    pub value: Option<Decimal>,
    /// At least.
    #[serde(with = "rust_decimal::serde::float_option")]
    #[ts(type = "number | null")]
    pub min: Option<Decimal>,
    /// At most.
    #[serde(with = "rust_decimal::serde::float_option")]
    #[ts(type = "number | null")]
    pub max: Option<Decimal>,
    /// 万元, unless the policy says otherwise.
    pub unit: String,
}

/// When applications are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WindowState {
    /// Now.
    Open,
    /// Later.
    Upcoming,
    /// No more.
    Closed,
    /// At any time.
    Always,
}

/// The nearest window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct WindowView {
    /// Whether it is open.
    pub state: WindowState,
    /// Its name.
    pub label: Option<String>,
    /// First day.
    #[ts(type = "string | null")]
    pub from: Option<NaiveDate>,
    /// Last day.
    #[ts(type = "string | null")]
    pub to: Option<NaiveDate>,
}

/// How well the source was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VerifiedView {
    /// In two places.
    Yes,
    /// Some of it was not.
    Partly,
    /// Not.
    No,
}

/// One policy for one enterprise on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PolicyHint {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How it comes out.
    pub outcome: OutcomeView,
    /// What it gives, in one clause.
    pub benefit: Option<String>,
    /// What is lacking.
    pub near_miss: Option<NearMissView>,
    /// Texts of the leaves that are false.
    #[serde(rename = "false")]
    #[ts(rename = "false")]
    pub false_leaves: Vec<String>,
    /// Texts of the leaves that are an official's judgement.
    pub manual: Vec<String>,
    /// What is not known.
    pub missing: Vec<MissingField>,
    /// The document and clause.
    pub cite: Option<String>,
    /// An estimate.
    pub amount: Option<AmountView>,
    /// 免申即享.
    pub no_apply: bool,
    /// When applications are taken.
    pub window: WindowView,
    /// How well the source was checked.
    pub verified: VerifiedView,
    /// What to know about the source.
    pub note: Option<String>,
}

/// What kind of answer a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are those of the policy format")]
pub enum FieldKind {
    Text,
    Code,
    Date,
    Bool,
    Int,
    Number,
    Money,
    Ratio,
    Enum,
    Set,
}

/// A policy that an answer can settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SettledPolicy {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// A question worth asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct QuestionView {
    /// The field that it fills.
    pub field: String,
    /// The field's label.
    pub label: String,
    /// As it is asked.
    pub ask: String,
    /// What kind of answer.
    #[serde(rename = "type")]
    #[ts(rename = "type")]
    pub kind: FieldKind,
    /// In which unit.
    pub unit: Option<String>,
    /// What can be picked.
    pub values: Vec<String>,
    /// 0 public, 1 ask, 2 accounts, 3 audit.
    pub cost: u8,
    /// What it can settle.
    pub settles: Vec<SettledPolicy>,
    /// What that may be worth, 万元, 估算.
    #[serde(with = "rust_decimal::serde::float_option")]
    #[ts(type = "number | null")]
    pub amount: Option<Decimal>,
    /// The nearest last day to apply.
    #[ts(type = "string | null")]
    pub closes_on: Option<NaiveDate>,
    /// Why it is asked, in plain Chinese.
    pub reason: String,
}

/// Which library was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LibraryView {
    /// Its version in this district.
    pub version: String,
    /// The day it was imported.
    #[ts(type = "string | null")]
    pub as_of: Option<NaiveDate>,
    /// How many policies it has.
    pub policies: u32,
}

/// All hints for one enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct HintsView {
    /// The day they are for.
    #[ts(type = "string")]
    pub on: NaiveDate,
    /// By which library.
    pub library: LibraryView,
    /// The policies, the most certain first.
    pub policies: Vec<PolicyHint>,
    /// What to ask, the most useful first.
    pub questions: Vec<QuestionView>,
}

/// An answer as typed: `500`, `500..1000`, `true`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Answer {
    /// The field.
    pub field: String,
    /// The value.
    pub value: String,
}

/// Asks for hints, with answers that are not saved yet.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct HintsArgs {
    /// For which enterprise.
    pub uscc: String,
    /// On which day; today if none.
    #[serde(default)]
    #[ts(type = "string | null")]
    pub on: Option<NaiveDate>,
    /// Evaluated in memory only.
    #[serde(default)]
    pub facts: Vec<Answer>,
    /// By the library that a form was opened with.
    #[serde(default)]
    pub library_version: Option<String>,
}

/// Asks for the page before a visit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct BriefingArgs {
    /// For which enterprise.
    pub uscc: String,
    /// On which day; today if none.
    #[serde(default)]
    #[ts(type = "string | null")]
    pub on: Option<NaiveDate>,
}

/// The head of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct BriefingEnterprise {
    /// Its code.
    pub uscc: String,
    /// Its name.
    pub name: String,
    /// GB/T 4754-2017 code.
    pub industry: Option<String>,
    /// Where it is.
    pub address: Option<String>,
    /// 划型、四上 as computed.
    pub tags: Vec<String>,
    /// Its last visit.
    #[ts(type = "string | null")]
    pub last_visit: Option<NaiveDate>,
}

/// 走访前提示: one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Briefing {
    /// Where one goes.
    pub enterprise: BriefingEnterprise,
    /// Whom one meets.
    pub people: Vec<ContactView>,
    /// Who came along last time.
    pub companions: Vec<Person>,
    /// What was promised, open ones first.
    pub promises: Vec<PromiseView>,
    /// What is open.
    pub demands: Vec<DemandView>,
    /// Questions and hints.
    pub hints: HintsView,
    /// How old what others did may be.
    pub last_complete_sync: Option<String>,
}
