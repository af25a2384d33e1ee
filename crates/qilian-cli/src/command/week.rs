//! `week preview` and `week submit`.

use qilian_app::contract::{WeekArgs, WeekPackageView, WeekPreviewArgs};
use qilian_app::{Laptop, Week};

use crate::output::{Answer, Failure, to_json};

/// What the package holds.
pub(crate) fn preview(laptop: &Laptop, week: Week) -> Result<Answer, Failure> {
    answer(&laptop.week_preview(&WeekPreviewArgs {
        week: Some(week.to_string()),
    })?)
}

/// Seals the package; it goes out with the next sync.
pub(crate) fn submit(laptop: &Laptop, week: Week) -> Result<Answer, Failure> {
    answer(&laptop.week_submit(&WeekArgs {
        week: week.to_string(),
    })?)
}

fn answer(package: &WeekPackageView) -> Result<Answer, Failure> {
    let required = package
        .required
        .map_or_else(|| "未知（缺日历）".to_owned(), |n| n.to_string());
    let mut lines = vec![format!(
        "{}（{} 至 {}）：任务 {required}，计入 {}",
        package.week, package.from, package.to, package.counted
    )];
    for visit in &package.visits {
        let late = if visit.late_entry { "（补录）" } else { "" };
        let counted = if visit.counted { "" } else { "（不计入）" };
        lines.push(format!("  {} {}{late}{counted}", visit.on, visit.name));
    }
    lines.push(match (&package.submitted_at, &package.receipt) {
        (_, Some(receipt)) => format!(
            "已送达，回执 {}，{}，校验 {}",
            receipt.no, receipt.received_at, receipt.checksum
        ),
        (Some(at), None) => format!("已封存（{at}），联网后自动送出。"),
        (None, None) => "尚未上报。".to_owned(),
    });
    if package.supplement > 0 {
        lines.push(format!(
            "上报后又有 {} 次走访，将作补充上报。",
            package.supplement
        ));
    }
    Ok(Answer {
        json: to_json(package)?,
        text: lines.join("\n"),
    })
}
