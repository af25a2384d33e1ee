//! Owns reading the tree of a condition and its leaves.

use std::collections::HashSet;

use super::{Reader, shown};
use crate::condition::{Condition, Leaf, Node as Branch, Test};
use crate::error::{ErrorCode, WarningCode};
use crate::yaml::Node;

const LEAF_KEYS: [&str; 11] = [
    "id", "text", "cite", "note", "f", "ratio", "expr_sum", "op", "v", "bands", "score",
];
/// More criteria than this are no policy any more, but an attempt to stall every laptop.
const LEAVES_MAX: usize = 1_000;
const TESTS: [&str; 5] = ["f", "ratio", "expr_sum", "score", "manual"];

impl Reader<'_> {
    /// The whole condition; `None` when a fault in it is in the report.
    pub(crate) fn condition(&mut self, node: &Node) -> Option<Condition> {
        let mut leaves = Vec::new();
        let mut ids = HashSet::new();
        let root = self.branch(node, &mut leaves, &mut ids)?;
        if leaves.len() > LEAVES_MAX {
            let message = format!(
                "一条政策最多 {LEAVES_MAX} 个条件，这里有 {} 个，请拆分",
                leaves.len()
            );
            self.error(node.line, ErrorCode::TooLarge, message);
            return None;
        }
        Some(Condition { root, leaves })
    }

    fn branch(
        &mut self,
        node: &Node,
        leaves: &mut Vec<Leaf>,
        ids: &mut HashSet<String>,
    ) -> Option<Branch> {
        self.map(node, "条件")?;
        let (all, any) = (node.get("all"), node.get("any"));
        let (key, parts) = match (all, any) {
            (Some(parts), None) => ("all", parts),
            (None, Some(parts)) => ("any", parts),
            (None, None) => return self.leaf(node, leaves, ids),
            (Some(_), Some(_)) => {
                self.error(
                    node.line,
                    ErrorCode::TestUnclear,
                    "all 和 any 不能写在同一层，请套一层",
                );
                return None;
            }
        };
        if let Some(test) = TESTS.iter().find(|test| node.get(test).is_some()) {
            let message = format!("{key} 和 {test} 不能写在同一层，请分成两个条件");
            self.error(node.line, ErrorCode::TestUnclear, message);
            return None;
        }
        self.known_keys(node, &[key, "note", "text", "cite"], key);
        let items = self.list(parts, key)?;
        if items.is_empty() {
            let outcome = if key == "all" {
                "总是成立"
            } else {
                "总不成立"
            };
            self.warn(
                parts.line,
                WarningCode::Incomplete,
                format!("{key} 是空的，{outcome}"),
            );
        }
        let read: Vec<_> = items
            .iter()
            .map(|item| self.branch(item, leaves, ids))
            .collect();
        let read = read.into_iter().collect::<Option<Vec<_>>>()?;
        Some(if key == "all" {
            Branch::All(read)
        } else {
            Branch::Any(read)
        })
    }

    fn leaf(
        &mut self,
        node: &Node,
        leaves: &mut Vec<Leaf>,
        ids: &mut HashSet<String>,
    ) -> Option<Branch> {
        let id = self
            .require(node, "id", "条件")
            .and_then(|id| self.words(id, "条件的 id "));
        let place = match &id {
            Some(id) => format!("条件 {id} "),
            None => "条件".to_owned(),
        };
        let duplicate = id.as_ref().is_some_and(|id| !ids.insert(id.clone()));
        if duplicate {
            let message = format!("{place}的 id 在本政策里重复，请改名");
            self.error(node.line, ErrorCode::LeafDuplicate, message);
        }
        let mut keys = LEAF_KEYS.to_vec();
        keys.push("manual");
        self.known_keys(node, &keys, &place);
        let text = self.optional_words(node, "text");
        if text.is_none() {
            self.warn(
                node.line,
                WarningCode::Incomplete,
                format!("{place}没有 text，屏幕上只能显示 id"),
            );
        }
        let test = self.test(node, &place);
        let (cite, note) = (
            self.optional_words(node, "cite"),
            self.optional_words(node, "note"),
        );
        let (id, test) = (id?, test?);
        if duplicate {
            return None;
        }
        leaves.push(Leaf {
            text: text.unwrap_or_else(|| id.clone()),
            id,
            cite,
            note,
            test,
        });
        Some(Branch::Leaf(leaves.len() - 1))
    }

    fn test(&mut self, node: &Node, place: &str) -> Option<Test> {
        let tests: Vec<&str> = TESTS
            .into_iter()
            .filter(|test| node.get(test).is_some())
            .collect();
        let [test] = tests.as_slice() else {
            let message = if tests.is_empty() {
                format!("{place}没有可判断的内容：应写 f、ratio、expr_sum、score 或 manual 之一")
            } else {
                format!(
                    "{place}写了不止一种判断（{}），请拆成几个条件",
                    tests.join("、")
                )
            };
            self.error(node.line, ErrorCode::TestUnclear, message);
            return None;
        };
        let stray =
            |keys: &[&'static str]| keys.iter().find(|key| node.get(key).is_some()).copied();
        if matches!(*test, "manual" | "score")
            && let Some(key) = stray(&["op", "v", "bands"])
        {
            let message = format!("{place}是 {test}，不能再写 {key}");
            self.error(node.line, ErrorCode::TestUnclear, message);
            return None;
        }
        match *test {
            "manual" => {
                let value = node.get("manual")?;
                if value.word() == Some("true") {
                    return Some(Test::Manual);
                }
                let message = format!("{place}的 manual 只能是 true，这里是{}", shown(value));
                self.error(value.line, ErrorCode::ValueWrongType, message);
                None
            }
            "score" => Some(Test::Score(self.score(node.get("score")?)?)),
            _ => {
                let (quantity, shape) = self.quantity(node)?;
                let threshold = self.threshold(node, &shape)?;
                Some(Test::Value {
                    quantity,
                    threshold,
                })
            }
        }
    }
}
