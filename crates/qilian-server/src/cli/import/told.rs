//! Owns what an import tells people: how many, which rows not and why, what to do.

use std::path::Path;

use qilian_domain::calendar::{BadCalendar, CalendarFault};
use qilian_policy::FileError;
use serde_json::json;

use crate::cli::answer::{Answer, Failure};
use crate::district::{CalendarProblem, Tally};
use crate::import::{Rejected, UsersFault, Warned};

/// The answer of an import of enterprises.
pub(super) fn enterprises(
    accepted: u32,
    rejected: &[Rejected],
    warned: &[Warned],
    tally: Tally,
) -> Answer {
    for row in rejected {
        eprintln!("{}", row.message);
    }
    let mut text = format!(
        "接受 {accepted} 行：新增企业 {}，更新 {}，未变 {}。",
        tally.created, tally.updated, tally.unchanged
    );
    if !rejected.is_empty() {
        text.push_str(&format!(
            "未接受 {} 行，已逐行说明；这些行没有改动任何数据。",
            rejected.len()
        ));
    }
    if !warned.is_empty() {
        text.push_str(&format!("另有 {} 处提醒。", warned.len()));
    }
    Answer {
        text,
        document: json!({
            "accepted": accepted,
            "rejected": rejected,
            "warned": warned,
            "created": tally.created,
            "updated": tally.updated,
            "unchanged": tally.unchanged,
        }),
    }
}

/// A policy library that is refused whole.
pub(super) fn policy_faults(faults: &[FileError]) -> Failure {
    let mut message = format!(
        "政策文件有 {} 处错误，一条也没有导入，原有政策库不变：",
        faults.len()
    );
    for fault in faults {
        let policy = fault.policy.as_deref().map(|id| format!("（{id}）"));
        message.push_str(&format!(
            "\n{}:{}{} {}",
            fault.file,
            fault.line,
            policy.unwrap_or_default(),
            fault.message
        ));
    }
    Failure::new("policies_invalid", message).with(json!({ "errors": faults }))
}

/// A calendar that is refused.
pub(super) fn calendar_fault(file: &Path, problem: &CalendarProblem) -> Failure {
    let mut message = format!("{} 不能作为日历导入，什么也没有改动：", file.display());
    let what = match problem {
        CalendarProblem::NotYaml(why) => format!("不是一份 YAML 文档（{why}）"),
        CalendarProblem::Bad(BadCalendar::Unreadable(why)) => {
            format!("应为 year、off、work、source 四项（{why}）")
        }
        CalendarProblem::Bad(BadCalendar::Faulty { year, fault }) => {
            format!("{year} 年的安排有误：{}", calendar_words(*fault))
        }
    };
    message.push_str(&what);
    message.push_str("。请对照国务院办公厅通知改正后再导入。");
    Failure::new("calendar_invalid", message).with(json!({ "cause": problem.to_string() }))
}

fn calendar_words(fault: CalendarFault) -> String {
    match fault {
        CalendarFault::OutsideYear(day) => format!("{day} 不在这一年"),
        CalendarFault::OffAndWork(day) => format!("{day} 既放假又上班"),
        CalendarFault::WorkOnWeekday(day) => format!("{day} 本来就是工作日，不必列为调休上班"),
        CalendarFault::Duplicate(day) => format!("{day} 重复列出"),
        CalendarFault::NothingOff => "没有一个放假的日子".to_owned(),
    }
}

/// Why a list of users was refused, with every line that is wrong.
pub(super) fn users_fault(fault: &UsersFault) -> Failure {
    let failure = Failure::new(fault.code(), fault.to_string());
    let UsersFault::Invalid(problems) = fault else {
        return failure;
    };
    let rejected: Vec<_> = problems
        .iter()
        .map(|p| json!({ "row": p.line, "column": p.column, "value": p.value, "message": p.message }))
        .collect();
    failure.with(json!({ "rejected": rejected }))
}
