//! Owns reading single values, each fault named with what was found and what was expected.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::Value;

use super::Reader;
use crate::error::ErrorCode;
use crate::fact::{self, Raw};
use crate::field::{Field, FieldId};
use crate::number;
use crate::yaml::{Kind, Node, Scalar};

impl Reader<'_> {
    /// A value that must be there.
    pub(crate) fn require<'n>(
        &mut self,
        map: &'n Node,
        key: &str,
        place: &str,
    ) -> Option<&'n Node> {
        let found = map.get(key);
        if found.is_none() {
            self.error(
                map.line,
                ErrorCode::KeyMissing,
                format!("{place}缺少 {key}，请补上"),
            );
        }
        found
    }

    /// Words for people, or an id: any single value, as it is written.
    pub(crate) fn words(&mut self, node: &Node, place: &str) -> Option<String> {
        match node.word() {
            Some(text) if !node.is_null() && !text.trim().is_empty() => {
                Some(text.trim().to_owned())
            }
            _ => {
                self.error(
                    node.line,
                    ErrorCode::ValueWrongType,
                    format!("{place}应为非空文本"),
                );
                None
            }
        }
    }

    /// The same where null or nothing means "not given".
    pub(crate) fn optional_words(&mut self, map: &Node, key: &str) -> Option<String> {
        let node = map
            .get(key)
            .filter(|node| !node.is_null() && node.word() != Some(""))?;
        self.words(node, key)
    }

    /// A list of words, or one word.
    pub(crate) fn word_list(&mut self, node: &Node, place: &str) -> Vec<String> {
        if node.is_null() {
            return Vec::new();
        }
        match node.items() {
            Some(items) => items
                .iter()
                .filter_map(|item| self.words(item, place))
                .collect(),
            None => self.words(node, place).into_iter().collect(),
        }
    }

    /// Text that is compared: a bare number or truth value is refused, because it was meant otherwise.
    pub(crate) fn text(&mut self, node: &Node, place: &str) -> Option<String> {
        if let Some(Scalar::Text(text)) = node.scalar()
            && !text.is_empty()
        {
            return Some(text.to_owned());
        }
        let message = format!(
            "{place}应为文本，这里是{}；若就是文本，请加引号",
            shown(node)
        );
        self.error(node.line, ErrorCode::ValueWrongType, message);
        None
    }

    pub(crate) fn number(&mut self, node: &Node, place: &str) -> Option<Decimal> {
        if let Some(Scalar::Number(text)) = node.scalar()
            && let Some(number) = number::parse(text)
        {
            return Some(number);
        }
        let message = format!(
            "{place}应为数（不加引号，最多 28 位），这里是{}",
            shown(node)
        );
        self.error(node.line, ErrorCode::ValueWrongType, message);
        None
    }

    pub(crate) fn date(&mut self, node: &Node, place: &str) -> Option<NaiveDate> {
        let day = node.word().and_then(fact::day);
        if day.is_none() {
            let message = format!("{place}应为日期，写作 2026-01-31，这里是{}", shown(node));
            self.error(node.line, ErrorCode::ValueWrongType, message);
        }
        day
    }

    /// A day or nothing.
    pub(crate) fn open_date(&mut self, map: &Node, key: &str, place: &str) -> Option<NaiveDate> {
        let node = map.get(key).filter(|node| !node.is_null())?;
        self.date(node, &format!("{place}{key}"))
    }

    pub(crate) fn list<'n>(&mut self, node: &'n Node, place: &str) -> Option<&'n [Node]> {
        let items = node.items();
        if items.is_none() {
            let message = format!("{place}应为列表，这里是{}", shown(node));
            self.error(node.line, ErrorCode::ValueWrongType, message);
        }
        items
    }

    pub(crate) fn map(&mut self, node: &Node, place: &str) -> Option<()> {
        let found = node.entries().map(|_| ());
        if found.is_none() {
            let message = format!("{place}应为映射，这里是{}", shown(node));
            self.error(node.line, ErrorCode::ValueWrongType, message);
        }
        found
    }

    /// A declared field by its name.
    pub(crate) fn field(&mut self, node: &Node, place: &str) -> Option<(FieldId, Field)> {
        let name = self.words(node, place)?;
        let found = self
            .fields
            .find(&name)
            .map(|(id, field)| (id, field.clone()));
        if found.is_none() {
            self.undeclared(node.line, &name, place);
        }
        found
    }

    pub(crate) fn undeclared(&mut self, line: usize, name: &str, place: &str) {
        let message = format!("{place}用到的字段 {name} 没有声明；请核对拼写，或在 fields 里声明");
        self.error(line, ErrorCode::FieldUndeclared, message);
    }
}

/// A value as a message shows it.
pub(crate) fn shown(node: &Node) -> String {
    match &node.kind {
        Kind::List(_) => "列表".to_owned(),
        Kind::Map(_) => "映射".to_owned(),
        Kind::Scalar { text, .. } if node.is_null() && text.is_empty() => "空".to_owned(),
        Kind::Scalar { text, .. } => {
            let short: String = text.chars().take(40).collect();
            format!("“{short}”")
        }
    }
}

/// The value as facts and regions take it.
pub(crate) fn raw(node: &Node) -> Raw<'_> {
    match &node.kind {
        Kind::List(items) => Raw::List(items.iter().map(raw).collect()),
        Kind::Map(entries) => Raw::Map(
            entries
                .iter()
                .map(|entry| (entry.key.as_str(), raw(&entry.value)))
                .collect(),
        ),
        Kind::Scalar { text, .. } => match node.scalar() {
            None | Some(Scalar::Null) => Raw::Null,
            Some(Scalar::Bool(value)) => Raw::Bool(value),
            Some(Scalar::Text(text)) => Raw::Text(text),
            Some(Scalar::Number(_)) => Raw::Number(text.as_str().into()),
        },
    }
}

/// The same value as JSON; a number that is none (`.inf`) stays text.
pub(crate) fn to_json(node: &Node) -> Value {
    match &node.kind {
        Kind::List(items) => Value::Array(items.iter().map(to_json).collect()),
        Kind::Map(entries) => entries
            .iter()
            .map(|entry| (entry.key.clone(), to_json(&entry.value)))
            .collect(),
        Kind::Scalar { text, .. } => match node.scalar() {
            None | Some(Scalar::Null) => Value::Null,
            Some(Scalar::Bool(value)) => Value::Bool(value),
            Some(Scalar::Text(text)) => Value::String(text.to_owned()),
            Some(Scalar::Number(digits)) => number::parse(digits)
                .and_then(|n| number::json::number(n).ok())
                .map_or_else(|| Value::String(text.clone()), Value::Number),
        },
    }
}
