//! `outbox`, `export` and `rejected`.

use std::path::Path;

use qilian_app::Laptop;
use qilian_app::contract::IdArgs;
use serde_json::json;

use crate::args::RejectedArgs;
use crate::output::{Answer, Failure, to_json};
use crate::words;

/// What waits.
pub(crate) fn outbox(laptop: &Laptop) -> Result<Answer, Failure> {
    let waiting = laptop.outbox_lines()?;
    let mut lines: Vec<String> = waiting
        .iter()
        .map(|item| {
            let what = item.about.as_ref().map_or_else(String::new, |about| {
                [&about.name, &about.title]
                    .into_iter()
                    .flatten()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join("，")
            });
            let delivered = if item.delivered {
                "（已送达，待确认）"
            } else {
                ""
            };
            format!("{}  {}  {what}{delivered}", item.since, item.command)
        })
        .collect();
    if lines.is_empty() {
        lines.push("没有待上传的内容。".to_owned());
    }
    Ok(Answer {
        json: to_json(&waiting)?,
        text: lines.join("\n"),
    })
}

/// What waits, for an administrator.
pub(crate) fn export(laptop: &Laptop, folder: &Path) -> Result<Answer, Failure> {
    let export = laptop.export_unsent(folder)?;
    Ok(Answer {
        text: format!(
            "已导出到 {}：{} 条记录、{} 个附件没有上传。请交给区里的系统管理员；别人打不开它。本机上的还在。",
            export.path, export.unsent, export.files
        ),
        json: to_json(&export)?,
    })
}

/// What came back, or what its author does about it.
pub(crate) fn rejected(laptop: &Laptop, args: &RejectedArgs) -> Result<Answer, Failure> {
    if let Some(id) = &args.resubmit {
        laptop.rejected_resubmit(&IdArgs { id: id.clone() })?;
        return Ok(Answer {
            json: json!({ "id": id, "handled": "resubmitted" }),
            text: "已重新提交，联网后送出。".to_owned(),
        });
    }
    if let Some(id) = &args.note {
        laptop.rejected_note(&IdArgs { id: id.clone() })?;
        return Ok(Answer {
            json: json!({ "id": id, "handled": "noted" }),
            text: "已转成企业的备注，联网后送出。".to_owned(),
        });
    }
    if let Some(id) = &args.discard {
        laptop.rejected_discard(&IdArgs { id: id.clone() })?;
        return Ok(Answer {
            json: json!({ "id": id, "handled": "discarded" }),
            text: "已放弃，不再提交。".to_owned(),
        });
    }
    let rejected = laptop.rejected()?;
    let mut lines: Vec<String> = rejected
        .iter()
        .map(|item| {
            let name = item.name.as_deref().unwrap_or_default();
            let why = words::message(&item.code, &item.details);
            format!("{}  {name}  {}\n  {why}", item.id, item.rejected_at)
        })
        .collect();
    if lines.is_empty() {
        lines.push("没有被退回的内容。".to_owned());
    }
    let mut json = to_json(&rejected)?;
    for (item, told) in json.as_array_mut().into_iter().flatten().zip(&rejected) {
        let message = words::message(&told.code, &told.details);
        if let Some(keys) = item.as_object_mut() {
            keys.insert("message".to_owned(), message.into());
        }
    }
    Ok(Answer {
        json,
        text: lines.join("\n"),
    })
}
