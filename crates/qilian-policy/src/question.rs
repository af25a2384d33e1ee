//! Owns the choice of questions for one visit: which facts would settle most for the least trouble.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::field::{Field, FieldType};
use crate::hint::{Hint, Outcome};
use crate::library::SIZE_CLASS;

/// More questions than this are not put on one visit.
pub const QUESTIONS_MAX: usize = 5;

/// A policy without a figure counts as this much, in 万元; no policy counts more than the cap, so that
/// one very large subsidy does not push every other question out.
const WORTH_UNKNOWN: Decimal = Decimal::from_parts(10, 0, 0, false, 0);
const WORTH_MAX: Decimal = Decimal::from_parts(100, 0, 0, false, 0);
const YUAN_PER_WAN: Decimal = Decimal::from_parts(10_000, 0, 0, false, 0);

/// One question to put, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The field the answer goes into.
    pub field: String,
    /// The question in words.
    pub ask: String,
    /// 1 ask, 2 look up in the accounts, 3 audit.
    pub cost: u8,
    /// The field's name on screen.
    pub label: String,
    /// What kind of answer it takes.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// The possible answers of an enum.
    pub values: Vec<String>,
    /// Unit of the answer.
    pub unit: Option<String>,
    /// The policies whose outcome the answer could change.
    pub settles: Vec<String>,
    /// Of those, the policies that wait for this answer only.
    pub settles_alone: Vec<String>,
    /// Chinese: why it is asked.
    pub reason: String,
}

/// Ranks the missing fields: Σ over open policies of worth ÷ open fields, divided by 1 + cost.
/// Public fields (cost 0) are looked up, never asked. Ties go to the cheaper field, then to the
/// library's order.
pub(crate) fn rank(fields: &[Field], hints: &[Hint]) -> Vec<Question> {
    let mut ranked: Vec<(Decimal, Question)> = Vec::new();
    for field in fields.iter().filter(|field| field.cost > 0) {
        let open: Vec<&Hint> = hints
            .iter()
            .filter(|hint| {
                hint.outcome != Outcome::NotApplicable
                    && open_fields(hint).contains(&field.name.as_str())
            })
            .collect();
        if open.is_empty() {
            continue;
        }
        let worth = open
            .iter()
            .map(|hint| share(hint))
            .fold(Decimal::ZERO, Decimal::saturating_add);
        let score = worth
            .checked_div(Decimal::from(u32::from(field.cost) + 1))
            .unwrap_or_default();
        ranked.push((score, question(field, &open)));
    }
    ranked.sort_by(|(a, first), (b, second)| b.cmp(a).then(first.cost.cmp(&second.cost)));
    ranked
        .into_iter()
        .map(|(_, question)| question)
        .take(QUESTIONS_MAX)
        .collect()
}

/// What would have to be learnt: the missing fields, and in place of 划型 the figures it follows from.
fn open_fields(hint: &Hint) -> Vec<&str> {
    let follows = |field: &&str| *field == SIZE_CLASS && !hint.missing_for_size.is_empty();
    let missing = hint.missing.iter().map(String::as_str);
    let mut open: Vec<&str> = missing.filter(|field| !follows(field)).collect();
    for field in &hint.missing_for_size {
        if !open.contains(&field.as_str()) {
            open.push(field);
        }
    }
    open
}

fn share(hint: &Hint) -> Decimal {
    let figure = hint.amount.or(hint.amount_max).or(hint.amount_min);
    let in_yuan = hint
        .amount_unit
        .as_ref()
        .is_some_and(|unit| unit.starts_with('元'));
    let in_wan = |amount: Decimal| {
        if in_yuan {
            amount.checked_div(YUAN_PER_WAN).unwrap_or_default()
        } else {
            amount
        }
    };
    let worth = figure
        .map_or(WORTH_UNKNOWN, in_wan)
        .clamp(Decimal::ONE, WORTH_MAX);
    let open = u32::try_from(open_fields(hint).len())
        .unwrap_or(u32::MAX)
        .max(1);
    worth.checked_div(Decimal::from(open)).unwrap_or_default()
}

fn question(field: &Field, open: &[&Hint]) -> Question {
    let ids = |hints: &mut dyn Iterator<Item = &&Hint>| hints.map(|hint| hint.id.clone()).collect();
    let alone: Vec<&&Hint> = open
        .iter()
        .filter(|hint| open_fields(hint).len() == 1)
        .collect();
    let titles: Vec<&str> = open
        .iter()
        .take(2)
        .map(|hint| hint.title.as_str())
        .collect();
    let more = if open.len() > titles.len() { "等" } else { "" };
    let mut reason = format!(
        "问这个是因为可判 {} 项：{}{more}",
        open.len(),
        titles.join("、")
    );
    if !alone.is_empty() && open.len() > 1 {
        reason.push_str(&format!("，其中 {} 项只差这一问", alone.len()));
    }
    Question {
        field: field.name.clone(),
        ask: field.question().to_owned(),
        cost: field.cost,
        label: field.label.clone(),
        kind: field.kind,
        values: field.values.clone(),
        unit: field.unit.clone(),
        settles: ids(&mut open.iter()),
        settles_alone: ids(&mut alone.into_iter()),
        reason,
    }
}
