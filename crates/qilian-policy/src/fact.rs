//! Owns facts: what is known of one enterprise, as a value or as a range, typed by its field.
//!
//! Reading them is in `parse`; where a fact came from, when and by whom is the caller's to keep.

mod parse;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::field::{Field, FieldType};
use crate::interval::Interval;
use crate::number;

pub(crate) use parse::{Raw, day, parse_raw, parse_text};

/// One known value, or the range it lies in (both ends included).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactValue {
    /// Text, a code, or one value of an enum.
    Text(String),
    /// Yes or no.
    Bool(bool),
    /// A day.
    Date(NaiveDate),
    /// A number in the field's unit; money in 万元, ratios as fractions.
    Number(Decimal),
    /// The members of a set.
    Set(BTreeSet<String>),
    /// Somewhere between two numbers; at least one end is there.
    NumberRange {
        /// Lowest possible.
        min: Option<Decimal>,
        /// Highest possible.
        max: Option<Decimal>,
    },
    /// Somewhere between two days; at least one end is there.
    DateRange {
        /// Earliest possible.
        min: Option<NaiveDate>,
        /// Latest possible.
        max: Option<NaiveDate>,
    },
}

/// Known values by field name. A field that is not here is unknown, never false and never 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Facts(BTreeMap<String, FactValue>);

impl Facts {
    /// Nothing known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces one fact.
    pub fn set(&mut self, field: impl Into<String>, value: FactValue) {
        self.0.insert(field.into(), value);
    }

    /// Forgets one fact.
    pub fn unset(&mut self, field: &str) -> Option<FactValue> {
        self.0.remove(field)
    }

    /// One fact.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&FactValue> {
        self.0.get(field)
    }

    /// All facts in order of field name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FactValue)> {
        self.0.iter().map(|(field, value)| (field.as_str(), value))
    }
}

impl FromIterator<(String, FactValue)> for Facts {
    fn from_iter<I: IntoIterator<Item = (String, FactValue)>>(facts: I) -> Self {
        Self(facts.into_iter().collect())
    }
}

/// Why a fact cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FactError {
    /// Facts that are no map of fields.
    #[error("事实应写成 {{\"字段\": 值}} 的形式")]
    FactsNotMap,
    /// No field of this name is declared.
    #[error("没有名为 {field} 的字段；可用的字段见政策库的 fields")]
    FieldUnknown {
        /// The name that was given.
        field: String,
    },
    /// The value does not fit the field's type.
    #[error("字段 {field}（{label}）的值“{given}”不对：应为{expected}")]
    ValueWrongType {
        /// The field.
        field: String,
        /// Its label.
        label: String,
        /// What was given.
        given: String,
        /// Chinese: what is expected.
        expected: String,
    },
}

impl FactError {
    /// `field_unknown`, `value_wrong_type` or `facts_not_map`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::FactsNotMap => "facts_not_map",
            Self::FieldUnknown { .. } => "field_unknown",
            Self::ValueWrongType { .. } => "value_wrong_type",
        }
    }

    fn wrong(field: &Field, given: impl fmt::Display) -> Self {
        let expected = match field.kind {
            FieldType::Enum => format!("以下之一：{}", field.values.join("、")),
            kind if kind.is_ordered() => {
                format!("{}，或范围 a..b（a 不大于 b，可缺一端）", kind.zh())
            }
            kind => kind.zh().to_owned(),
        };
        Self::ValueWrongType {
            field: field.name.clone(),
            label: field.label.clone(),
            given: given.to_string(),
            expected,
        }
    }
}

/// A fact in the form that tests work on: days and numbers are intervals.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Known {
    Numbers(Interval),
    Bool(bool),
    Text(String),
    Set(BTreeSet<String>),
}

impl FactValue {
    /// `None` when the fact is of another type than the field has now: then it is not known.
    pub(crate) fn bind(&self, field: &Field) -> Option<Known> {
        let between = |lo, hi| Some(Known::Numbers(Interval { lo, hi }));
        match self {
            Self::Number(value) if field.kind.is_numeric() => {
                Some(Known::Numbers(Interval::point(*value)))
            }
            Self::NumberRange {
                min: None,
                max: None,
            }
            | Self::DateRange {
                min: None,
                max: None,
            } => None,
            Self::NumberRange { min, max } if field.kind.is_numeric() => between(*min, *max),
            Self::Date(day) if field.kind == FieldType::Date => {
                Some(Known::Numbers(Interval::point(day_number(*day))))
            }
            Self::DateRange { min, max } if field.kind == FieldType::Date => {
                between(min.map(day_number), max.map(day_number))
            }
            Self::Bool(value) if field.kind == FieldType::Bool => Some(Known::Bool(*value)),
            Self::Text(text) if field.kind.is_textual() => Some(Known::Text(text.clone())),
            Self::Set(members) if field.kind == FieldType::Set => Some(Known::Set(members.clone())),
            _ => None,
        }
    }
}

/// Days from the common era as a number.
pub(crate) fn day_number(day: NaiveDate) -> Decimal {
    Decimal::from(chrono::Datelike::num_days_from_ce(&day))
}

/// The JSON form of facts files: a value, or `{"min": a, "max": b}`.
impl Serialize for FactValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::{Error, SerializeMap};
        let number = |value: &Decimal| number::json::number(*value).map_err(S::Error::custom);
        match self {
            Self::Text(text) => text.serialize(serializer),
            Self::Bool(value) => value.serialize(serializer),
            Self::Date(day) => day.serialize(serializer),
            Self::Number(value) => number(value)?.serialize(serializer),
            Self::Set(members) => members.serialize(serializer),
            Self::NumberRange { min, max } => {
                let mut map = serializer.serialize_map(None)?;
                for (key, end) in [("min", min), ("max", max)] {
                    if let Some(end) = end {
                        map.serialize_entry(key, &number(end)?)?;
                    }
                }
                map.end()
            }
            Self::DateRange { min, max } => {
                let mut map = serializer.serialize_map(None)?;
                for (key, end) in [("min", min), ("max", max)] {
                    if let Some(end) = end {
                        map.serialize_entry(key, end)?;
                    }
                }
                map.end()
            }
        }
    }
}

/// The terminal's form, which `Library::parse_fact` reads back.
impl fmt::Display for FactValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn ends<T: fmt::Display>(
            f: &mut fmt::Formatter<'_>,
            min: Option<&T>,
            max: Option<&T>,
        ) -> fmt::Result {
            if let Some(min) = min {
                write!(f, "{min}")?;
            }
            f.write_str("..")?;
            max.map_or(Ok(()), |max| write!(f, "{max}"))
        }
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Date(day) => write!(f, "{day}"),
            Self::Number(value) => write!(f, "{}", value.normalize()),
            Self::Set(members) => f.write_str(
                &members
                    .iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join(","),
            ),
            Self::NumberRange { min, max } => ends(f, min.as_ref(), max.as_ref()),
            Self::DateRange { min, max } => ends(f, min.as_ref(), max.as_ref()),
        }
    }
}
