//! `policy check` and `policy eval`: no store needed.

use std::path::PathBuf;

use qilian_app::storeless::{self, Asked, PolicyCheck, read_files};
use qilian_app::{AppError, Purpose};
use serde_json::Value;

use super::hints;
use crate::args::{self, EvalArgs};
use crate::output::{Answer, Failure, to_json};

/// Validates files and works their examples.
pub(crate) fn check(files: &[PathBuf]) -> Result<Answer, Failure> {
    let check = storeless::policy_check(&read_files(files)?);
    let json = to_json(&check)?;
    let text = in_words(&check);
    if check.ok {
        return Ok(Answer { json, text });
    }
    Err(Failure::With {
        error: AppError::PolicyRefused(check.errors),
        document: json,
        text,
    })
}

fn in_words(check: &PolicyCheck) -> String {
    let mut lines: Vec<String> = check.errors.iter().map(ToString::to_string).collect();
    for file in &check.files {
        lines.push(format!(
            "{}：政策 {}，字段 {}，例子 {} 个全部相符",
            file.file, file.policies, file.fields, file.examples
        ));
        for warning in &file.warnings {
            lines.push(format!("  第 {} 行：{}", warning.line, warning.message));
        }
    }
    if !check.ok {
        lines.push("文件没有被采用，请改正后再检查。".to_owned());
    }
    lines.join("\n")
}

/// Evaluates files for given facts.
pub(crate) fn eval(args: &EvalArgs) -> Result<Answer, Failure> {
    let unreadable = |why: String| AppError::FileUnreadable {
        file: args.facts.display().to_string(),
        why,
    };
    let facts = std::fs::read(&args.facts).map_err(|e| unreadable(e.to_string()))?;
    let facts: Value = serde_json::from_slice(&facts).map_err(|e| unreadable(e.to_string()))?;
    let asked = Asked {
        on: args.on,
        purpose: match args.purpose {
            args::Purpose::New => Purpose::New,
            args::Purpose::Review => Purpose::Review,
        },
        with_unchecked: args.unchecked,
    };
    let evaluated = storeless::policy_eval(&read_files(&args.library)?, &facts, asked)?;
    hints::answer(&evaluated)
}
