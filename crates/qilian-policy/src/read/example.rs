//! Owns reading worked examples and holding them against what the evaluator says.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{FieldTable, Reader, raw, shown};
use crate::condition::{Check, Condition, Test, Threshold};
use crate::error::{ErrorCode, WarningCode};
use crate::evaluate::{self, Situation};
use crate::fact::{self, Known};
use crate::field::FieldId;
use crate::missing;
use crate::policy::Policy;
use crate::truth::Truth;
use crate::yaml::Node;

/// Amounts agree when they differ by less than a hundredth of a yuan.
const AMOUNT_TOLERANCE: Decimal = Decimal::from_parts(1, 0, 0, false, 6);

/// One worked example.
#[derive(Debug)]
pub(crate) struct Example {
    line: usize,
    number: usize,
    known: Vec<Option<Known>>,
    out: Truth,
    leaf: Option<usize>,
    /// Outer `None`: the example says nothing of the amount; inner: no figure.
    amount: Option<Option<Decimal>>,
    ask: Option<Vec<FieldId>>,
}

impl Reader<'_> {
    pub(super) fn examples(&mut self, node: &Node, condition: &Condition) -> Vec<Example> {
        if node.is_null() {
            return Vec::new();
        }
        let Some(items) = self.list(node, "examples ") else {
            return Vec::new();
        };
        let read = items.iter().enumerate();
        read.filter_map(|(at, item)| self.example(item, at + 1, condition))
            .collect()
    }

    fn example(&mut self, node: &Node, number: usize, condition: &Condition) -> Option<Example> {
        let place = format!("示例第 {number} 条");
        self.map(node, &place)?;
        self.known_keys(node, &["in", "out", "leaf", "amount", "ask", "why"], &place);
        let facts = self.require(node, "in", &place);
        let known = facts.and_then(|facts| self.example_facts(facts, &place));
        let out = self.require(node, "out", &place).and_then(|out| {
            let truth = out.word().and_then(Truth::parse);
            if truth.is_none() {
                let message = format!(
                    "{place}的 out 应为 true、false、unknown、manual 之一，这里是{}",
                    shown(out)
                );
                self.error(out.line, ErrorCode::ValueWrongType, message);
            }
            truth
        });
        let leaf = match node.get("leaf").filter(|leaf| !leaf.is_null()) {
            None => None,
            Some(leaf) => Some(self.example_leaf(leaf, condition, &place)?),
        };
        let amount = match node.get("amount") {
            None => None,
            Some(amount) if amount.is_null() => Some(None),
            Some(amount) => Some(Some(self.number(amount, &format!("{place}的 amount "))?)),
        };
        let ask = match node.get("ask").filter(|ask| !ask.is_null()) {
            None => None,
            Some(ask) => Some(self.example_ask(ask, &place)?),
        };
        Some(Example {
            line: node.line,
            number,
            known: known?,
            out: out?,
            leaf,
            amount,
            ask,
        })
    }

    fn example_leaf(&mut self, node: &Node, condition: &Condition, place: &str) -> Option<usize> {
        let id = self.words(node, place)?;
        let found = condition.leaves.iter().position(|leaf| leaf.id == id);
        if found.is_none() {
            let message = format!("{place}的 leaf {id} 不是本政策的条件，请核对");
            self.error(node.line, ErrorCode::ExampleMismatch, message);
        }
        found
    }

    fn example_ask(&mut self, node: &Node, place: &str) -> Option<Vec<FieldId>> {
        let place = format!("{place}的 ask ");
        let items = self.list(node, &place)?;
        let fields: Vec<_> = items.iter().map(|item| self.field(item, &place)).collect();
        let mut ids: Vec<FieldId> = fields
            .into_iter()
            .map(|field| field.map(|(id, _)| id))
            .collect::<Option<_>>()?;
        ids.sort_unstable();
        ids.dedup();
        Some(ids)
    }

    fn example_facts(&mut self, node: &Node, place: &str) -> Option<Vec<Option<Known>>> {
        let mut known = vec![None; self.fields.fields.len()];
        if node.is_null() {
            return Some(known);
        }
        self.map(node, &format!("{place}的 in "))?;
        let mut sound = true;
        for entry in node.entries().unwrap_or_default() {
            let Some((id, field)) = self.fields.find(&entry.key) else {
                self.undeclared(entry.line, &entry.key, place);
                sound = false;
                continue;
            };
            match fact::parse_raw(field, &raw(&entry.value)) {
                Ok(fact) => {
                    if let (Some(slot), Some(fact)) = (known.get_mut(id.index()), fact) {
                        *slot = fact.bind(field);
                    }
                }
                Err(error) => {
                    self.error(
                        entry.line,
                        ErrorCode::ValueWrongType,
                        format!("{place}：{error}"),
                    );
                    sound = false;
                }
            }
        }
        sound.then_some(known)
    }

    /// Works every example and reports those that come out otherwise than they say.
    pub(crate) fn work(&mut self, policy: &Policy, examples: &[Example], as_of: Option<NaiveDate>) {
        let dated = policy
            .condition
            .leaves
            .iter()
            .any(|leaf| counts_days(&leaf.test));
        if let (None, Some(first)) = (as_of, examples.first()) {
            let message = "meta.as_of 没有写，示例不知按哪一天核算，请补上";
            if dated {
                self.error(first.line, ErrorCode::KeyMissing, message);
                return;
            }
            self.warn(first.line, WarningCode::Incomplete, "meta.as_of 没有写");
        }
        let on = as_of.unwrap_or_default();
        for example in examples {
            self.work_one(policy, example, on);
        }
    }

    fn work_one(&mut self, policy: &Policy, example: &Example, on: NaiveDate) {
        let condition = &policy.condition;
        let situation = Situation::new(example.known.clone(), on);
        let leaves = evaluate::leaves(condition, &situation);
        let (out, asked) = match example
            .leaf
            .and_then(|at| condition.leaves.get(at).zip(leaves.get(at)))
        {
            Some((leaf, truth)) => (*truth, missing::leaf_fields(&leaf.test, *truth, &situation)),
            None => (
                evaluate::node(&condition.root, &leaves),
                missing::fields(condition, &leaves, &situation),
            ),
        };
        let number = example.number;
        if out != example.out {
            let message = format!(
                "示例第 {number} 条写明 out: {}，实际算出 {}；请核对条件或示例",
                example.out.word(),
                out.word()
            );
            self.error(example.line, ErrorCode::ExampleMismatch, message);
        }
        if let Some(wanted) = &example.ask {
            let mut asked = asked;
            asked.sort_unstable();
            if *wanted != asked {
                let message = format!(
                    "示例第 {number} 条写明 ask: [{}]，实际还缺 [{}]",
                    names(self.fields, wanted),
                    names(self.fields, &asked)
                );
                self.error(example.line, ErrorCode::ExampleMismatch, message);
            }
        }
        if let Some(wanted) = example.amount {
            self.work_amount(policy, example, wanted, &situation);
        }
    }

    fn work_amount(
        &mut self,
        policy: &Policy,
        example: &Example,
        wanted: Option<Decimal>,
        situation: &Situation,
    ) {
        let figure = policy
            .benefit
            .amount
            .as_ref()
            .map(|amount| amount.expr.figure(situation));
        let got = figure
            .and_then(|figure| figure.value)
            .and_then(|value| value.exact());
        let agree = match (wanted, got) {
            (None, None) => true,
            (Some(wanted), Some(got)) => wanted
                .checked_sub(got)
                .is_some_and(|difference| difference.abs() < AMOUNT_TOLERANCE),
            _ => false,
        };
        if !agree {
            let show = |amount: Option<Decimal>| {
                amount.map_or("没有数".to_owned(), |amount| {
                    amount.normalize().to_string()
                })
            };
            let message = format!(
                "示例第 {} 条写明 amount: {}，实际算出 {}；请核对算式或示例",
                example.number,
                show(wanted),
                show(got)
            );
            self.error(example.line, ErrorCode::ExampleMismatch, message);
        }
    }
}

fn counts_days(test: &Test) -> bool {
    match test {
        Test::Value {
            threshold: Threshold::Fixed(check),
            ..
        } => matches!(check, Check::AgeDays(_)),
        Test::Value {
            threshold: Threshold::Bands { rows, .. },
            ..
        } => rows
            .iter()
            .any(|(_, check)| matches!(check, Check::AgeDays(_))),
        Test::Score(_) | Test::Manual => false,
    }
}

fn names(fields: &FieldTable, ids: &[FieldId]) -> String {
    ids.iter()
        .map(|id| fields.name(*id))
        .collect::<Vec<_>>()
        .join(", ")
}
