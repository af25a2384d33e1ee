//! Owns turning a file's tree into fields and policies, with every fault named by line.
//!
//! One module for each part of the format. Nothing here decides what a rule means for an enterprise;
//! nothing is loaded unless all files are without fault (`library`).

mod bands;
mod benefit;
mod check;
mod condition;
mod example;
mod field;
mod policy;
mod quantity;
mod score;
mod table;
mod value;

use std::collections::HashMap;

use chrono::NaiveDate;

pub(crate) use example::Example;
pub(crate) use field::read_fields;
pub(crate) use policy::{Entry, read_policies};
pub(crate) use value::to_json;
use value::{raw, shown};

use crate::error::{ErrorCode, FileError, Warning, WarningCode};
use crate::field::{Field, FieldId};
use crate::yaml::{self, Node, YamlError};

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
}
