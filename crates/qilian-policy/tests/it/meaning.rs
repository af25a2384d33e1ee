//! What the format's sentences mean, one claim a test.

mod facts;
mod hints;
mod truth;

use chrono::NaiveDate;
use qilian_policy::{Facts, Hint, Library, NotApplicable, Outcome, Purpose, WindowState};
use serde_json::{Value, json};

use crate::shipped::day;

const FIELDS: &str = "
fields:
  people: {type: int, unit: 人, label: 人数, cost: 1}
  rate: {type: ratio, label: 比率, cost: 1}
  sales: {type: money, label: 收入, cost: 1}
  rd: {type: money, label: 研发, cost: 2}
  city: {type: text, label: 城市, cost: 0}
  code: {type: code, label: 行业, cost: 0}
  kind: {type: enum, values: [甲, 乙], label: 种类, cost: 1}
  founded: {type: date, label: 成立, cost: 0}
  listed: {type: bool, label: 上市, cost: 1}
  tags: {type: set of text, label: 标签, cost: 0}
policies:
";

fn load(policies: &str) -> Library {
    let loaded = Library::load(&[("f.yaml", format!("{FIELDS}{policies}"))]);
    loaded
        .map_err(|errors| format!("{errors:#?}"))
        .expect("sound")
        .0
}

fn leaf(id: &str, test: &str) -> String {
    format!("{{id: {id}, text: 条件, {test}}}")
}

fn with_condition(condition: &str, rest: &str) -> Library {
    load(&format!(
        "- id: p\n  title: 政策\n  condition: {condition}\n{rest}\n"
    ))
}

fn facts(library: &Library, facts: &Value) -> Facts {
    library.facts_from_json(facts).expect("facts fit")
}

fn hint_on(library: &Library, given: &Value, on: NaiveDate) -> Hint {
    library
        .hint("p", &facts(library, given), on, Purpose::New)
        .expect("p is there")
}

fn hint(library: &Library, given: &Value) -> Hint {
    hint_on(library, given, day("2026-11-21"))
}

/// The outcome of a condition for several facts.
fn outcomes(condition: &str, cases: &[(Value, Outcome)]) {
    let library = with_condition(condition, "");
    for (given, want) in cases {
        assert_eq!(
            hint(&library, given).outcome,
            *want,
            "{condition} for {given}"
        );
    }
}

use Outcome::{Likely, NeedsInfo, NeedsReview, NotApplicable as NotFor, Unlikely};
