//! Owns what leaves a command: one JSON document, or a line for people, and the exit status.

use std::io::Write as _;
use std::process::ExitCode;

use clap::error::ErrorKind;
use serde_json::{Value, json};

use crate::storage::StorageError;

/// The exit status of wrong usage.
const USAGE: u8 = 2;

/// What a command did.
#[derive(Debug)]
pub(super) struct Answer {
    /// For programs.
    pub(super) document: Value,
    /// For people.
    pub(super) text: String,
}

/// Why a command did not do it.
#[derive(Debug)]
pub(super) struct Failure {
    code: &'static str,
    message: String,
    details: Value,
}

impl Failure {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            details: json!({}),
        }
    }

    /// Adds the facts that belong to the code.
    pub(super) fn with(self, details: Value) -> Self {
        Self { details, ..self }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        let details = json!({ "cause": error.to_string() });
        let (code, message) = match error {
            StorageError::Busy(_) => (
                "busy",
                "数据库正被别的程序长时间占用或暂时无法写入，什么也没有改动。请稍后再试。",
            ),
            StorageError::DiskFull(_) => {
                ("disk_full", "磁盘已满，什么也没有改动。请腾出空间后再试。")
            }
            StorageError::Newer => (
                "store_newer",
                "数据由更新版本的 qilian-server 建立，本版本不能打开，也没有改动它。请升级程序。",
            ),
            StorageError::Corrupt(_) => (
                "store_corrupt",
                "数据库损坏或不是企联的数据库，没有改动它。请检查 --data 或 --database，或从备份恢复。",
            ),
            StorageError::Unreachable(_) => (
                "database_unreachable",
                "连不上 --database 写的数据库服务器。请检查主机和端口，以及 PostgreSQL 是否在运行。",
            ),
            StorageError::Forbidden(_) => (
                "database_forbidden",
                "数据库服务器拒绝了：用户名或密码不对，或这个用户没有所需的权限。请检查 --database 里的用户和密码。",
            ),
            StorageError::DatabaseMissing(_) => (
                "database_missing",
                "数据库服务器上没有 --database 写的这个数据库。请先由数据库管理员建立（UTF8 编码）。",
            ),
            StorageError::AddressUnreadable => (
                "database_address_unreadable",
                "--database 写的地址看不懂。请写成 postgres://用户:密码@主机:端口/数据库；密码里的特殊字符写成百分号编码，如 @ 写成 %40。",
            ),
            StorageError::DistrictExists => (
                "district_exists",
                "这里已经有一个区，没有改动它。要新建请换一个 --data 目录，或换一个 --database 数据库。",
            ),
            StorageError::DistrictMissing => (
                "district_missing",
                "这里还没有区。请先运行 qilian-server init --district 名称，--data、--database 写得和现在一样。",
            ),
            StorageError::Internal(_) => (
                "internal",
                "数据库出错，什么也没有改动。请把 details 里的原因交给维护人员。",
            ),
        };
        Self::new(code, message).with(details)
    }
}

/// Prints what came of a command; says the exit status.
pub(super) fn finish(done: Result<Option<Answer>, Failure>, json: bool) -> ExitCode {
    match done {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(answer)) => {
            let text = if json {
                answer.document.to_string()
            } else {
                answer.text
            };
            print(&text)
        }
        Err(failure) => {
            eprintln!("{}", failure.message);
            if json {
                let error = json!({ "error": {
                    "code": failure.code, "message": failure.message, "details": failure.details,
                } });
                print(&error.to_string());
            }
            ExitCode::from(1)
        }
    }
}

/// Tells what is wrong with the arguments, or what help was asked for; says the exit status.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return print(text.trim_end());
    }
    eprintln!("{}", text.trim_end());
    // The arguments could not be read, so `--json` is looked for as it stands.
    if std::env::args().any(|argument| argument == "--json") {
        let document =
            json!({ "error": { "code": "usage", "message": text.trim_end(), "details": {} } });
        print(&document.to_string());
    }
    ExitCode::from(USAGE)
}

/// Prints to standard output; whoever reads it may have gone away.
fn print(text: &str) -> ExitCode {
    match writeln!(std::io::stdout(), "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("无法写到标准输出：{error}");
            ExitCode::from(1)
        }
    }
}
