//! The terminal as scripts see it: one document on standard output, and the exit status.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't be set up has to fail"
)]

mod enrol;
mod policy;
mod storeless;
mod usage;

use std::process::{Command, Output};

/// Runs `qilian --json` with these arguments, without the user's own settings.
fn qilian(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_qilian"))
        .arg("--json")
        .args(arguments)
        .env_remove("QILIAN_HOME")
        .env_remove("QILIAN_PASSPHRASE")
        .env("QILIAN_KEYRING", "off")
        .output()
        .unwrap()
}

/// The document and the exit status.
fn answered(arguments: &[&str]) -> (serde_json::Value, i32) {
    let output = qilian(arguments);
    let document = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stdout)));
    (document, output.status.code().unwrap())
}
