//! Owns what this version makes of what another one wrote (`sync.md` A.10): a command of an earlier version is brought
//! up to the one that is decided, and fields of a row that only a later version knows stay in the row when this one
//! writes it anew.
//!
//! Elsewhere: kinds that this version does not know, which pass through as they came (both storages).

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::row::Row;

/// One step from a version of a command to the next.
#[derive(Debug, Clone, Copy)]
pub struct Converter {
    /// The command as it was written, such as `visit.record@1`.
    pub from: &'static str,
    /// The version after it.
    pub to: &'static str,
    /// Makes its arguments those of the next version; says why if they are none of this one.
    pub args: fn(Value) -> Result<Value, String>,
}

/// Every step that a laptop's outbox may still need. A command that gets another version gets a line here, and the line
/// stays as long as a laptop that is not revoked may hold mutations of the version before.
pub const CONVERTERS: &[Converter] = &[];

/// A command's name and arguments, brought up step by step as far as there are steps.
///
/// # Errors
/// What the step says that its arguments are none for.
pub fn brought_up<'a>(
    converters: &[Converter],
    name: &'a str,
    args: &'a Value,
) -> Result<(Cow<'a, str>, Cow<'a, Value>), String> {
    let mut brought = (Cow::Borrowed(name), Cow::Borrowed(args));
    // No more steps than there are: a circle in the table ends.
    for _ in converters {
        let Some(step) = converters.iter().find(|step| step.from == brought.0) else {
            break;
        };
        let args = (step.args)(brought.1.into_owned())?;
        brought = (Cow::Borrowed(step.to), Cow::Owned(args));
    }
    Ok(brought)
}

/// A row's new body with what the stored body has and `before`, all that this version reads of it, has not; `None` if
/// that is what is stored. Objects are looked into, lists are not.
///
/// # Errors
/// If one of them can't be read or written as JSON.
pub fn body_keeping_unknown(
    body: String,
    stored: &str,
    before: &Row,
) -> serde_json::Result<Option<String>> {
    let known = before.to_json()?;
    if known == stored {
        return Ok(Some(body));
    }
    let stored: Value = serde_json::from_str(stored)?;
    let mut merged: Value = serde_json::from_str(&body)?;
    keep_unknown(&mut merged, &stored, &serde_json::from_str(&known)?);
    if merged == stored {
        return Ok(None);
    }
    if merged == serde_json::from_str::<Value>(&body)? {
        return Ok(Some(body));
    }
    serde_json::to_string(&merged).map(Some)
}

/// Puts into `into` what `stored` has beyond `known`.
fn keep_unknown(into: &mut Value, stored: &Value, known: &Value) {
    let (Value::Object(into), Value::Object(stored), Value::Object(known)) = (into, stored, known)
    else {
        return;
    };
    keep_fields(into, stored, known);
}

fn keep_fields(
    into: &mut Map<String, Value>,
    stored: &Map<String, Value>,
    known: &Map<String, Value>,
) {
    for (field, value) in stored {
        match (into.get_mut(field), known.get(field)) {
            (Some(into), Some(known)) => keep_unknown(into, value, known),
            // Empty is how some version writes what it does not say.
            (None, None) if !value.is_null() => {
                into.insert(field.clone(), value.clone());
            }
            _ => {}
        }
    }
}
