//! Owns reading scoring tables.

use rust_decimal::Decimal;

use super::Reader;
use super::quantity::Shape;
use crate::condition::{Check, Part, Score};
use crate::error::ErrorCode;
use crate::field::FieldType;
use crate::yaml::Node;

/// More parts than this are no scoring table any more.
const PARTS_MAX: usize = 200;

/// One part with the names that `min_parts` and `min_groups` call it by.
struct NamedPart {
    name: Option<String>,
    group: Option<String>,
    part: Part,
}

impl Reader<'_> {
    pub(super) fn score(&mut self, node: &Node) -> Option<Score> {
        self.map(node, "score ")?;
        self.known_keys(node, &["min", "parts", "min_parts", "min_groups"], "score ");
        let min = self
            .require(node, "min", "score ")
            .and_then(|min| self.number(min, "score.min "));
        let parts = self.require(node, "parts", "score ")?;
        let items = self.list(parts, "score.parts ")?;
        if items.is_empty() {
            self.error(
                parts.line,
                ErrorCode::KeyMissing,
                "score.parts 是空的，请写评分项",
            );
            return None;
        }
        if items.len() > PARTS_MAX {
            let message = format!("score.parts 最多 {PARTS_MAX} 项，这里有 {} 项", items.len());
            self.error(parts.line, ErrorCode::TooLarge, message);
            return None;
        }
        let read: Vec<_> = items.iter().map(|item| self.part(item)).collect();
        let named = read.into_iter().collect::<Option<Vec<_>>>()?;
        self.names_differ(&named, parts.line)?;
        let min_parts = self.minima(node, "min_parts", |name| {
            named
                .iter()
                .position(|part| part.name.as_deref() == Some(name))
        })?;
        let min_groups = self.minima(node, "min_groups", |name| {
            let of_group = named
                .iter()
                .enumerate()
                .filter(|(_, p)| p.group.as_deref() == Some(name));
            let places: Vec<usize> = of_group.map(|(place, _)| place).collect();
            (!places.is_empty()).then_some(places)
        })?;
        let parts = named.into_iter().map(|part| part.part).collect();
        Some(Score {
            min: min?,
            parts,
            min_parts,
            min_groups,
        })
    }

    fn names_differ(&mut self, parts: &[NamedPart], line: usize) -> Option<()> {
        for (place, part) in parts.iter().enumerate() {
            let earlier = parts.iter().take(place);
            if let Some(name) = &part.name
                && earlier
                    .into_iter()
                    .any(|other| other.name.as_ref() == Some(name))
            {
                self.error(
                    line,
                    ErrorCode::LeafDuplicate,
                    format!("评分项 {name} 重名，请改名"),
                );
                return None;
            }
        }
        Some(())
    }

    /// `{name: points}`, each name one that stands in the parts.
    fn minima<T>(
        &mut self,
        score: &Node,
        key: &str,
        find: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<(T, Decimal)>> {
        let Some(node) = score.get(key).filter(|node| !node.is_null()) else {
            return Some(Vec::new());
        };
        self.map(node, key)?;
        let mut read = Vec::new();
        for entry in node.entries().unwrap_or_default() {
            let points = self.number(&entry.value, &format!("{key} 的分数"))?;
            let Some(found) = find(&entry.key) else {
                let message = format!("{key} 提到的 {} 不在 parts 里，请核对名称", entry.key);
                self.error(entry.line, ErrorCode::ScoreInvalid, message);
                return None;
            };
            read.push((found, points));
        }
        Some(read)
    }

    fn part(&mut self, node: &Node) -> Option<NamedPart> {
        const KEYS: [&str; 10] = [
            "name",
            "max",
            "group",
            "f",
            "ratio",
            "expr_sum",
            "steps",
            "steps_desc",
            "map",
            "best_of",
        ];
        self.map(node, "评分项")?;
        let name = self.optional_words(node, "name");
        let place = format!("评分项 {} ", name.as_deref().unwrap_or("（无名）"));
        self.known_keys(node, &KEYS, &place);
        let max = match node.get("max") {
            Some(max) => Some(self.number(max, &format!("{place}的 max "))?),
            None => None,
        };
        let part = if let Some(best_of) = node.get("best_of") {
            self.only(
                node,
                &["f", "ratio", "expr_sum", "steps", "steps_desc", "map"],
                "best_of",
            )?;
            let items = self.list(best_of, "best_of ")?;
            if items.is_empty() {
                self.error(
                    best_of.line,
                    ErrorCode::KeyMissing,
                    "best_of 是空的，请写评分项",
                );
                return None;
            }
            let read: Vec<_> = items.iter().map(|item| self.part(item)).collect();
            let parts = read.into_iter().collect::<Option<Vec<_>>>()?;
            Part::BestOf(parts.into_iter().map(|part| part.part).collect())
        } else {
            self.measured(node, &place)?
        };
        if let Some(max) = max
            && highest(&part) > max
        {
            let message = format!(
                "{place}有一行的分数 {} 超过 max {max}，请核对",
                highest(&part)
            );
            self.error(node.line, ErrorCode::ScoreInvalid, message);
            return None;
        }
        Some(NamedPart {
            name,
            group: self.optional_words(node, "group"),
            part,
        })
    }

    fn only(&mut self, node: &Node, others: &[&str], key: &str) -> Option<()> {
        let stray = others.iter().find(|other| node.get(other).is_some());
        if let Some(other) = stray {
            let message = format!("评分项里 {key} 和 {other} 只能写一个");
            self.error(node.line, ErrorCode::TestUnclear, message);
        }
        stray.is_none().then_some(())
    }

    /// A part that looks at facts: one quantity and one way to turn it into points.
    fn measured(&mut self, node: &Node, place: &str) -> Option<Part> {
        let count = |keys: &[&str]| keys.iter().filter(|key| node.get(key).is_some()).count();
        let quantities = count(&["f", "ratio", "expr_sum"]);
        if quantities != 1 || count(&["steps", "steps_desc", "map"]) != 1 {
            let message = format!(
                "{place}应有 f、ratio、expr_sum 之一和 steps、steps_desc、map 之一（或 best_of）"
            );
            self.error(node.line, ErrorCode::TestUnclear, message);
            return None;
        }
        let (quantity, shape) = self.quantity(node)?;
        if let Some(map) = node.get("map") {
            return self.map_part(node, map, &shape, place);
        }
        if let Shape::Field(field) = &shape
            && !field.kind.is_numeric()
        {
            let message = format!(
                "{place}的字段 {} 是{}，不能按 steps 计分",
                field.name,
                field.kind.zh()
            );
            self.error(node.line, ErrorCode::ValueWrongType, message);
            return None;
        }
        let (steps, at_least) = match node.get("steps") {
            Some(steps) => (steps, true),
            None => (node.get("steps_desc")?, false),
        };
        let mut rows = Vec::new();
        for (limit, points) in self.rows(steps, place, ErrorCode::StepsOpen)? {
            let check = match limit {
                None => None,
                Some(limit) => {
                    let limit = self.number(limit, &format!("{place}的界限"))?;
                    Some(if at_least {
                        Check::AtLeast(limit)
                    } else {
                        Check::AtMost(limit)
                    })
                }
            };
            rows.push((check, self.number(points, &format!("{place}的分数"))?));
        }
        let limits = rows.iter().filter_map(|(check, _)| match check {
            Some(Check::AtLeast(limit)) => Some(-*limit),
            Some(Check::AtMost(limit)) => Some(*limit),
            _ => None,
        });
        self.ascending(limits, steps.line, place)?;
        Some(Part::Steps { quantity, rows })
    }

    fn map_part(&mut self, node: &Node, map: &Node, shape: &Shape, place: &str) -> Option<Part> {
        let is_bool = matches!(shape, Shape::Field(field) if field.kind == FieldType::Bool);
        let field = node.get("f").and_then(|f| self.field(f, "f "));
        let (true, Some((field, _))) = (is_bool, field) else {
            let message = format!("{place}的 map 只能用于“是否”类字段");
            self.error(map.line, ErrorCode::ValueWrongType, message);
            return None;
        };
        self.map(map, place)?;
        for entry in map.entries().unwrap_or_default() {
            if !matches!(entry.key.as_str(), "true" | "false") {
                let message = format!(
                    "{place}的 map 只有 true 和 false 两行，多出了 {}",
                    entry.key
                );
                self.error(entry.line, ErrorCode::ValueWrongType, message);
                return None;
            }
        }
        let mut points = |key: &str| {
            let value = self.require(map, key, &format!("{place}的 map "))?;
            self.number(value, &format!("{place}的分数"))
        };
        let (when_true, when_false) = (points("true"), points("false"));
        Some(Part::Map {
            field,
            when_true: when_true?,
            when_false: when_false?,
        })
    }
}

fn highest(part: &Part) -> Decimal {
    match part {
        Part::Steps { rows, .. } => rows
            .iter()
            .map(|(_, points)| *points)
            .max()
            .unwrap_or_default(),
        Part::Map {
            when_true,
            when_false,
            ..
        } => (*when_true).max(*when_false),
        Part::BestOf(parts) => parts.iter().map(highest).max().unwrap_or_default(),
    }
}
