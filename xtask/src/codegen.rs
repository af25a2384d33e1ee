//! Writes anew what is generated: `ui/src/api/generated/` from the contract, `docs/records.md` from the domain's types.
//!
//! Elsewhere: the generation and the check that nothing is stale, one and the same test of the crate that knows. This
//! only asks these tests to write, so that chores need not be linked with the whole laptop.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};

/// The crates that know something, and the test of each that compares and may write.
const TESTS: [(&str, &str); 2] = [
    ("qilian-app", "generated_types_are_current"),
    ("qilian-domain", "the_page_of_commands_and_rows_is_current"),
];

/// Runs the tests that compare, and lets them write first.
pub(crate) fn run(root: &Path) -> Result<ExitCode> {
    for (package, test) in TESTS {
        let status = Command::new(env!("CARGO"))
            .args([
                "test",
                "--quiet",
                "--package",
                package,
                "--test",
                "it",
                test,
            ])
            .env("QILIAN_UPDATE_GENERATED", "1")
            .current_dir(root)
            .status()
            .context("cargo test could not be started")?;
        if !status.success() {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}
