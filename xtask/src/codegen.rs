//! Writes `ui/src/api/generated/` anew from the contract.
//!
//! Elsewhere: the generation and the check that nothing is stale, one and the same test of `qilian-app`. This only asks
//! that test to write, so that chores need not be linked with the whole laptop.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};

/// Runs the test that compares, and lets it write first.
pub(crate) fn run(root: &Path) -> Result<ExitCode> {
    let status = Command::new(env!("CARGO"))
        .args([
            "test",
            "--quiet",
            "--package",
            "qilian-app",
            "--test",
            "it",
            "generated_types_are_current",
        ])
        .env("QILIAN_UPDATE_GENERATED", "1")
        .current_dir(root)
        .status()
        .context("cargo test could not be started")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
