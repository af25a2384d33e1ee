//! Owns the figures of a roster as facts. A figure that was said before is not said again; another one
//! stands beside it.

use std::collections::HashMap;

use chrono::NaiveDate;
use qilian_domain::command::Loaded;
use qilian_domain::ids::FactId;
use qilian_domain::rows::{Fact, FactSource, FactValue};
use qilian_domain::stamp::Stamp;
use qilian_domain::uscc::Uscc;
use rust_decimal::Decimal;
use serde_json::Value;

use super::Fresh;

/// A figure that the office wrote as about so much.
const APPROXIMATE: &str = "约数";

/// A figure in a roster.
pub(super) struct Figure<'a> {
    pub(super) uscc: &'a Uscc,
    pub(super) field: &'static str,
    pub(super) value: Decimal,
    pub(super) approximate: bool,
    pub(super) period: Option<String>,
    pub(super) as_of: NaiveDate,
}

/// What rosters said before, the latest of each enterprise, field and period.
pub(super) struct Said<'a> {
    latest: HashMap<(&'a Uscc, &'a str, Option<&'a str>), &'a Fact>,
}

impl<'a> Said<'a> {
    /// Of what is stored.
    pub(super) fn of(loaded: &'a Loaded) -> Self {
        let mut latest: HashMap<_, &'a Fact> = HashMap::new();
        for fact in loaded
            .all::<Fact>()
            .filter(|f| f.source == FactSource::Roster)
        {
            let key = (&fact.uscc, fact.field.as_str(), fact.period.as_deref());
            let order = |f: &Fact| (f.as_of, f.recorded.received, f.id);
            latest
                .entry(key)
                .and_modify(|known| {
                    if order(known) < order(fact) {
                        *known = fact;
                    }
                })
                .or_insert(fact);
        }
        Self { latest }
    }

    /// The fact that a figure makes, if it says something new.
    pub(super) fn fact(&self, figure: &Figure<'_>, fresh: &mut Fresh<'_>) -> Option<Fact> {
        let value = FactValue(number(figure.value));
        let source_note = figure.approximate.then(|| APPROXIMATE.to_owned());
        let key = (figure.uscc, figure.field, figure.period.as_deref());
        let known = self.latest.get(&key);
        if known.is_some_and(|known| known.value == value && known.source_note == source_note) {
            return None;
        }
        Some(Fact {
            id: FactId::new(fresh.id()),
            uscc: figure.uscc.clone(),
            field: figure.field.to_owned(),
            value,
            period: figure.period.clone(),
            source: FactSource::Roster,
            source_note,
            as_of: figure.as_of,
            by: None,
            visit: None,
            recorded: Stamp {
                device: fresh.at(),
                offset_ms: Some(0),
                received: Some(fresh.at()),
            },
        })
    }
}

/// A decimal as the shortest JSON number.
fn number(value: Decimal) -> Value {
    let text = value.normalize().to_string();
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}
