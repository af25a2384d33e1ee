//! `attach`, `attachments` and sending what is owed.

use std::path::Path;

use qilian_app::Laptop;
use qilian_app::contract::{AttachmentArgs, AttachmentState, AttachmentView, AttachmentsArgs};
use serde_json::{Value, json};

use crate::output::{Answer, Failure};

/// Adds a file to a visit.
pub(crate) fn attach(laptop: &Laptop, visit: &str, file: &Path) -> Result<Answer, Failure> {
    // Fails for a visit that is not here, before anything is read.
    laptop.visit_known(visit)?;
    let view = laptop.attach_file(visit, file)?;
    Ok(Answer {
        json: document(laptop, &view)?,
        text: format!("附件“{}”已存进本机，联网后随 qilian sync 上传。", view.name),
    })
}

/// The files of a visit.
pub(crate) fn list(laptop: &Laptop, visit: &str) -> Result<Answer, Failure> {
    laptop.visit_known(visit)?;
    let views = laptop.attachments(&AttachmentsArgs {
        visit_id: visit.to_owned(),
    })?;
    let lines = views.iter().map(|view| {
        let state = match &view.state {
            AttachmentState::Stored => "已在区里".to_owned(),
            AttachmentState::Held | AttachmentState::Waiting { .. } => "待上传".to_owned(),
            AttachmentState::Elsewhere => "还在同事的电脑上".to_owned(),
            AttachmentState::Trouble { code } => format!("传不了（{code}）"),
        };
        format!(
            "{}  {}  {} 字节  {state}",
            view.attachment_id, view.name, view.size_bytes
        )
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let documents: Result<Vec<_>, _> = views.iter().map(|view| document(laptop, view)).collect();
    Ok(Answer {
        json: Value::Array(documents?),
        text: if views.is_empty() {
            "没有附件。".to_owned()
        } else {
            text
        },
    })
}

/// Writes a copy of a file into a folder.
pub(crate) fn save(laptop: &Laptop, attachment: &str, folder: &Path) -> Result<Answer, Failure> {
    let args = AttachmentArgs {
        attachment_id: attachment.to_owned(),
    };
    let saved = laptop.attachment_save(&args, folder)?;
    Ok(Answer {
        json: json!({ "path": saved.path }),
        text: format!("已存到 {}。这份没有加密。", saved.path),
    })
}

fn document(laptop: &Laptop, view: &AttachmentView) -> Result<Value, Failure> {
    Ok(json!({
        "attachment_id": view.attachment_id,
        "name": view.name,
        "mime": view.mime,
        "size_bytes": view.size_bytes,
        "sha256": laptop.attachment_sha256(&view.attachment_id)?,
        "here": view.here,
        "stored": view.state == AttachmentState::Stored,
    }))
}
