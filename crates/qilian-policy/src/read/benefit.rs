//! Owns reading what an enterprise gets, with the expression for its amount.

use super::Reader;
use crate::error::ErrorCode;
use crate::expr::{self, ExprError};
use crate::policy::{Amount, Benefit};
use crate::yaml::Node;

impl Reader<'_> {
    pub(super) fn benefit(&mut self, node: &Node) -> Benefit {
        let Some(benefit) = node.get("benefit").filter(|benefit| !benefit.is_null()) else {
            return Benefit::default();
        };
        if self.map(benefit, "benefit ").is_none() {
            return Benefit::default();
        }
        self.known_keys(benefit, &["text", "amount"], "benefit ");
        let amount = benefit.get("amount").filter(|amount| !amount.is_null());
        Benefit {
            text: self.optional_words(benefit, "text"),
            amount: amount.and_then(|amount| self.amount(amount)),
        }
    }

    fn amount(&mut self, node: &Node) -> Option<Amount> {
        self.map(node, "benefit.amount ")?;
        self.known_keys(node, &["expr", "unit", "what"], "benefit.amount ");
        let expr_node = self.require(node, "expr", "benefit.amount ")?;
        let text = self.words(expr_node, "benefit.amount.expr ")?;
        let fields = self.fields;
        let find = |name: &str| fields.find(name).map(|(id, field)| (id, field.kind));
        let expr = match expr::parse(&text, &find) {
            Ok(expr) => expr,
            Err(error) => {
                self.expr_error(expr_node.line, &text, &error);
                return None;
            }
        };
        Some(Amount {
            expr,
            unit: self
                .optional_words(node, "unit")
                .unwrap_or_else(|| "万元".to_owned()),
            what: self.optional_words(node, "what"),
        })
    }

    fn expr_error(&mut self, line: usize, text: &str, error: &ExprError) {
        match error {
            ExprError::Syntax { detail } => {
                let message = format!("金额算式“{text}”读不懂：{detail}");
                self.error(line, ErrorCode::ExprInvalid, message);
            }
            ExprError::FieldUndeclared { field } => self.undeclared(line, field, "金额算式"),
            ExprError::FieldNotNumber { field } => {
                let message = format!("金额算式里的字段 {field} 不是数，不能计算");
                self.error(line, ErrorCode::ValueWrongType, message);
            }
        }
    }
}
