//! Owns reading a year's calendar as an office would write it: `{year, off, work, source}` in YAML.

use qilian_domain::calendar::{BadCalendar, Calendars, YearCalendar};
use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Value};

/// Why a file is no calendar.
#[derive(Debug, thiserror::Error)]
pub enum CalendarProblem {
    /// Not YAML, or not one document.
    #[error("not YAML: {0}")]
    NotYaml(String),
    /// Not a calendar, or one that contradicts itself.
    #[error(transparent)]
    Bad(#[from] BadCalendar),
}

/// Reads a calendar and checks that it does not contradict itself.
///
/// # Errors
/// [`CalendarProblem`].
pub fn read_calendar(text: &str) -> Result<YearCalendar, CalendarProblem> {
    let documents =
        Yaml::load_from_str(text).map_err(|e| CalendarProblem::NotYaml(e.to_string()))?;
    let [document] = documents.as_slice() else {
        return Err(CalendarProblem::NotYaml(format!(
            "{} documents",
            documents.len()
        )));
    };
    let year: YearCalendar =
        serde_json::from_value(to_json(document)?).map_err(BadCalendar::Unreadable)?;
    Calendars::default().insert(year.clone())?;
    Ok(year)
}

fn to_json(node: &Yaml<'_>) -> Result<Value, CalendarProblem> {
    match node {
        Yaml::Value(scalar) => Ok(match scalar {
            Scalar::Null => Value::Null,
            Scalar::Boolean(yes) => Value::from(*yes),
            Scalar::Integer(number) => Value::from(*number),
            Scalar::FloatingPoint(number) => Value::from(number.into_inner()),
            Scalar::String(text) => Value::from(text.as_ref()),
        }),
        Yaml::Sequence(items) => items.iter().map(to_json).collect(),
        Yaml::Mapping(entries) => {
            let mut object = Map::new();
            for (key, value) in entries {
                let key = key
                    .as_str()
                    .ok_or_else(|| CalendarProblem::NotYaml("a key that is no text".to_owned()))?;
                object.insert(key.to_owned(), to_json(value)?);
            }
            Ok(Value::Object(object))
        }
        _ => Err(CalendarProblem::NotYaml("a tag or an alias".to_owned())),
    }
}
