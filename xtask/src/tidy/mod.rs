//! Rules of the house that no compiler checks. Each rule is a function from a tree on disk to the faults it found, so
//! that a test can show on a small made-up tree that the rule is able to fail.
//!
//! Elsewhere: lints of Rust (root `Cargo.toml`, `clippy.toml`) and of the page (`ui/eslint.config.js`).

mod arrows;
mod documents;
mod files;
mod page;
mod rust;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// One thing that is not as the house wants it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fault {
    /// Where, relative to the workspace.
    pub(crate) path: PathBuf,
    /// What is wrong and what to do.
    pub(crate) what: String,
}

impl Fault {
    pub(crate) fn new(path: impl Into<PathBuf>, what: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            what: what.into(),
        }
    }
}

/// Checks every rule and prints what it found; fails when it found anything.
pub(crate) fn run(root: &Path) -> Result<ExitCode> {
    let packages = arrows::packages(&metadata(root)?)?;
    let mut faults = arrows::check(&packages);
    faults.extend(rust::check(root)?);
    faults.extend(page::check(root)?);
    faults.extend(documents::check(root, &packages)?);
    faults.sort();
    for fault in &faults {
        println!("{}: {}", fault.path.display(), fault.what);
    }
    if faults.is_empty() {
        println!("tidy: {} packages in order", packages.len());
        return Ok(ExitCode::SUCCESS);
    }
    println!("tidy: {} faults", faults.len());
    Ok(ExitCode::FAILURE)
}

fn metadata(root: &Path) -> Result<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .output()
        .context("cargo metadata could not be started")?;
    if !output.status.success() {
        bail!(
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    serde_json::from_slice(&output.stdout).context("cargo metadata did not print JSON")
}
