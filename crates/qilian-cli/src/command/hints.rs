//! `hints`, and the words that `policy eval` shares with it.

use chrono::NaiveDate;
use qilian_app::{Laptop, RawHints};

use crate::output::{Answer, Failure, to_json};

/// Hints and questions for one enterprise.
pub(crate) fn hints(laptop: &Laptop, uscc: &str, on: Option<NaiveDate>) -> Result<Answer, Failure> {
    answer(&laptop.raw_hints(uscc, on)?)
}

/// Hints in both forms.
pub(crate) fn answer(hints: &RawHints) -> Result<Answer, Failure> {
    let mut lines = Vec::new();
    for hint in &hints.policies {
        let mut line = format!("[{}] {}", hint.outcome.zh(), hint.title);
        if let Some(amount) = hint.amount {
            let unit = hint.amount_unit.as_deref().unwrap_or("万元");
            line.push_str(&format!("，{} {unit}（估算）", amount.normalize()));
        }
        if !hint.missing.is_empty() {
            line.push_str(&format!("，缺：{}", hint.missing.join("、")));
        }
        lines.push(line);
    }
    if !hints.questions.is_empty() {
        lines.push("走访时可以问：".to_owned());
    }
    for question in &hints.questions {
        lines.push(format!("  {}（{}）", question.ask, question.reason));
    }
    if lines.is_empty() {
        lines.push("政策库里没有可判断的政策。".to_owned());
    }
    Ok(Answer {
        json: to_json(hints)?,
        text: lines.join("\n"),
    })
}
