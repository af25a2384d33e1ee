//! Owns what can be asked without a laptop: a deadline, a credit code, a size, and policy files.
//!
//! District IT and policy authors ask on machines where nobody is enrolled. Elsewhere: the rules
//! (`qilian-domain`, `qilian-policy`), the same questions about one's own enterprises (`hints`).

use chrono::NaiveDate;
use qilian_domain::calendar::Calendars;
use qilian_domain::deadline::{Unit, due_on};
use qilian_domain::uscc::{Uscc, UsccFault};
use qilian_policy::{FileError, Library, Purpose, SizeAnswer, Warning};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;

use crate::error::AppError;
use crate::hints::RawHints;
use crate::laptop::Laptop;

/// The library that ships: its table is what a size is told by where no district has sent another.
const SHIPPED: &str = include_str!("../../../policies/policies.yaml");

/// The day at whose end a limit is over, by the calendars that ship and, where there is one, the
/// laptop's.
///
/// # Errors
/// `calendar_missing` for a year whose holidays are not known.
pub fn deadline(
    from: NaiveDate,
    limit: u32,
    unit: Unit,
    laptop: Option<&Laptop>,
) -> Result<NaiveDate, AppError> {
    let due = match laptop {
        Some(laptop) => due_on(from, limit, unit, &laptop.rules()?.calendars),
        None => {
            let calendars = Calendars::builtin().map_err(|e| AppError::Internal(e.to_string()))?;
            due_on(from, limit, unit, &calendars)
        }
    };
    Ok(due?)
}

/// All there is to say about a code as written. The JSON is that of the terminal's `uscc`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UsccReport {
    /// In half-width upper case without spaces, valid or not.
    pub normalised: String,
    /// Whether it is a unified social credit code.
    pub valid: bool,
    /// Why it is none, as the roster's rejections name it.
    pub reason: Option<&'static str>,
    /// Valid codes that may have been meant, to be asked about.
    pub suggestions: Vec<Uscc>,
    /// `code_repaired`, `code_inner_check`: accepted, and worth a look.
    pub warnings: Vec<&'static str>,
}

/// Reads a unified social credit code as people write it.
pub fn uscc(text: &str) -> UsccReport {
    let checked = Uscc::check(text);
    let inner = checked.inner_check_failed();
    let valid = checked.result.is_ok();
    UsccReport {
        valid,
        reason: checked.result.err().map(UsccFault::code),
        suggestions: checked.suggestions,
        warnings: [
            (valid && checked.repaired).then_some("code_repaired"),
            inner.then_some("code_inner_check"),
        ]
        .into_iter()
        .flatten()
        .collect(),
        normalised: checked.normalised,
    }
}

/// An enterprise's size (划型) from its figures: people, and 万元.
///
/// # Errors
/// Only if the library that ships was broken before the build.
pub fn size(
    industry: &str,
    employees: Option<Decimal>,
    revenue: Option<Decimal>,
    assets: Option<Decimal>,
) -> Result<SizeAnswer, AppError> {
    let (library, _) =
        Library::load(&[("policies.yaml", SHIPPED)]).map_err(AppError::PolicyRefused)?;
    library
        .size_class(industry, employees, revenue, assets)
        .ok_or_else(|| {
            AppError::Internal("the library that ships has no table of sizes".to_owned())
        })
}

/// A policy file as read: its name, and its text.
pub type NamedText = (String, String);

/// Reads the files that were named.
///
/// # Errors
/// `file_unreadable` for the first that can't be read.
pub fn read_files(names: &[std::path::PathBuf]) -> Result<Vec<NamedText>, AppError> {
    names
        .iter()
        .map(|name| {
            let file = name.display().to_string();
            match std::fs::read_to_string(name) {
                Ok(text) => Ok((file, text)),
                Err(error) => Err(AppError::FileUnreadable {
                    file,
                    why: error.to_string(),
                }),
            }
        })
        .collect()
}

/// What a check found. The JSON is that of the terminal's `policy check`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PolicyCheck {
    /// Whether every file is without fault.
    pub ok: bool,
    /// Each file, if all are without fault.
    pub files: Vec<CheckedFile>,
    /// Every fault of every file.
    pub errors: Vec<FileError>,
}

/// One file without fault.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckedFile {
    /// Its name as given.
    pub file: String,
    /// Its policies and tables.
    pub policies: usize,
    /// The fields it declares.
    pub fields: usize,
    /// Worked examples, all of which came out as they say.
    pub examples: usize,
    /// What deserves a second look.
    pub warnings: Vec<Warning>,
}

/// Validates files together, as an import would take them: fields of one may be used by another.
pub fn policy_check(files: &[NamedText]) -> PolicyCheck {
    match Library::load(files) {
        Ok((library, warnings)) => PolicyCheck {
            ok: true,
            files: library
                .documents()
                .iter()
                .map(|(file, document)| checked(file, document, &warnings))
                .collect(),
            errors: Vec::new(),
        },
        Err(errors) => PolicyCheck {
            ok: false,
            files: Vec::new(),
            errors,
        },
    }
}

fn checked(file: &str, document: &Value, warnings: &[Warning]) -> CheckedFile {
    let policies: &[Value] = document
        .get("policies")
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice);
    CheckedFile {
        file: file.to_owned(),
        policies: policies.len(),
        fields: document.get("fields").map_or(0, count),
        examples: policies
            .iter()
            .filter_map(|policy| policy.get("examples"))
            .map(count)
            .sum(),
        warnings: warnings
            .iter()
            .filter(|warning| warning.file == file)
            .cloned()
            .collect(),
    }
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Object(map) => map.len(),
        _ => 0,
    }
}

/// What is asked of a library.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// The day.
    pub on: NaiveDate,
    /// New applications, or reviews of old titles.
    pub purpose: Purpose,
    /// Also policies that are still to be checked.
    pub with_unchecked: bool,
}

/// Evaluates files for facts given as `{"field": value}`.
///
/// # Errors
/// `policy_refused`; `field_unknown`, `value_wrong_type`, `facts_not_map`.
pub fn policy_eval(files: &[NamedText], facts: &Value, asked: Asked) -> Result<RawHints, AppError> {
    let (library, _) = Library::load(files).map_err(AppError::PolicyRefused)?;
    let facts = library
        .facts_from_json(facts)
        .map_err(AppError::FactsRefused)?;
    let mut policies = library.hints(&facts, asked.on, asked.purpose);
    policies.retain(|hint| asked.with_unchecked || !hint.needs_check);
    let questions = library.questions(&policies);
    Ok(RawHints {
        policies,
        questions,
    })
}
