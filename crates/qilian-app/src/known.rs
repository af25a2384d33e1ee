//! Owns what is known of an enterprise on a day: registration and facts become the values that policies
//! are evaluated with, and the lines that its file shows.
//!
//! Statements of one field stand side by side; the one with the latest day is used. A figure of a
//! year ages: last year's revenue is the year before last's on 1 January (`domain.md` 3.2 5).
//! Elsewhere: evaluation (`qilian-policy`), where facts come from (`qilian-domain`).

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use qilian_domain::ids::FactId;
use qilian_domain::rows::{Enterprise, Fact, FactSource};
use qilian_policy::{FactValue, Facts, FieldType, Library};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::contract::FactView;

/// The years back that fields of the policy format name: `_y1` to `_y3`.
const YEARS_BACK: std::ops::RangeInclusive<i32> = 1..=3;

/// What is known of one enterprise on one day.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// For evaluation, with what follows from it (划型) filled in.
    pub facts: Facts,
    /// The statements that were used.
    used: Vec<FactId>,
    /// The statements whose period is over.
    stale: Vec<FactId>,
}

impl Known {
    /// Gathers what is known of `enterprise` on the day `on`, in the terms of `library`.
    pub(crate) fn of(
        enterprise: &Enterprise,
        facts: &[Fact],
        on: NaiveDate,
        library: &Library,
    ) -> Self {
        let mut known = registered(enterprise, library);
        let mut latest: BTreeMap<String, &Fact> = BTreeMap::new();
        let mut stale = Vec::new();
        for fact in facts.iter().filter(|f| f.as_of <= on) {
            let Some(field) = field_on(fact, on, library) else {
                stale.push(fact.id);
                continue;
            };
            let newer = |kept: &&Fact| {
                (fact.as_of, fact.recorded.device, fact.id)
                    > (kept.as_of, kept.recorded.device, kept.id)
            };
            if latest.get(&field).is_none_or(newer) {
                latest.insert(field, fact);
            }
        }
        let mut used = Vec::new();
        for (field, fact) in latest {
            // A value that this library reads otherwise than the one it was recorded with stays on
            // the file and is not evaluated.
            if let Ok(Some(value)) = library.fact_from_json(&field, &fact.value.0) {
                known.set(field, value);
                used.push(fact.id);
            }
        }
        Self {
            facts: library.with_derived(&known),
            used,
            stale,
        }
    }

    /// The lines of the file: by field in the library's order, the used statement first.
    pub(crate) fn views(
        &self,
        facts: &[Fact],
        library: &Library,
        name_of: impl Fn(&str) -> Option<String>,
    ) -> Vec<FactView> {
        let place = |field: &str| library.fields().iter().position(|f| f.name == field);
        let mut sorted: Vec<&Fact> = facts.iter().collect();
        sorted.sort_by_key(|f| {
            let current = self.used.contains(&f.id);
            (
                place(&f.field).unwrap_or(usize::MAX),
                f.field.clone(),
                !current,
                std::cmp::Reverse(f.as_of),
            )
        });
        sorted
            .into_iter()
            .map(|fact| self.view(fact, library, &name_of))
            .collect()
    }

    /// 划型 and 四上 as computed, in words of the library.
    pub(crate) fn tags(&self, library: &Library) -> Vec<String> {
        let size = library
            .size_class_of(&self.facts)
            .and_then(|answer| answer.size_class);
        let four_above = library
            .four_above(&self.facts)
            .filter(|a| a.four_above == Some(true));
        (four_above.and_then(|answer| answer.kind).into_iter())
            .chain(size.map(|class| class.zh().to_owned()))
            .collect()
    }

    fn view(
        &self,
        fact: &Fact,
        library: &Library,
        name_of: &impl Fn(&str) -> Option<String>,
    ) -> FactView {
        let told = Told::of(&fact.field, &fact.value.0, Some(library));
        FactView {
            field: fact.field.clone(),
            label: told.label,
            value: told.value,
            unit: told.unit,
            period: fact.period.clone(),
            source: Some(source_code(fact.source).to_owned()),
            source_note: fact.source_note.clone(),
            as_of: Some(fact.as_of),
            by: fact
                .by
                .as_ref()
                .map(|by| name_of(by.as_str()).unwrap_or_else(|| by.to_string())),
            current: self.used.contains(&fact.id),
            stale: self.stale.contains(&fact.id),
        }
    }
}

/// A value in the words of its field.
pub(crate) struct Told {
    /// The field's label.
    pub(crate) label: String,
    /// The value; a fraction as a percentage.
    pub(crate) value: String,
    /// Its unit.
    pub(crate) unit: Option<String>,
}

impl Told {
    /// Words it; a field that the library does not declare keeps its name.
    pub(crate) fn of(name: &str, value: &Value, library: Option<&Library>) -> Self {
        let Some(field) = library.and_then(|library| library.field(name)) else {
            return Self {
                label: name.to_owned(),
                value: shown(value),
                unit: None,
            };
        };
        let label = field.label.clone();
        if field.kind == FieldType::Ratio {
            return Self {
                label,
                value: percentage(value),
                unit: Some("%".to_owned()),
            };
        }
        Self {
            label,
            value: shown(value),
            unit: field.unit.clone(),
        }
    }
}

/// `0.41` is `41`; both ends of a range; anything else as it is.
fn percentage(value: &Value) -> String {
    match value {
        Value::Number(number) => (number.to_string().parse::<Decimal>().ok())
            .and_then(|fraction| fraction.checked_mul(Decimal::ONE_HUNDRED))
            .map_or_else(
                || number.to_string(),
                |percent| percent.normalize().to_string(),
            ),
        Value::Object(range) => {
            let end = |name: &str| range.get(name).map(percentage).unwrap_or_default();
            format!("{}..{}", end("min"), end("max"))
        }
        other => shown(other),
    }
}

/// The code of a source, which screens translate.
pub(crate) fn source_code(source: FactSource) -> &'static str {
    match source {
        FactSource::Registry => "registry",
        FactSource::Roster => "roster",
        FactSource::Said => "said",
        FactSource::Accounts => "accounts",
        FactSource::Platform => "platform",
    }
}

/// A value as it is shown and typed: `4260`, `true`, `500..1000`, `a、b`.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join("、"),
        Value::Object(range) => {
            let end = |name: &str| range.get(name).map(shown).unwrap_or_default();
            format!("{}..{}", end("min"), end("max"))
        }
        other => other.to_string(),
    }
}

/// What public registration says, for fields that the library declares.
fn registered(enterprise: &Enterprise, library: &Library) -> Facts {
    let r = &enterprise.registration;
    let texts = [
        ("region_province", &r.province),
        ("region_city", &r.city),
        ("region_district", &r.district),
        ("gb4754", &r.industry),
    ];
    let mut facts = Facts::new();
    for (field, text) in texts {
        if let Some(value) = text
            .as_deref()
            .and_then(|t| library.parse_fact(field, t).ok())
        {
            facts.set(field, value);
        }
    }
    if let (Some(day), Some(_)) = (r.founded_on, library.field("registered_on")) {
        facts.set("registered_on", FactValue::Date(day));
    }
    facts
}

/// The field that a fact fills on the day `on`; `None` if its period is over.
fn field_on(fact: &Fact, on: NaiveDate, library: &Library) -> Option<String> {
    let Some((base, back)) = year_field(&fact.field) else {
        return Some(fact.field.clone());
    };
    let said = fact
        .period
        .as_deref()
        .and_then(|p| p.get(..4)?.parse::<i32>().ok());
    let year = said.unwrap_or_else(|| fact.as_of.year() - back);
    let back_now = on.year() - year;
    let field = format!("{base}_y{back_now}");
    (YEARS_BACK.contains(&back_now) && library.field(&field).is_some()).then_some(field)
}

/// `sales_y2` is (`sales`, 2).
pub(crate) fn year_field(field: &str) -> Option<(&str, i32)> {
    let (base, back) = field.rsplit_once("_y")?;
    let back: i32 = back.parse().ok()?;
    YEARS_BACK.contains(&back).then_some((base, back))
}
