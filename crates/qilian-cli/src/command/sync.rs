//! `sync` and `status`.

use qilian_app::{Laptop, StatusReport};

use crate::output::{Answer, Failure, to_json};
use crate::words;

/// Sends, then fetches; then sends the bytes of files, for which no record waited.
pub(crate) fn sync(laptop: &Laptop) -> Result<Answer, Failure> {
    let mut result = laptop.sync()?;
    let files = laptop.send_files();
    let status = laptop.status()?;
    result.fully_synced = status.fully_synced;
    let mut lines = vec![format!(
        "上传 {} 条（合并 {}，退回 {}），下载 {} 条。",
        result.pushed, result.merged, result.rejected, result.pulled
    )];
    if let Err(error) = &files {
        lines.push(words::message(error.code(), &error.details()));
    }
    if result.fully_synced {
        lines.push("已全部同步。".to_owned());
    }
    if result.pending > 0 || status.files.waiting > 0 {
        lines.push(format!(
            "还有 {} 条、{} 个附件待上传。",
            result.pending, status.files.waiting
        ));
    }
    lines.extend(unconfirmed(&status));
    if result.rejected > 0 {
        lines.push("被退回的内容用 qilian rejected 查看。".to_owned());
    }
    Ok(Answer {
        json: to_json(&result)?,
        text: lines.join("\n"),
    })
}

/// How the laptop stands, without a network.
pub(crate) fn status(laptop: &Laptop) -> Result<Answer, Failure> {
    let mut status = laptop.status()?;
    if let Some(error) = &mut status.last_error {
        error.message = Some(words::message(&error.code, &error.details));
    }
    let last = status
        .last_complete_sync
        .map_or_else(|| "还没有".to_owned(), |at| at.to_string());
    let mut lines = vec![
        format!(
            "用户：{}（{}），{}",
            status.user_name, status.user, status.district
        ),
        format!("服务器：{}", status.server),
        format!("上次完整同步：{last}"),
        format!("待上传：{}", status.pending),
        format!("被退回：{}", status.rejected),
    ];
    if let Some(oldest) = status.oldest_pending {
        lines.push(format!("最早一条待上传自：{oldest}"));
    }
    lines.extend(unconfirmed(&status));
    if let Some(until) = status.lease.until {
        lines.push(format!(
            "离线可用到：{until}（{} 天内要完整同步一次）",
            status.lease.days
        ));
    }
    if let Some(message) = status.last_error.as_ref().and_then(|e| e.message.as_ref()) {
        lines.push(format!("上次同步没有成功：{message}"));
    }
    if status.fully_synced {
        lines.push("已全部同步。".to_owned());
    }
    Ok(Answer {
        json: to_json(&status)?,
        text: lines.join("\n"),
    })
}

/// What keeps a laptop from being synced although nothing waits to be sent.
fn unconfirmed(status: &StatusReport) -> Vec<String> {
    let mut lines = Vec::new();
    if status.delivered > 0 {
        lines.push(format!("{} 条已送达，等更新确认。", status.delivered));
    }
    if status.unreadable > 0 {
        lines.push(format!(
            "有 {} 条本机版本读不懂，请升级。",
            status.unreadable
        ));
    }
    lines
}
