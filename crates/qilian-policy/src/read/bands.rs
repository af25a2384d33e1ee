//! Owns reading lists of rows that end in null: bands here, steps in `score`.

use rust_decimal::Decimal;

use super::quantity::Shape;
use super::{Reader, shown};
use crate::condition::Threshold;
use crate::error::ErrorCode;
use crate::yaml::Node;

impl Reader<'_> {
    pub(super) fn bands(&mut self, op: &str, shape: &Shape, node: &Node) -> Option<Threshold> {
        self.map(node, "bands ")?;
        self.known_keys(node, &["by", "upto"], "bands ");
        let (by_node, upto) = (
            self.require(node, "by", "bands ")?,
            self.require(node, "upto", "bands ")?,
        );
        let (by, by_field) = self.field(by_node, "bands.by ")?;
        if !by_field.kind.is_ordered() {
            let message = format!(
                "bands.by 的字段 {} 是{}，不能分档",
                by_field.name,
                by_field.kind.zh()
            );
            self.error(by_node.line, ErrorCode::ValueWrongType, message);
            return None;
        }
        if matches!(op, "true" | "false") {
            self.error(
                node.line,
                ErrorCode::OpUnfit,
                format!("运算符 {op} 不能分档"),
            );
            return None;
        }
        let by_shape = Shape::Field(by_field);
        let rows = self.rows(upto, "bands.upto ", ErrorCode::BandsOpen)?;
        let mut read = Vec::with_capacity(rows.len());
        for (limit, v) in rows {
            let limit = match limit {
                Some(limit) => Some(self.ordered(limit, &by_shape, "bands 的界限")?),
                None => None,
            };
            read.push((limit, self.check(op, shape, v)?));
        }
        self.ascending(
            read.iter().filter_map(|(limit, _)| *limit),
            upto.line,
            "bands.upto ",
        )?;
        Some(Threshold::Bands { by, rows: read })
    }

    /// Rows `[[limit, value]…, [null, value]]`: null ends the list and stands nowhere else.
    pub(crate) fn rows<'n>(
        &mut self,
        node: &'n Node,
        place: &str,
        open: ErrorCode,
    ) -> Option<Vec<(Option<&'n Node>, &'n Node)>> {
        let items = self.list(node, place)?;
        let mut rows = Vec::with_capacity(items.len());
        for item in items {
            let Some([limit, value]) = item.items() else {
                let message = format!("{place}的每一行应为 [界限, 值]，这里是{}", shown(item));
                self.error(item.line, ErrorCode::ValueWrongType, message);
                return None;
            };
            rows.push(((!limit.is_null()).then_some(limit), value));
        }
        let last_is_open = rows.last().is_some_and(|(limit, _)| limit.is_none());
        if !last_is_open {
            let message = format!("{place}的最后一行应以 null 开头（其余情形），请补上 [null, …]");
            self.error(node.line, open, message);
            return None;
        }
        if rows.iter().filter(|(limit, _)| limit.is_none()).count() > 1 {
            let message = format!("{place}只有最后一行可以是 null，它后面的行永远轮不到");
            self.error(node.line, ErrorCode::LimitsOutOfOrder, message);
            return None;
        }
        Some(rows)
    }

    pub(crate) fn ascending(
        &mut self,
        limits: impl Iterator<Item = Decimal>,
        line: usize,
        place: &str,
    ) -> Option<()> {
        let limits: Vec<Decimal> = limits.collect();
        let ordered = limits.windows(2).all(|pair| pair.first() < pair.last());
        if !ordered {
            let message = format!("{place}的界限次序不对（有一行永远轮不到），请重排");
            self.error(line, ErrorCode::LimitsOutOfOrder, message);
        }
        ordered.then_some(())
    }
}
