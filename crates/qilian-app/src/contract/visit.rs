//! 走访: drafts, the form, what recording one comes to.

use chrono::NaiveDate;
use qilian_domain::rows::VisitMode;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::enterprise::{ContactView, DemandView, PromiseView};
use super::policy::{Answer, HintsView};
use super::session::Person;
use super::today::WeekQuotaView;

/// How a visit was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// 实地.
    #[default]
    Onsite,
    /// 电话.
    Phone,
    /// 视频.
    Video,
    /// 座谈.
    Meeting,
}

impl From<Mode> for VisitMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Onsite => Self::Onsite,
            Mode::Phone => Self::Phone,
            Mode::Video => Self::Video,
            Mode::Meeting => Self::Meeting,
        }
    }
}

impl From<VisitMode> for Mode {
    fn from(mode: VisitMode) -> Self {
        match mode {
            VisitMode::Onsite => Self::Onsite,
            VisitMode::Phone => Self::Phone,
            VisitMode::Video => Self::Video,
            VisitMode::Meeting => Self::Meeting,
        }
    }
}

/// A visit, in one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct VisitRow {
    /// Its id.
    pub visit_id: String,
    /// Which enterprise.
    pub uscc: String,
    /// Its name.
    pub name: String,
    /// The day.
    #[ts(type = "string")]
    pub on: NaiveDate,
    /// How.
    pub mode: Mode,
    /// Who went, the author first; only me where only the tally is left.
    pub cadres: Vec<Person>,
    /// What was talked about; empty where only the tally is left.
    pub note: String,
    /// 补录.
    pub late_entry: bool,
    /// Whether it counts for me.
    pub counted: bool,
    /// Why it does not.
    pub not_counted_because: Option<String>,
    /// Demands brought back.
    pub demands: u32,
    /// Facts brought back.
    pub facts: u32,
    /// Files added.
    pub files: u32,
    /// Still in the outbox.
    pub pending: bool,
}

/// A promise as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DraftPromise {
    /// What.
    pub text: String,
    /// By when.
    #[serde(default)]
    #[ts(type = "string | null")]
    pub due_on: Option<NaiveDate>,
}

/// The form as it stands. Every keystroke is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VisitDraft {
    /// Becomes the visit's id, so that saving twice records once.
    pub draft_id: String,
    /// Which enterprise.
    pub uscc: String,
    /// The day.
    #[ts(type = "string")]
    pub on: NaiveDate,
    /// How.
    pub mode: Mode,
    /// Ids of companions.
    #[serde(default)]
    pub with: Vec<String>,
    /// Names of people met.
    #[serde(default)]
    pub met: Vec<String>,
    /// What was talked about.
    #[serde(default)]
    pub note: String,
    /// Answers.
    #[serde(default)]
    pub facts: Vec<Answer>,
    /// Demands, a line each.
    #[serde(default)]
    pub demands: Vec<String>,
    /// Promises.
    #[serde(default)]
    pub promises: Vec<DraftPromise>,
    /// Ids of earlier promises that were kept.
    #[serde(default)]
    pub kept: Vec<String>,
    /// Ids of demands that the visit follows up.
    #[serde(default)]
    pub for_demands: Vec<String>,
    /// The library that the form was opened with.
    #[serde(default)]
    pub library_version: Option<String>,
    /// When it was last saved.
    #[serde(default)]
    pub saved_at: Option<String>,
}

/// Names one draft.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct DraftArgs {
    /// Its id.
    pub draft_id: String,
}

/// Names an enterprise exactly, by its code or its whole name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct NamedArgs {
    /// As typed.
    pub text: String,
}

/// That a draft is safe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DraftSaved {
    /// When.
    pub saved_at: String,
}

/// A draft, in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DraftSummary {
    /// Its id.
    pub draft_id: String,
    /// Which enterprise.
    pub uscc: String,
    /// Its name.
    pub name: String,
    /// When it was last saved.
    pub saved_at: String,
    /// How the note begins.
    pub note: String,
}

/// The head of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FormEnterprise {
    /// Its code.
    pub uscc: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub street: Option<String>,
}

/// What a form opens with: the kept draft, or a fresh one, prefilled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct VisitForm {
    /// The form.
    pub draft: VisitDraft,
    /// Whether it was begun before.
    pub restored: bool,
    /// Where.
    pub enterprise: FormEnterprise,
    /// Colleagues to pick from, those of the last visits first.
    pub companions: Vec<Person>,
    /// People there.
    pub people: Vec<ContactView>,
    /// What was promised.
    pub promises: Vec<PromiseView>,
    /// What is open.
    pub demands: Vec<DemandView>,
    /// Questions and hints by the form's library.
    pub hints: HintsView,
    /// How the week stands.
    pub week: WeekQuotaView,
}

/// The library changed while a form was open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LibraryChanged {
    /// The version it opened with, which its answers belong to.
    pub opened_with: String,
    /// The version in force.
    pub now: String,
}

/// What recording a visit came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct VisitRecorded {
    /// Its id.
    pub visit_id: String,
    /// Whether it counts for me.
    pub counted: bool,
    /// Why it does not.
    pub not_counted_because: Option<String>,
    /// 补录.
    pub late_entry: bool,
    /// How the visit's week stands now.
    pub week: WeekQuotaView,
    /// Demands that were written down.
    pub demand_ids: Vec<String>,
    /// Facts that were learned.
    pub facts: u32,
    /// If the library changed while the form was open.
    pub library_changed: Option<LibraryChanged>,
}
