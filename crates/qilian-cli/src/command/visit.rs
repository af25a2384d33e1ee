//! `visit record`.

use qilian_app::Laptop;
use qilian_app::contract::{Answer as FactAnswer, DraftPromise, VisitDraft, VisitRecorded};
use serde::Serialize;
use serde_json::Value;

use super::quota;
use crate::args::VisitArgs;
use crate::output::{Answer, Failure, to_json};

/// Records a visit with all that came of it.
pub(crate) fn record(laptop: &Laptop, args: &VisitArgs) -> Result<Answer, Failure> {
    let draft = VisitDraft {
        draft_id: laptop.new_id().to_string(),
        uscc: args.enterprise.clone(),
        on: args.on,
        mode: args.mode.into(),
        with: args.with.clone(),
        met: args.met.clone(),
        note: args.note.clone(),
        facts: args
            .fact
            .iter()
            .map(|(field, value)| FactAnswer {
                field: field.clone(),
                value: value.clone(),
            })
            .collect(),
        demands: args.demand.clone(),
        promises: args
            .promise
            .iter()
            .map(|(due_on, text)| DraftPromise {
                text: text.clone(),
                due_on: *due_on,
            })
            .collect(),
        kept: Vec::new(),
        for_demands: args.for_demand.clone(),
        library_version: None,
        saved_at: None,
    };
    let recorded = laptop.visit_record_as_of(&draft, args.as_of)?;
    let (week, quarter) = laptop.quota(Some(draft.on))?;
    Ok(Answer {
        json: to_json(&Recorded {
            visit: &recorded,
            quota: quota::document(&week, &quarter)?,
        })?,
        text: in_words(&recorded),
    })
}

/// What came of it, and how week and quarter stand now.
#[derive(Serialize)]
struct Recorded<'a> {
    #[serde(flatten)]
    visit: &'a VisitRecorded,
    quota: Value,
}

fn in_words(recorded: &VisitRecorded) -> String {
    let mut lines = vec!["走访已记下，联网后自动上传。".to_owned()];
    if recorded.late_entry {
        lines.push("按补录计。".to_owned());
    }
    if !recorded.counted {
        lines.push("那天这家企业不由您挂点，不计入走访任务。".to_owned());
    }
    let week = &recorded.week;
    lines.push(match week.required {
        Some(required) => format!("{}：已走访 {}，任务 {required}。", week.week, week.counted),
        None => format!("{}：已走访 {}，缺日历，任务未知。", week.week, week.counted),
    });
    lines.join("\n")
}
