//! Owns turning a file's tree into fields and policies, with every fault named by line.
//!
//! One module for each part of the format. Nothing here decides what a rule means for an enterprise;
//! nothing is loaded unless all files are without fault (`library`).

mod check;
mod condition;
mod example;
mod field;
mod policy;
mod score;
mod table;

use std::collections::HashMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::Value;

pub(crate) use example::Example;
pub(crate) use field::read_fields;
pub(crate) use policy::{Entry, read_policies};

use crate::error::{ErrorCode, FileError, Warning, WarningCode};
use crate::fact::{self, Raw};
use crate::field::{Field, FieldId};
use crate::number;
use crate::yaml::{self, Kind, Node, Scalar, YamlError};

/// All declared fields and their places.
#[derive(Debug, Clone, Default)]
pub(crate) struct FieldTable {
    pub(crate) fields: Vec<Field>,
    pub(crate) places: HashMap<String, FieldId>,
}

impl FieldTable {
    pub(crate) fn find(&self, name: &str) -> Option<(FieldId, &Field)> {
        let id = *self.places.get(name)?;
        Some((id, self.fields.get(id.index())?))
    }

    pub(crate) fn name(&self, id: FieldId) -> &str {
        self.fields.get(id.index()).map_or("", |field| &field.name)
    }
}

/// Faults and remarks of all files, in the order they were met.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) errors: Vec<FileError>,
    pub(crate) warnings: Vec<Warning>,
}

/// Where the reading stands: the file, the policy, and the report it adds to.
pub(crate) struct Reader<'a> {
    pub(crate) file: &'a str,
    pub(crate) policy: Option<String>,
    pub(crate) fields: &'a FieldTable,
    pub(crate) report: &'a mut Report,
}

/// One file's tree and the day its examples are worked on.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    pub(crate) name: &'a str,
    pub(crate) root: Node,
    pub(crate) as_of: Option<NaiveDate>,
}

impl<'a> Source<'a> {
    /// Reads the tree and `meta`; `None` when the file's faults are in the report.
    pub(crate) fn read(name: &'a str, text: &str, report: &mut Report) -> Option<Self> {
        let fields = FieldTable::default();
        let mut reader = Reader {
            file: name,
            policy: None,
            fields: &fields,
            report,
        };
        let root = match yaml::parse(text) {
            Ok(root) => root,
            Err(error) => {
                reader.yaml_error(&error);
                return None;
            }
        };
        if root.entries().is_none() {
            reader.error(
                root.line,
                ErrorCode::ValueWrongType,
                "文件顶层应为映射，含 meta、fields、policies",
            );
            return None;
        }
        reader.known_keys(&root, &["meta", "fields", "policies"], "文件顶层");
        if root.get("policies").is_none() && root.get("fields").is_none() {
            reader.error(
                root.line,
                ErrorCode::KeyMissing,
                "文件里既没有 policies 也没有 fields，不是政策文件",
            );
        }
        let as_of = root.get("meta").and_then(|meta| reader.meta(meta));
        Some(Self { name, root, as_of })
    }
}

impl Reader<'_> {
    pub(crate) fn error(&mut self, line: usize, code: ErrorCode, message: impl Into<String>) {
        self.report.errors.push(FileError {
            file: self.file.to_owned(),
            line,
            policy: self.policy.clone(),
            code,
            message: message.into(),
        });
    }

    pub(crate) fn warn(&mut self, line: usize, code: WarningCode, message: impl Into<String>) {
        self.report.warnings.push(Warning {
            file: self.file.to_owned(),
            line,
            policy: self.policy.clone(),
            code,
            message: message.into(),
        });
    }

    fn yaml_error(&mut self, error: &YamlError) {
        let (line, code, message) = match error {
            YamlError::Syntax { line, detail } => (
                *line,
                ErrorCode::YamlSyntax,
                format!("不是合法的 YAML：{detail}；请检查缩进、引号和冒号"),
            ),
            YamlError::DuplicateKey { line, key } => (
                *line,
                ErrorCode::DuplicateKey,
                format!("键 {key} 写了两次，请删去一个"),
            ),
            YamlError::KeyNotText { line } => {
                (*line, ErrorCode::YamlSyntax, "映射的键应为文本".to_owned())
            }
            YamlError::TooDeep { line } => {
                (*line, ErrorCode::TooLarge, "嵌套太深，请拆平".to_owned())
            }
            YamlError::TooLarge { line } => (
                *line,
                ErrorCode::TooLarge,
                "文件太大（或别名展开后太大），请拆成几个文件".to_owned(),
            ),
            YamlError::Empty => (1, ErrorCode::YamlSyntax, "文件是空的".to_owned()),
            YamlError::SeveralDocuments { line } => (
                *line,
                ErrorCode::YamlSyntax,
                "一个文件只能有一份文档（多出了 ---）".to_owned(),
            ),
        };
        self.error(line, code, message);
    }

    fn meta(&mut self, meta: &Node) -> Option<NaiveDate> {
        if meta.entries().is_none() {
            self.error(meta.line, ErrorCode::ValueWrongType, "meta 应为映射");
            return None;
        }
        self.known_keys(meta, &["as_of", "money_unit", "ratio_unit"], "meta");
        // A file in 元 or in percent would be read wrong by a factor of 10,000 or 100.
        for (key, only) in [("money_unit", "万元"), ("ratio_unit", "fraction")] {
            if let Some(unit) = meta.get(key)
                && unit.word() != Some(only)
            {
                let message = format!("meta.{key} 只能是 {only}，请先把数值换算过来");
                self.error(unit.line, ErrorCode::ValueWrongType, message);
            }
        }
        meta.get("as_of")
            .and_then(|day| self.date(day, "meta.as_of"))
    }

    /// Warns of keys the format does not know; remarks (`…_note`) are anybody's to add.
    pub(crate) fn known_keys(&mut self, map: &Node, keys: &[&str], place: &str) {
        for entry in map.entries().unwrap_or_default() {
            if !keys.contains(&entry.key.as_str()) && !entry.key.ends_with("_note") {
                let message = format!("{place}有不认识的键 {}：保留，但不起作用", entry.key);
                self.warn(entry.line, WarningCode::UnknownKey, message);
            }
        }
    }

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
