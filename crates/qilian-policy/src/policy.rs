//! Owns one policy as a file states it: its words, dates, purposes, region, benefit.
//!
//! How it is read is in `read`; what it means for an enterprise is in `hint`.

use chrono::NaiveDate;
use serde::Serialize;

use crate::condition::{Condition, Leaf};
use crate::expr::Expr;
use crate::fact::Known;
use crate::field::FieldId;

/// What a policy is looked up for: some years review old titles under the old rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A new application 新申报.
    New,
    /// The review of a title already held 复核.
    Review,
}

/// Whether the source of a policy was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verified {
    /// Checked in two places or in an official full text.
    Yes,
    /// One key point is not checked.
    Partly,
    /// Not checked; also where the file says nothing.
    No,
}

/// 免申即享: whether it comes without an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoApply {
    /// Comes by itself.
    Yes,
    /// In part.
    Partly,
    /// An application is needed.
    No,
}

/// When applications are taken; both days included, `None` = no bound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApplicationPeriod {
    /// Its name, such as 第一批.
    pub label: Option<String>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
}

/// What an enterprise gets.
#[derive(Debug, Clone, Default)]
pub struct Benefit {
    /// In words.
    pub text: Option<String>,
    pub(crate) amount: Option<Amount>,
}

#[derive(Debug, Clone)]
pub(crate) struct Amount {
    pub(crate) expr: Expr,
    pub(crate) unit: String,
    pub(crate) what: Option<String>,
}

/// One policy with a condition. Entries of `kind: 口径` are tables and stand in `classify`.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Unique in the library.
    pub id: String,
    /// Its title; the id where the file gives none.
    pub title: String,
    /// Such as 认定, 税费, 补贴, 融资.
    pub kind: Option<String>,
    /// Number of the document.
    pub doc_no: Option<String>,
    /// Who issued it.
    pub issuers: Vec<String>,
    /// National, provincial, municipal …
    pub level: Option<String>,
    /// First day it is in force; `None` = open.
    pub effective_from: Option<NaiveDate>,
    /// Last day it is in force; `None` = open.
    pub effective_to: Option<NaiveDate>,
    /// When applications are taken; none = always.
    pub windows: Vec<ApplicationPeriod>,
    /// Purposes it applies to.
    pub purposes: Vec<Purpose>,
    /// Whether the source was checked.
    pub verified: Verified,
    /// A remark that reaches the screen.
    pub note: Option<String>,
    /// 免申即享, where the file says.
    pub no_apply: Option<NoApply>,
    /// `status: needs_check`: shown on request only, never as a hint.
    pub needs_check: bool,
    /// What to hand in.
    pub materials: Vec<String>,
    /// Where it was read.
    pub sources: Vec<String>,
    /// What an enterprise gets.
    pub benefit: Benefit,
    /// The file it stands in, and the line.
    pub file: String,
    /// 1-based line in that file.
    pub line: usize,
    pub(crate) supersedes: Vec<String>,
    pub(crate) superseded_by: Vec<String>,
    pub(crate) region: Vec<(FieldId, Known)>,
    pub(crate) condition: Condition,
}

impl Policy {
    /// The criteria in the order of the file.
    #[must_use]
    pub fn leaves(&self) -> &[Leaf] {
        &self.condition.leaves
    }

    /// One criterion.
    #[must_use]
    pub fn leaf(&self, id: &str) -> Option<&Leaf> {
        self.condition.leaves.iter().find(|leaf| leaf.id == id)
    }

    /// Whether it is in force on a day (both ends included).
    #[must_use]
    pub fn in_force(&self, on: NaiveDate) -> bool {
        self.effective_from.is_none_or(|from| from <= on)
            && self.effective_to.is_none_or(|to| on <= to)
    }
}
