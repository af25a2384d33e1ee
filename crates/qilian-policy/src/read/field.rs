//! Owns reading `fields`, and merging the declarations of several files.

use super::{FieldTable, Reader, Report, Source, shown};
use crate::error::{ErrorCode, WarningCode};
use crate::field::{Field, FieldId, FieldType};
use crate::yaml::{Node, Scalar};

/// All fields of all files; the same name with another type, values or unit is an error.
pub(crate) fn read_fields(sources: &[Source<'_>], report: &mut Report) -> FieldTable {
    let mut table = FieldTable::default();
    for source in sources {
        let none = FieldTable::default();
        let mut reader = Reader {
            file: source.name,
            policy: None,
            fields: &none,
            report,
        };
        let Some(fields) = source.root.get("fields").filter(|fields| !fields.is_null()) else {
            continue;
        };
        if reader.map(fields, "fields ").is_none() {
            continue;
        }
        for entry in fields.entries().unwrap_or_default() {
            if let Some(field) = reader.declaration(&entry.key, &entry.value) {
                merge(&mut reader, &mut table, field, entry.line);
            }
        }
    }
    table
}

fn merge(reader: &mut Reader<'_>, table: &mut FieldTable, field: Field, line: usize) {
    let Some(id) = table.places.get(&field.name) else {
        let Ok(place) = u32::try_from(table.fields.len()) else {
            return;
        };
        table.places.insert(field.name.clone(), FieldId(place));
        table.fields.push(field);
        return;
    };
    let Some(first) = table.fields.get(id.index()) else {
        return;
    };
    let same_unit = first.unit.is_none() || field.unit.is_none() || first.unit == field.unit;
    if first.kind != field.kind || first.values != field.values || !same_unit {
        let message = format!(
            "字段 {} 在另一个文件里声明得不一样（类型、取值或单位不同），请统一",
            field.name
        );
        reader.error(line, ErrorCode::FieldConflict, message);
    } else if (&first.label, first.cost, &first.ask) != (&field.label, field.cost, &field.ask) {
        let message = format!(
            "字段 {} 的名称、问法或成本与先读的文件不同，以先读的为准",
            field.name
        );
        reader.warn(line, WarningCode::FieldWording, message);
    }
}

impl Reader<'_> {
    fn declaration(&mut self, name: &str, node: &Node) -> Option<Field> {
        let place = format!("字段 {name} ");
        self.map(node, &place)?;
        self.known_keys(
            node,
            &["type", "values", "label", "unit", "cost", "ask"],
            &place,
        );
        if name.trim().is_empty() || name != name.trim() {
            self.error(
                node.line,
                ErrorCode::ValueWrongType,
                "字段名不能为空，首尾不能有空格",
            );
            return None;
        }
        let kind_node = self.require(node, "type", &place)?;
        let Some(kind) = kind_node.word().and_then(FieldType::parse) else {
            let message = format!(
                "{place}的 type {}不在 text、code、date、bool、int、number、money、ratio、enum、set 之中",
                shown(kind_node)
            );
            self.error(kind_node.line, ErrorCode::ValueWrongType, message);
            return None;
        };
        let values = self.enum_values(kind, node, &place)?;
        let unit = self.optional_words(node, "unit");
        Some(Field {
            name: name.to_owned(),
            kind,
            label: self
                .optional_words(node, "label")
                .unwrap_or_else(|| name.to_owned()),
            unit: unit.or_else(|| (kind == FieldType::Money).then(|| "万元".to_owned())),
            cost: self.cost(node, &place)?,
            ask: self.optional_words(node, "ask"),
            values,
        })
    }

    fn enum_values(&mut self, kind: FieldType, node: &Node, place: &str) -> Option<Vec<String>> {
        if kind != FieldType::Enum {
            return Some(Vec::new());
        }
        let values = self.require(node, "values", place)?;
        let items = self.list(values, &format!("{place}的 values "))?;
        let place = format!("{place}的取值");
        let read: Vec<String> = items
            .iter()
            .filter_map(|item| self.text(item, &place))
            .collect();
        if items.is_empty() {
            self.error(
                values.line,
                ErrorCode::KeyMissing,
                format!("{place}一个也没有"),
            );
            return None;
        }
        (read.len() == items.len()).then_some(read)
    }

    /// 1 (ask) where the file says nothing: a field is never taken for public by omission.
    fn cost(&mut self, node: &Node, place: &str) -> Option<u8> {
        let Some(cost) = node.get("cost").filter(|cost| !cost.is_null()) else {
            return Some(1);
        };
        if let Some(Scalar::Number(text)) = cost.scalar()
            && let Ok(cost @ 0..=3) = text.parse::<u8>()
        {
            return Some(cost);
        }
        let message = format!(
            "{place}的 cost 应为 0（公开）、1（可问）、2（查账）、3（审计），这里是{}",
            shown(cost)
        );
        self.error(cost.line, ErrorCode::ValueWrongType, message);
        None
    }
}
