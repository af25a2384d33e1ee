//! Owns reading `kind: 口径` entries; the two that are known by id are read closely.

use rust_decimal::Decimal;

use super::Reader;
use crate::classify::{FourAboveRow, FourAboveTest, SizeRow, SizeTable, Table};
use crate::error::ErrorCode;
use crate::number;
use crate::yaml::Node;

impl Reader<'_> {
    pub(super) fn table(&mut self, node: &Node, id: &str) -> Option<Table> {
        if let Some(condition) = node.get("condition") {
            self.error(
                condition.line,
                ErrorCode::TestUnclear,
                "口径只有 table，没有 condition；请改 kind 或删去",
            );
            return None;
        }
        self.period(node, "effective_from", "effective_to");
        let table = self.require(node, "table", "口径")?;
        let rows = match id {
            "cn-sme-size" | "cn-four-above" => self.list(table, "table ")?,
            _ => return Some(Table::Other),
        };
        match id {
            "cn-sme-size" => {
                let read: Vec<_> = rows.iter().map(|row| self.size_row(row)).collect();
                let table = SizeTable {
                    rows: read.into_iter().collect::<Option<_>>()?,
                };
                if let Some(examples) = node.get("examples").filter(|e| !e.is_null()) {
                    self.size_examples(examples, &table);
                }
                Some(Table::Size(table))
            }
            _ => {
                let read: Vec<_> = rows.iter().map(|row| self.four_above_row(row)).collect();
                Some(Table::FourAbove(read.into_iter().collect::<Option<_>>()?))
            }
        }
    }

    fn codes(&mut self, row: &Node) -> Option<Vec<String>> {
        let gb = self.require(row, "gb", "table 的行")?;
        let items = self.list(gb, "gb ")?;
        let codes: Vec<_> = items.iter().map(|item| self.text(item, "gb ")).collect();
        codes.into_iter().collect()
    }

    fn size_row(&mut self, row: &Node) -> Option<SizeRow> {
        self.map(row, "table 的行")?;
        self.known_keys(row, &["ind", "gb", "X", "Y", "Z"], "table 的行");
        let industry = self.require(row, "ind", "table 的行")?;
        let industry = self.words(industry, "ind ")?;
        let codes = self.codes(row)?;
        let (x, y, z) = (
            self.floors(row, "X")?,
            self.floors(row, "Y")?,
            self.floors(row, "Z")?,
        );
        if x.is_none() && y.is_none() && z.is_none() {
            let message = format!("{industry} 一行没有 X、Y、Z 任何一项指标");
            self.error(row.line, ErrorCode::KeyMissing, message);
            return None;
        }
        Some(SizeRow {
            industry,
            codes,
            employees: x,
            revenue: y,
            assets: z,
        })
    }

    /// Outer `None` is a fault, inner `None` is "this industry does not use it".
    fn floors(&mut self, row: &Node, key: &str) -> Option<Option<[Decimal; 3]>> {
        let Some(node) = row.get(key).filter(|node| !node.is_null()) else {
            return Some(None);
        };
        let [large, medium, small] = self.list(node, key)? else {
            let message = format!("{key} 应为三个数 [大型下限, 中型下限, 小型下限]");
            self.error(node.line, ErrorCode::ValueWrongType, message);
            return None;
        };
        let mut number = |node| self.number(node, key);
        let floors = [number(large)?, number(medium)?, number(small)?];
        let rising = floors.iter().rev().copied();
        self.ascending(rising, node.line, key)?;
        Some(Some(floors))
    }

    fn size_examples(&mut self, node: &Node, table: &SizeTable) {
        for (at, example) in self
            .list(node, "examples ")
            .unwrap_or_default()
            .iter()
            .enumerate()
        {
            let place = format!("示例第 {} 条", at + 1);
            self.known_keys(example, &["ind", "X", "Y", "Z", "out", "why"], &place);
            let figure = |reader: &mut Self, key: &str| match example.get(key) {
                Some(node) if !node.is_null() => reader.number(node, key).map(Some),
                _ => Some(None),
            };
            let (Some(x), Some(y), Some(z)) =
                (figure(self, "X"), figure(self, "Y"), figure(self, "Z"))
            else {
                continue;
            };
            let industry = example.get("ind").and_then(Node::word).unwrap_or_default();
            let Some(row) = table.rows.iter().find(|row| row.industry == industry) else {
                let message = format!("{place}的 ind “{industry}”不在 table 里");
                self.error(example.line, ErrorCode::ExampleMismatch, message);
                continue;
            };
            let got = row.class(x, y, z).map_or("不能确定", |class| class.zh());
            let wanted = example.get("out").and_then(Node::word).unwrap_or_default();
            if got != wanted && !(got == "不能确定" && wanted == "unknown") {
                let message = format!("{place}写明 out: {wanted}，实际算出 {got}；请核对");
                self.error(example.line, ErrorCode::ExampleMismatch, message);
            }
        }
    }

    fn four_above_row(&mut self, row: &Node) -> Option<FourAboveRow> {
        self.map(row, "table 的行")?;
        self.known_keys(row, &["kind", "gb", "rule"], "table 的行");
        let kind = self.require(row, "kind", "table 的行")?;
        let kind = self.words(kind, "kind ")?;
        let codes = self.codes(row)?;
        let rule = self.require(row, "rule", "table 的行")?;
        let rule = self.words(rule, "rule ")?;
        let test = four_above_test(&rule);
        Some(FourAboveRow {
            kind,
            codes,
            rule,
            test,
        })
    }
}

/// The figure a rule of the table asks for. Words outside these forms are for display: nothing is
/// concluded from them.
fn four_above_test(rule: &str) -> FourAboveTest {
    let floor = |words: &str| {
        let rest = rule
            .trim_start_matches('年')
            .strip_prefix(words)?
            .trim_start_matches(['≥', ' ']);
        number::parse(rest.trim_end_matches("万元"))
    };
    if let Some(floor) = floor("主营业务收入") {
        FourAboveTest::MainSales(floor)
    } else if let Some(floor) = floor("营业收入") {
        FourAboveTest::Sales(floor)
    } else if rule.contains("资质") {
        FourAboveTest::Qualified
    } else if rule.contains("全部法人") {
        FourAboveTest::Always
    } else {
        FourAboveTest::Words
    }
}
