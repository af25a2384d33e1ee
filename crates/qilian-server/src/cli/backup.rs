//! `backup` and `restore`: the district's database as one file.

use std::fs;
use std::path::Path;

use qilian_domain::ids::{DistrictId, Epoch, UserId};
use serde_json::json;

use super::answer::{Answer, Failure};
use super::files;
use super::place::{Place, open_file};
use crate::files::{BlobFault, Folder};
use crate::replay::Replayed;
use crate::restore::{self, RestoreFault};
use crate::secret::fresh_id;
use crate::storage::{Storage as _, StorageError};

/// Copies the database into a file. A copy that was cut short is not left under the file's name.
///
/// The database comes first: files are kept for 30 days after nobody needs them, so those that it names are
/// there when they are copied.
pub(super) fn back_up(place: &Place, file: &Path, files: Option<&Path>) -> Result<Answer, Failure> {
    let storage = open_file(place.file()?)?;
    let district = storage.districts()?.into_iter().next();
    let district = district.ok_or(StorageError::DistrictMissing)?.id;
    let shown = file.display().to_string();
    let unwritable = |e: std::io::Error| {
        let message = format!("写不了备份文件 {shown}：{e}。请检查路径、权限和剩余空间。");
        Failure::new("file_unwritable", message).with(json!({ "file": shown }))
    };
    if file.exists() {
        let message = format!("{shown} 已经存在，没有覆盖它。请换一个文件名。");
        return Err(Failure::new("file_exists", message).with(json!({ "file": shown })));
    }
    let part = file.with_added_extension("part");
    match fs::remove_file(&part) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(unwritable(e)),
        _ => {}
    }
    if let Err(error) = storage.back_up(&part) {
        if let Err(e) = fs::remove_file(&part) {
            tracing::debug!(error = %e, "no part of the backup to remove");
        }
        return Err(error.into());
    }
    fs::rename(&part, file).map_err(unwritable)?;
    let bytes = fs::metadata(file).map_err(unwritable)?.len();
    let copied = match files {
        Some(folder) => Some(files::copy(
            place.blobs(&district)?.as_ref(),
            &Folder::at(folder.to_owned()),
            folder,
        )?),
        None => None,
    };
    let files_text = copied.map_or_else(String::new, |copied| files::copied_text(&copied));
    Ok(Answer {
        text: format!(
            "已备份到 {shown}（{} KiB）。{files_text}请把它放到另一台机器上。",
            bytes / 1024
        ),
        document: json!({
            "file": shown,
            "bytes": bytes,
            "files": copied.map(|copied| files::copied_document(&copied)),
        }),
    })
}

/// Puts a backup in the place of the database.
pub(super) fn restore(place: &Place, file: &Path, files: Option<&Path>) -> Result<Answer, Failure> {
    let now = place.clock.now();
    let epoch = Epoch::new(fresh_id(&mut rand::rng(), now));
    let data = place.file()?;
    let mut copied = None;
    let mut there = |district: &DistrictId| {
        let blobs = place
            .blobs(district)
            .map_err(|e| BlobFault::Failed(e.to_string()))?;
        if let Some(folder) = files {
            let from = Folder::at(folder.to_owned());
            copied = Some(files::copy(&from, blobs.as_ref(), data)?);
        }
        files::all(blobs.as_ref())
    };
    let done = restore::restore(data, file, epoch, now, &mut there).map_err(fault)?;
    tell_unreadable(done.unreadable);
    let replayed = done.replayed;
    let before = done.before.map(|path| path.display().to_string());
    let kept = before
        .as_ref()
        .map_or_else(String::new, |path| format!("原来的数据库留在 {path}。"));
    Ok(Answer {
        text: format!(
            "“{}”已从备份恢复，补回 {} 台备份之后登记的电脑。{kept}{}\n现在可以启动服务：各台电脑下次同步时会把备份里没有的内容再送一遍。",
            done.district.name,
            replayed.enlisted,
            replayed_text(&replayed)
        ),
        document: json!({
            "district": done.district.name,
            "epoch": epoch,
            "enlisted": replayed.enlisted,
            "services": replayed.services,
            "users_missing": replayed.users_missing,
            "journal_unreadable": done.unreadable,
            "before": before,
            "files_found": replayed.files_found,
            "files_missing": replayed.files_missing,
            "files": copied.map(|copied| files::copied_document(&copied)),
        }),
    })
}

/// Says that lines of the journals could not be read, if there are any.
pub(super) fn tell_unreadable(lines: u32) {
    if lines > 0 {
        eprintln!(
            "journal.jsonl 里有 {lines} 行读不懂，已跳过：那时登记的电脑可能要重新登记，停用的电脑、离岗的人请用 device list、user list 核对。"
        );
    }
}

/// What the journals knew beside laptops, for people.
pub(super) fn replayed_text(replayed: &Replayed) -> String {
    let mut text = String::new();
    if replayed.services > 0 {
        let n = replayed.services;
        text += &format!("{n} 个人离岗或返岗是在那之后办的，已照办。");
    }
    if !replayed.users_missing.is_empty() {
        let ids: Vec<&str> = (replayed.users_missing.iter())
            .map(UserId::as_str)
            .collect();
        let ids = ids.join("、");
        text += &format!("{ids} 在那之后离岗，但名单里没有：导入名单以后请再办一次 user leave。");
    }
    match (replayed.files_found, replayed.files_missing) {
        (0, 0) => {}
        (found, missing) => {
            text += &format!(
                "附件：补回 {found} 个在那之后存好的；{missing} 个找不到，还有它们的电脑会再送一次。"
            );
        }
    }
    text
}

fn fault(fault: RestoreFault) -> Failure {
    match fault {
        RestoreFault::InUse => Failure::new(
            "data_in_use",
            "有程序正在用这个数据目录（如 serve 或 import），没有恢复。请先停止它。",
        ),
        RestoreFault::File(path, error) => {
            let path = path.display().to_string();
            let message = format!("读写 {path} 时出错：{error}。没有恢复，原来的数据没有改动。");
            Failure::new("file_unreadable", message).with(json!({ "file": path }))
        }
        RestoreFault::Backup(error) => error.into(),
        RestoreFault::Blobs(error) => error.into(),
    }
}
