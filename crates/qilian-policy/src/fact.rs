//! Owns facts: what is known of one enterprise, as a value or as a range, typed by its field.
//!
//! Where a fact came from, when and by whom is the caller's to keep.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::field::{Field, FieldType};
use crate::interval::Interval;
use crate::number;

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
    /// `field_unknown` or `value_wrong_type`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
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

/// Reads the terminal's form: `500`, `500..1000`, `500..`, `..1000`, `true`, `2026-01-31`, `甲,乙`.
pub(crate) fn parse_text(field: &Field, text: &str) -> Result<FactValue, FactError> {
    let wrong = || FactError::wrong(field, text);
    let given = text.trim();
    if field.kind.is_ordered()
        && let Some((min, max)) = given.split_once("..")
    {
        let end = |side: &str| match side.trim() {
            "" => Ok(None),
            side => scalar_from_text(field, side).map(Some).ok_or_else(wrong),
        };
        return range(end(min)?, end(max)?).ok_or_else(wrong);
    }
    scalar_from_text(field, given).ok_or_else(wrong)
}

fn scalar_from_text(field: &Field, text: &str) -> Option<FactValue> {
    match field.kind {
        FieldType::Bool => match text {
            "true" | "是" => Some(FactValue::Bool(true)),
            "false" | "否" => Some(FactValue::Bool(false)),
            _ => None,
        },
        FieldType::Set => {
            let members = text.split([',', '，', '、', ';', '；']).map(str::trim);
            Some(FactValue::Set(
                members
                    .filter(|m| !m.is_empty())
                    .map(str::to_owned)
                    .collect(),
            ))
        }
        kind if kind.is_numeric() => number_of(field, number::parse(text)?),
        FieldType::Date => day(text).map(FactValue::Date),
        _ => word(field, text),
    }
}

/// A value as a file states it, before a field gives it a type; numbers stay text so they stay exact.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Raw<'a> {
    Null,
    Bool(bool),
    Number(Cow<'a, str>),
    Text(&'a str),
    List(Vec<Raw<'a>>),
    Map(Vec<(&'a str, Raw<'a>)>),
}

impl<'a> From<&'a Value> for Raw<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(Cow::Owned(number.to_string())),
            Value::String(text) => Self::Text(text),
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(map) => Self::Map(
                map.iter()
                    .map(|(key, value)| (key.as_str(), value.into()))
                    .collect(),
            ),
        }
    }
}

impl fmt::Display for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(digits) => f.write_str(digits),
            Self::Text(text) => f.write_str(text),
            Self::List(_) => f.write_str("[…]"),
            Self::Map(entries) => {
                f.write_str("{")?;
                for (place, (key, value)) in entries.iter().enumerate() {
                    let comma = if place == 0 { "" } else { ", " };
                    write!(f, "{comma}{key}: {value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

/// Reads a value or `{min: a, max: b}`; `Ok(None)` for null, which is "not known".
pub(crate) fn parse_raw(field: &Field, raw: &Raw<'_>) -> Result<Option<FactValue>, FactError> {
    let wrong = || FactError::wrong(field, raw);
    let fact = match raw {
        Raw::Null => return Ok(None),
        Raw::Map(ends) => return range_from_raw(field, ends).map_err(|NoRange| wrong()),
        raw => scalar_from_raw(field, raw),
    };
    fact.map(Some).ok_or_else(wrong)
}

/// What was given as a range is none.
struct NoRange;

fn range_from_raw(field: &Field, ends: &[(&str, Raw<'_>)]) -> Result<Option<FactValue>, NoRange> {
    let strange = ends.iter().any(|(key, _)| !matches!(*key, "min" | "max"));
    if !field.kind.is_ordered() || strange {
        return Err(NoRange);
    }
    let end = |wanted: &str| match ends.iter().find(|(key, _)| *key == wanted) {
        None | Some((_, Raw::Null)) => Ok(None),
        Some((_, raw)) => scalar_from_raw(field, raw).map(Some).ok_or(NoRange),
    };
    match (end("min")?, end("max")?) {
        (None, None) => Ok(None),
        (min, max) => range(min, max).map(Some).ok_or(NoRange),
    }
}

fn scalar_from_raw(field: &Field, raw: &Raw<'_>) -> Option<FactValue> {
    match (field.kind, raw) {
        (FieldType::Bool, Raw::Bool(value)) => Some(FactValue::Bool(*value)),
        (FieldType::Set, Raw::List(members)) => {
            let members = members.iter().map(|member| match member {
                Raw::Text(text) if !text.is_empty() => Some((*text).to_owned()),
                _ => None,
            });
            members.collect::<Option<BTreeSet<_>>>().map(FactValue::Set)
        }
        (FieldType::Date, Raw::Text(text)) => day(text).map(FactValue::Date),
        (kind, Raw::Text(text)) if kind.is_textual() => word(field, text),
        (kind, Raw::Number(digits)) if kind.is_numeric() => {
            number_of(field, number::parse(digits)?)
        }
        _ => None,
    }
}

fn number_of(field: &Field, value: Decimal) -> Option<FactValue> {
    let fits = field.kind != FieldType::Int || value.is_integer();
    fits.then(|| FactValue::Number(value.normalize()))
}

fn word(field: &Field, text: &str) -> Option<FactValue> {
    let listed = !text.is_empty()
        && (field.kind != FieldType::Enum || field.values.iter().any(|value| value == text));
    listed.then(|| FactValue::Text(text.to_owned()))
}

/// A range with its ends the right way round; one that is a single point is that value.
fn range(min: Option<FactValue>, max: Option<FactValue>) -> Option<FactValue> {
    let number = |end: Option<FactValue>| match end {
        None => Some(None),
        Some(FactValue::Number(value)) => Some(Some(value)),
        Some(_) => None,
    };
    let date = |end: Option<FactValue>| match end {
        None => Some(None),
        Some(FactValue::Date(value)) => Some(Some(value)),
        Some(_) => None,
    };
    if min.is_none() && max.is_none() {
        return None;
    }
    if let (Some(min), Some(max)) = (number(min.clone()), number(max.clone())) {
        return match (min, max) {
            (Some(a), Some(b)) if a == b => Some(FactValue::Number(a)),
            (Some(a), Some(b)) if a > b => None,
            _ => Some(FactValue::NumberRange { min, max }),
        };
    }
    match (date(min)?, date(max)?) {
        (Some(a), Some(b)) if a == b => Some(FactValue::Date(a)),
        (Some(a), Some(b)) if a > b => None,
        (min, max) => Some(FactValue::DateRange { min, max }),
    }
}

/// Reads `2026-01-31`; anything else, also `2026-1-31`, is no day.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| match at {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    shape
        .then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
        .flatten()
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
