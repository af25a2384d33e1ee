//! `cargo xtask`: chores of the workspace that a shell script would get wrong. `tidy` checks what compilers do not,
//! `codegen` writes the page's types and the page of commands and rows anew, `breaks` shows that the checks of the sync can fail.

mod breaks;
mod codegen;
mod tidy;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("xtask lies in the workspace")?;
    let chore = std::env::args().nth(1).unwrap_or_default();
    match chore.as_str() {
        "breaks" => breaks::run(root, std::env::args().nth(2).as_deref()),
        "codegen" => codegen::run(root),
        "tidy" => tidy::run(root),
        other => bail!("unknown chore {other:?}; there are: breaks, codegen, tidy"),
    }
}
