//! Owns hints for one enterprise: evaluated offline, with answers that are not saved yet if there are any.
//!
//! Elsewhere: truth and ranking (`qilian-policy`), what is known (`known`).

use chrono::NaiveDate;
use qilian_domain::ids::LibraryVersion;
use qilian_domain::refusal::Refusal;
use qilian_domain::rows::{Enterprise, Fact};
use qilian_domain::uscc::Uscc;
use qilian_policy::{FieldType, Hint, NearMiss, NoApply, Outcome, Purpose, Question, Verified};

use crate::contract::{
    self, AmountView, Answer, HintsArgs, HintsView, LibraryView, MissingField, NearMissView,
    PolicyHint, QuestionView, SettledPolicy, WindowView,
};
use crate::error::AppError;
use crate::known::Known;
use crate::laptop::Laptop;
use crate::library::Shelved;

/// Hints as the policy crate gives them, in the keys of the terminal's `hints`.
#[derive(Debug, Clone, serde::Serialize)]
pub struct RawHints {
    /// All policies that are shown.
    pub policies: Vec<Hint>,
    /// What to ask.
    pub questions: Vec<Question>,
}

impl Laptop {
    /// Hints for a screen.
    ///
    /// # Errors
    /// `enterprise_unknown`, `library_missing` for a version that is not here, `field_unknown`, or the
    /// store's. Without any library there is nothing to hint at, which is no error.
    pub fn hints(&self, args: &HintsArgs) -> Result<HintsView, AppError> {
        let uscc = crate::enterprise::parse_uscc(&args.uscc)?;
        let on = args.on.unwrap_or_else(|| self.today_date());
        let version = args
            .library_version
            .as_deref()
            .map(parse_version)
            .transpose()?;
        let shelved = match version {
            Some(version) => self.library(Some(version))?,
            None => match self.library_if_any()? {
                Some(shelved) => shelved,
                // A visit can be recorded before the district has any policies.
                None => return Ok(without_library(on)),
            },
        };
        let raw = self.evaluate(&uscc, on, &args.facts, &shelved)?;
        Ok(view(on, &raw, &shelved))
    }

    /// Hints for the terminal.
    ///
    /// # Errors
    /// As [`Laptop::hints`].
    pub fn raw_hints(&self, uscc: &str, on: Option<NaiveDate>) -> Result<RawHints, AppError> {
        let uscc = crate::enterprise::parse_uscc(uscc)?;
        let Some(shelved) = self.library_if_any()? else {
            return Ok(RawHints {
                policies: Vec::new(),
                questions: Vec::new(),
            });
        };
        self.evaluate(
            &uscc,
            on.unwrap_or_else(|| self.today_date()),
            &[],
            &shelved,
        )
    }

    fn evaluate(
        &self,
        uscc: &Uscc,
        on: NaiveDate,
        answers: &[Answer],
        shelved: &Shelved,
    ) -> Result<RawHints, AppError> {
        let (enterprise, facts) = {
            let reader = self.reader();
            let enterprise: Enterprise = reader
                .get(uscc)?
                .ok_or_else(|| AppError::from(Refusal::EnterpriseUnknown(uscc.to_string())))?;
            (enterprise, reader.children::<Fact>(uscc.as_str())?)
        };
        let library = &shelved.library;
        let mut known = Known::of(&enterprise, &facts, on, library).facts;
        for answer in answers {
            known.set(
                &answer.field,
                library.parse_fact(&answer.field, &answer.value)?,
            );
        }
        let known = library.with_derived(&known);
        let policies: Vec<Hint> = library
            .hints(&known, on, Purpose::New)
            .into_iter()
            .filter(|hint| !hint.needs_check)
            .collect();
        let questions = library.questions(&policies);
        Ok(RawHints {
            policies,
            questions,
        })
    }
}

/// A version as screens send it back.
pub(crate) fn parse_version(text: &str) -> Result<LibraryVersion, AppError> {
    text.parse()
        .map(LibraryVersion)
        .map_err(|_| AppError::LibraryMissing)
}

fn view(on: NaiveDate, raw: &RawHints, shelved: &Shelved) -> HintsView {
    let mut policies: Vec<&Hint> = raw.policies.iter().collect();
    policies.sort_by_key(|hint| (hint.outcome, std::cmp::Reverse(hint.amount)));
    HintsView {
        on,
        library: LibraryView {
            version: shelved.version.to_string(),
            as_of: Some(shelved.imported.day()),
            policies: u32::try_from(shelved.library.policies().len()).unwrap_or(u32::MAX),
        },
        policies: policies
            .into_iter()
            .map(|hint| policy_view(hint, shelved))
            .collect(),
        questions: raw
            .questions
            .iter()
            .map(|q| question_view(q, &raw.policies))
            .collect(),
    }
}

fn without_library(on: NaiveDate) -> HintsView {
    HintsView {
        on,
        library: LibraryView {
            version: String::new(),
            as_of: None,
            policies: 0,
        },
        policies: Vec::new(),
        questions: Vec::new(),
    }
}

fn policy_view(hint: &Hint, shelved: &Shelved) -> PolicyHint {
    let library = &shelved.library;
    let policy = library.policy(&hint.id);
    let leaf_text = |id: &String| {
        library
            .leaf(&hint.id, id)
            .map_or_else(|| id.clone(), |leaf| leaf.text.clone())
    };
    let cite = policy.and_then(|p| p.doc_no.clone());
    PolicyHint {
        id: hint.id.clone(),
        title: hint.title.clone(),
        outcome: outcome_view(hint.outcome),
        benefit: hint.benefit.clone(),
        near_miss: hint
            .near_miss
            .as_ref()
            .map(|near| near_view(near, leaf_text)),
        false_leaves: hint.failing.iter().map(leaf_text).collect(),
        manual: hint.manual.iter().map(leaf_text).collect(),
        missing: (hint.missing.iter())
            .map(|name| MissingField {
                field: name.clone(),
                label: library
                    .field(name)
                    .map_or_else(|| name.clone(), |f| f.label.clone()),
            })
            .collect(),
        cite,
        amount: amount_view(hint),
        no_apply: hint.no_apply == Some(NoApply::Yes),
        window: WindowView {
            state: match hint.window.state {
                qilian_policy::WindowState::Open => contract::WindowState::Open,
                qilian_policy::WindowState::Upcoming => contract::WindowState::Upcoming,
                qilian_policy::WindowState::Closed => contract::WindowState::Closed,
                qilian_policy::WindowState::Always => contract::WindowState::Always,
            },
            label: hint.window.label.clone(),
            from: hint.window.from,
            to: hint.window.to,
        },
        verified: match hint.verified {
            Verified::Yes => contract::VerifiedView::Yes,
            Verified::Partly => contract::VerifiedView::Partly,
            Verified::No => contract::VerifiedView::No,
        },
        note: hint.note.clone(),
    }
}

fn outcome_view(outcome: Outcome) -> contract::OutcomeView {
    match outcome {
        Outcome::Likely => contract::OutcomeView::Likely,
        Outcome::NeedsInfo => contract::OutcomeView::NeedsInfo,
        Outcome::NeedsReview => contract::OutcomeView::NeedsReview,
        Outcome::Unlikely => contract::OutcomeView::Unlikely,
        Outcome::NotApplicable => contract::OutcomeView::NotApplicable,
    }
}

fn near_view(near: &NearMiss, leaf_text: impl Fn(&String) -> String) -> NearMissView {
    NearMissView {
        leaf: leaf_text(&near.leaf),
        distance: near.distance,
        unit: near.unit.clone(),
    }
}

fn amount_view(hint: &Hint) -> Option<AmountView> {
    let any = hint.amount.or(hint.amount_min).or(hint.amount_max);
    any.map(|_| AmountView {
        value: hint.amount,
        min: hint.amount_min,
        max: hint.amount_max,
        unit: hint
            .amount_unit
            .clone()
            .unwrap_or_else(|| "万元".to_owned()),
    })
}

fn question_view(question: &Question, hints: &[Hint]) -> QuestionView {
    let settled: Vec<&Hint> = hints
        .iter()
        .filter(|hint| question.settles.contains(&hint.id))
        .collect();
    let worth = settled
        .iter()
        .filter_map(|hint| hint.amount)
        .reduce(|a, b| a + b);
    QuestionView {
        field: question.field.clone(),
        label: question.label.clone(),
        ask: question.ask.clone(),
        kind: kind_view(question.kind),
        unit: question.unit.clone(),
        values: question.values.clone(),
        cost: question.cost,
        settles: (settled.iter())
            .map(|hint| SettledPolicy {
                id: hint.id.clone(),
                title: hint.title.clone(),
            })
            .collect(),
        amount: worth,
        closes_on: (settled.iter())
            .filter(|hint| hint.window.state == qilian_policy::WindowState::Open)
            .filter_map(|hint| hint.window.to)
            .min(),
        reason: question.reason.clone(),
    }
}

fn kind_view(kind: FieldType) -> contract::FieldKind {
    match kind {
        FieldType::Text => contract::FieldKind::Text,
        FieldType::Code => contract::FieldKind::Code,
        FieldType::Date => contract::FieldKind::Date,
        FieldType::Bool => contract::FieldKind::Bool,
        FieldType::Int => contract::FieldKind::Int,
        FieldType::Number => contract::FieldKind::Number,
        FieldType::Money => contract::FieldKind::Money,
        FieldType::Ratio => contract::FieldKind::Ratio,
        FieldType::Enum => contract::FieldKind::Enum,
        FieldType::Set => contract::FieldKind::Set,
    }
}
