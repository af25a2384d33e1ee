//! Owns finding and reading the files that an import names.

use std::path::{Path, PathBuf};
use std::{fs, io};

use qilian_domain::rows::PolicyFile;
use serde_json::json;

use crate::cli::answer::Failure;

/// Policy files are text; one of this size is none.
const TEXT_BYTES: u64 = 16 * 1024 * 1024;

/// A file that can't be read.
pub(super) fn unreadable(file: &Path, error: &io::Error) -> Failure {
    let shown = file.display();
    let message = format!("读不到 {shown}：{error}。请检查路径和权限。");
    Failure::new("file_unreadable", message).with(json!({ "file": shown.to_string() }))
}

/// A text file.
pub(super) fn read_text(file: &Path) -> Result<String, Failure> {
    let shown = file.display();
    let size = fs::metadata(file).map_err(|e| unreadable(file, &e))?.len();
    if size > TEXT_BYTES {
        let message = format!("{shown} 太大（上限 16 MiB）。请检查是否选错了文件。");
        return Err(Failure::new("file_too_large", message));
    }
    let bytes = fs::read(file).map_err(|e| unreadable(file, &e))?;
    String::from_utf8(bytes).map_err(|_| {
        let message = format!("{shown} 不是 UTF-8 文本。请另存为 UTF-8 后再导入。");
        Failure::new("file_encoding", message)
    })
}

/// The policy files at a path: the file itself, or all of a directory, by name.
pub(super) fn policy_files(path: &Path) -> Result<Vec<PolicyFile>, Failure> {
    let mut files: Vec<PathBuf> = if path.is_dir() {
        let entries = fs::read_dir(path).map_err(|e| unreadable(path, &e))?;
        let paths = entries.map(|entry| entry.map(|e| e.path()));
        let paths = paths.collect::<Result<Vec<_>, _>>();
        let mut paths = paths.map_err(|e| unreadable(path, &e))?;
        paths.retain(|p| p.extension().is_some_and(|e| e == "yaml" || e == "yml"));
        paths
    } else {
        vec![path.to_owned()]
    };
    if files.is_empty() {
        let message = format!("{} 里没有 .yaml 文件。请检查目录。", path.display());
        return Err(Failure::new("policies_missing", message));
    }
    files.sort();
    files
        .iter()
        .map(|file| {
            let name = file.file_name().unwrap_or(file.as_os_str());
            Ok(PolicyFile {
                name: name.to_string_lossy().into_owned(),
                text: read_text(file)?,
            })
        })
        .collect()
}
