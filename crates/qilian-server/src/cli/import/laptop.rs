//! `import laptop`: what a stopped laptop handed over. The server may be running.

use std::path::Path;

use qilian_domain::ids::UserId;
use qilian_sync::export::ExportFault;
use serde_json::json;

use super::files::unreadable;
use crate::cli::answer::{Answer, Failure};
use crate::cli::files;
use crate::cli::place::{self, Place};
use crate::routes::{BroughtIn, NotBroughtIn, Server};

/// Brings an export in; `user` is whose laptop made it, should the district not know it.
pub(super) fn import_laptop(
    place: &Place,
    file: &Path,
    user: Option<&str>,
) -> Result<Answer, Failure> {
    let data = place.data()?;
    let here = place.open()?;
    let journal = place::journal(data).map_err(|e| place::journal_unwritable(&e))?;
    let files = files::open(place, data, here.id())?;
    let server = Server::with_files(here.storage, here.district.id, place.clock, journal, files);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| unreadable(file, &e))?;
    let brought = runtime.block_on(server.bring_in(file.to_owned(), user.map(UserId::new)));
    brought
        .map(|brought| answer(&brought))
        .map_err(|e| failure(file, &e))
}

fn answer(brought: &BroughtIn) -> Answer {
    let BroughtIn {
        user,
        laptop,
        applied,
        rejected,
        aside,
        files,
        files_left,
    } = brought;
    let mut text = format!("{user} 的“{laptop}”：{applied} 条已办，{files} 个附件已存好。");
    if *rejected > 0 {
        text += &format!("{rejected} 条办不了，写的人在同步中心能看到原因。");
    }
    if *aside > 0 {
        text += &format!("{aside} 条先放着，请在窗口的“管理”里看过再放行。");
    }
    if *files_left > 0 {
        text += &format!("{files_left} 个附件所属的走访还没有办成；办成以后把这个文件再导入一次。");
    }
    Answer {
        text,
        document: json!({
            "user": user,
            "laptop": laptop,
            "applied": applied,
            "rejected": rejected,
            "aside": aside,
            "files": files,
            "files_left": files_left,
        }),
    }
}

fn failure(file: &Path, why: &NotBroughtIn) -> Failure {
    let name = file.display();
    let (code, message) = match why {
        NotBroughtIn::File(ExportFault::Io(error)) => return unreadable(file, error),
        NotBroughtIn::File(ExportFault::NotAnExport) => (
            "not_an_export",
            format!("{name} 不是笔记本导出的文件，或出自更新的版本。没有改动。"),
        ),
        NotBroughtIn::File(ExportFault::Damaged) => (
            "export_sealed_for_another",
            format!("打不开 {name}：它是给别的区的，或已损坏。请从那台笔记本再导出一次。"),
        ),
        NotBroughtIn::File(ExportFault::CutOff) => (
            "export_cut_off",
            format!(
                "{name} 不完整，后半截没有了：可能没有拷完。请重新拷贝后再导入；已办的不会重复。"
            ),
        ),
        NotBroughtIn::File(ExportFault::Unreadable(_)) => (
            "export_unreadable",
            format!("读不懂 {name}。请从那台笔记本再导出一次；已办的不会重复。"),
        ),
        NotBroughtIn::LaptopUnknown => (
            "device_unknown",
            format!(
                "区里不认得导出 {name} 的笔记本。没有改动。服务器重建过的，先核对是谁交来的，再加 --user 编号 导入。"
            ),
        ),
        NotBroughtIn::LaptopOf(user) => (
            "device_of_another",
            format!(
                "导出 {name} 的笔记本是 {user} 的，和 --user 写的不是同一个人。没有改动。请核对编号。"
            ),
        ),
        NotBroughtIn::UserUnknown(user) => (
            "user_unknown",
            format!("没有编号为 {user} 的用户。没有改动。请核对编号，或先导入分配表、用户表。"),
        ),
        NotBroughtIn::Failed(_) => (
            "import_failed",
            format!("没有办完 {name}。请稍后再导入一次；已办的不会重复。"),
        ),
    };
    Failure::new(code, message).with(json!({ "file": name.to_string(), "cause": why.to_string() }))
}
