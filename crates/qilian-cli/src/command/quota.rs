//! `quota` and `plan`.

use chrono::NaiveDate;
use qilian_app::Laptop;
use serde::Serialize;
use serde_json::{Value, json};

use crate::output::{Answer, Failure, to_json};

/// How week and quarter stand.
pub(crate) fn quota(laptop: &Laptop, on: Option<NaiveDate>) -> Result<Answer, Failure> {
    let (week, quarter) = laptop.quota(on)?;
    let figure = |figure: Option<u32>| figure.map_or_else(|| "未知".to_owned(), |n| n.to_string());
    let mut lines = vec![
        format!(
            "{}：工作日 {}，任务 {}，已走访 {}",
            week.week,
            figure(week.workdays),
            figure(week.required),
            week.counted
        ),
        format!(
            "{}：挂点 {}，已覆盖 {}，还剩 {} 家；剩余 {} 周，每周需 {} 家",
            quarter.quarter,
            quarter.assigned,
            quarter.covered,
            quarter.remaining.len(),
            figure(quarter.weeks_left),
            figure(quarter.pace_needed)
        ),
    ];
    if week.required.is_none() {
        lines.push("这一周跨到没有节假日安排的年份，任务不能推算。".to_owned());
    }
    Ok(Answer {
        json: document(&week, &quarter)?,
        text: lines.join("\n"),
    })
}

/// The document of `quota`, which `visit record` has too.
pub(crate) fn document(week: &impl Serialize, quarter: &impl Serialize) -> Result<Value, Failure> {
    Ok(json!({ "week": to_json(week)?, "quarter": to_json(quarter)? }))
}

/// Whom to visit, best first.
pub(crate) fn plan(laptop: &Laptop, on: Option<NaiveDate>) -> Result<Answer, Failure> {
    let on = on.unwrap_or_else(|| laptop.today_date());
    let plan = laptop.plan_on(on)?;
    let mut lines = vec![format!("本周还需走访 {} 家：", plan.needed.visits())];
    for planned in &plan.visits {
        let mark = if planned.needed { "*" } else { " " };
        let reasons: Vec<String> = planned.reasons.iter().map(|reason| reason.text()).collect();
        lines.push(format!(
            "{mark} {}  {}  {}",
            planned.uscc,
            planned.name,
            reasons.join("；")
        ));
    }
    Ok(Answer {
        json: to_json(&plan.visits)?,
        text: lines.join("\n"),
    })
}
