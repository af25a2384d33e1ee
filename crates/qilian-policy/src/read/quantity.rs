//! Owns reading what a test looks at: a field, a sum, a ratio.

use super::Reader;
use crate::condition::Quantity;
use crate::error::ErrorCode;
use crate::field::{Field, FieldId, FieldType};
use crate::yaml::Node;

/// What a test's values have to fit.
pub(crate) enum Shape {
    Field(Field),
    /// A sum or a ratio.
    Number,
}

impl Shape {
    pub(super) fn kind(&self) -> FieldType {
        match self {
            Self::Field(field) => field.kind,
            Self::Number => FieldType::Number,
        }
    }
}

impl Reader<'_> {
    /// `f`, `ratio` or `expr_sum` of a leaf or part; the keys are checked to be one by the caller.
    pub(crate) fn quantity(&mut self, node: &Node) -> Option<(Quantity, Shape)> {
        if let Some(name) = node.get("f") {
            let (id, field) = self.field(name, "f ")?;
            return Some((Quantity::Field(id), Shape::Field(field)));
        }
        if let Some(sum) = node.get("expr_sum") {
            return Some((
                Quantity::Sum(self.addends(sum, "expr_sum ")?),
                Shape::Number,
            ));
        }
        let ratio = node.get("ratio")?;
        self.map(ratio, "ratio ")?;
        self.known_keys(ratio, &["num", "den"], "ratio ");
        let (num, den) = (
            self.require(ratio, "num", "ratio "),
            self.require(ratio, "den", "ratio "),
        );
        let (num, den) = (self.side(num?, "num "), self.side(den?, "den "));
        Some((
            Quantity::Ratio {
                num: num?,
                den: den?,
            },
            Shape::Number,
        ))
    }

    /// A field, or `{sum: [field…]}`.
    fn side(&mut self, node: &Node, place: &str) -> Option<Vec<FieldId>> {
        if node.entries().is_some() {
            self.known_keys(node, &["sum"], place);
            let sum = self.require(node, "sum", place)?;
            return self.addends(sum, place);
        }
        Some(vec![self.addend(node, place)?])
    }

    fn addends(&mut self, node: &Node, place: &str) -> Option<Vec<FieldId>> {
        let items = self.list(node, place)?;
        if items.is_empty() {
            self.error(
                node.line,
                ErrorCode::KeyMissing,
                format!("{place}一个字段也没有"),
            );
            return None;
        }
        let read: Vec<_> = items.iter().map(|item| self.addend(item, place)).collect();
        read.into_iter().collect()
    }

    fn addend(&mut self, node: &Node, place: &str) -> Option<FieldId> {
        let (id, field) = self.field(node, place)?;
        if !field.kind.is_numeric() {
            let message = format!(
                "{place}里的字段 {} 是{}，不能相加或相除",
                field.name,
                field.kind.zh()
            );
            self.error(node.line, ErrorCode::ValueWrongType, message);
            return None;
        }
        Some(id)
    }
}
