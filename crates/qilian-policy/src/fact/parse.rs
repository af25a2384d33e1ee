//! Owns reading facts: the terminal's form, and values as files state them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{FactError, FactValue};
use crate::field::{Field, FieldType};
use crate::number;

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
