//! Owns reading operators with their values, each fitting the type of what is looked at.

use rust_decimal::Decimal;

use super::quantity::Shape;
use super::{Reader, shown};
use crate::condition::{Check, Threshold};
use crate::error::ErrorCode;
use crate::fact::day_number;
use crate::field::FieldType;
use crate::yaml::{Node, Scalar};

const OPS: [&str; 15] = [
    ">=",
    ">",
    "<=",
    "<",
    "==",
    "in",
    "not_in",
    "true",
    "false",
    "prefix",
    "not_prefix",
    "between",
    "age_days>=",
    "has",
    "has_not",
];

fn has_op(kind: FieldType, op: &str) -> bool {
    match op {
        ">=" | ">" | "<=" | "<" | "between" => kind.is_ordered(),
        "==" => kind != FieldType::Set,
        "in" | "not_in" => kind.is_ordered() || kind.is_textual(),
        "true" | "false" => kind == FieldType::Bool,
        "prefix" | "not_prefix" => matches!(kind, FieldType::Code | FieldType::Text),
        "age_days>=" => kind == FieldType::Date,
        "has" | "has_not" => kind == FieldType::Set,
        _ => false,
    }
}

impl Reader<'_> {
    /// `op` with `v` or `bands`.
    pub(crate) fn threshold(&mut self, leaf: &Node, shape: &Shape) -> Option<Threshold> {
        let op_node = self.require(leaf, "op", "条件")?;
        let Some(op) = op_node.word().filter(|op| OPS.contains(op)) else {
            let message = format!(
                "不认识的运算符 {}，可用的有 {}",
                shown(op_node),
                OPS.join(" ")
            );
            self.error(op_node.line, ErrorCode::OpUnknown, message);
            return None;
        };
        if !has_op(shape.kind(), op) {
            let what = match shape {
                Shape::Field(field) => format!("字段 {}（{}）", field.name, field.kind.zh()),
                Shape::Number => "比例或合计".to_owned(),
            };
            self.error(
                op_node.line,
                ErrorCode::OpUnfit,
                format!("{what}不能用运算符 {op}"),
            );
            return None;
        }
        match (leaf.get("v"), leaf.get("bands")) {
            (Some(_), Some(bands)) => {
                self.error(bands.line, ErrorCode::TestUnclear, "v 和 bands 只能写一个");
                None
            }
            (_, None) if matches!(op, "true" | "false") => {
                if let Some(v) = leaf.get("v") {
                    let message = format!("运算符 {op} 不带 v，请删去");
                    self.error(v.line, ErrorCode::TestUnclear, message);
                    return None;
                }
                Some(Threshold::Fixed(Check::Is(op == "true")))
            }
            (Some(v), None) => Some(Threshold::Fixed(self.check(op, shape, v)?)),
            (None, Some(bands)) => self.bands(op, shape, bands),
            (None, None) => {
                self.error(
                    leaf.line,
                    ErrorCode::KeyMissing,
                    "条件缺少 v（或 bands），请补上",
                );
                None
            }
        }
    }

    /// A number or a day, as the shape asks.
    pub(super) fn ordered(&mut self, node: &Node, shape: &Shape, place: &str) -> Option<Decimal> {
        match shape.kind() {
            FieldType::Date => self.date(node, place).map(day_number),
            _ => self.number(node, place),
        }
    }

    /// A value that has to be one the field can take.
    fn exact(&mut self, node: &Node, shape: &Shape) -> Option<Decimal> {
        let value = self.ordered(node, shape, "v ")?;
        if shape.kind() == FieldType::Int && !value.is_integer() {
            self.error(
                node.line,
                ErrorCode::ValueWrongType,
                format!("v 应为整数，这里是{}", shown(node)),
            );
            return None;
        }
        Some(value)
    }

    pub(super) fn check(&mut self, op: &str, shape: &Shape, v: &Node) -> Option<Check> {
        let kind = shape.kind();
        Some(match op {
            ">=" => Check::AtLeast(self.ordered(v, shape, "v ")?),
            ">" => Check::Above(self.ordered(v, shape, "v ")?),
            "<=" => Check::AtMost(self.ordered(v, shape, "v ")?),
            "<" => Check::Below(self.ordered(v, shape, "v ")?),
            "==" if kind.is_ordered() => Check::Equal(self.exact(v, shape)?),
            "==" if kind == FieldType::Bool => Check::Is(self.truth_value(v)?),
            "==" => Check::TextIn {
                values: vec![self.listed(v, shape)?],
                wanted: true,
            },
            "in" | "not_in" if kind.is_ordered() => {
                let items = self.non_empty(v)?;
                let values: Vec<_> = items.iter().map(|item| self.exact(item, shape)).collect();
                Check::AnyOf {
                    values: values.into_iter().collect::<Option<_>>()?,
                    whole: matches!(kind, FieldType::Int | FieldType::Date),
                    wanted: op == "in",
                }
            }
            "in" | "not_in" => Check::TextIn {
                values: self.listed_all(v, shape)?,
                wanted: op == "in",
            },
            "prefix" | "not_prefix" => Check::Prefix {
                values: self.listed_all(v, shape)?,
                wanted: op == "prefix",
            },
            "between" => self.between(v, shape)?,
            "age_days>=" => {
                let days = self.number(v, "v（天数）")?;
                if !days.is_integer() || days.is_sign_negative() {
                    self.error(
                        v.line,
                        ErrorCode::ValueWrongType,
                        "v（天数）应为不小于 0 的整数",
                    );
                    return None;
                }
                Check::AgeDays(days)
            }
            _ => Check::Member {
                value: self.text(v, "v ")?,
                wanted: op == "has",
            },
        })
    }

    fn between(&mut self, v: &Node, shape: &Shape) -> Option<Check> {
        let [from, to] = self.list(v, "between 的 v ")? else {
            self.error(
                v.line,
                ErrorCode::ValueWrongType,
                "between 的 v 应为两个值 [起, 止]",
            );
            return None;
        };
        let (a, b) = (
            self.ordered(from, shape, "v "),
            self.ordered(to, shape, "v "),
        );
        let (a, b) = (a?, b?);
        if a > b {
            let code = match shape.kind() {
                FieldType::Date => ErrorCode::DatesReversed,
                _ => ErrorCode::LimitsOutOfOrder,
            };
            self.error(v.line, code, "between 的起值大于止值，请对调");
            return None;
        }
        Some(Check::Between(a, b))
    }

    fn truth_value(&mut self, v: &Node) -> Option<bool> {
        if let Some(Scalar::Bool(value)) = v.scalar() {
            return Some(value);
        }
        let message = format!("v 应为 true 或 false（不加引号），这里是{}", shown(v));
        self.error(v.line, ErrorCode::ValueWrongType, message);
        None
    }

    fn non_empty<'n>(&mut self, v: &'n Node) -> Option<&'n [Node]> {
        let items = self.list(v, "v ")?;
        if items.is_empty() {
            self.error(v.line, ErrorCode::KeyMissing, "v 是空列表，请至少写一个值");
            return None;
        }
        Some(items)
    }

    fn listed_all(&mut self, v: &Node, shape: &Shape) -> Option<Vec<String>> {
        let items = self.non_empty(v)?;
        let read: Vec<_> = items.iter().map(|item| self.listed(item, shape)).collect();
        read.into_iter().collect()
    }

    /// Text, and for an enum one of its values.
    fn listed(&mut self, v: &Node, shape: &Shape) -> Option<String> {
        let text = self.text(v, "v ")?;
        if let Shape::Field(field) = shape
            && field.kind == FieldType::Enum
            && !field.values.contains(&text)
        {
            let message = format!(
                "“{text}”不是字段 {} 的取值，可用的有 {}",
                field.name,
                field.values.join("、")
            );
            self.error(v.line, ErrorCode::ValueWrongType, message);
            return None;
        }
        Some(text)
    }
}
