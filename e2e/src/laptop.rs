//! One laptop: a folder with its store, and the terminal program on it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use serde_json::Value;

use crate::district::answer;
use crate::programs::{CLI, built};

/// A laptop whose store is unlocked by a passphrase, as on a machine without a key store.
#[derive(Debug, Clone)]
pub struct Laptop {
    home: PathBuf,
    passphrase: String,
}

impl Laptop {
    /// The laptop whose store is (or will be) in `home`.
    #[must_use]
    pub fn new(home: &Path, passphrase: &str) -> Self {
        Self {
            home: home.to_owned(),
            passphrase: passphrase.to_owned(),
        }
    }

    /// The folder of its store.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// What unlocks it.
    #[must_use]
    pub fn passphrase(&self) -> &str {
        &self.passphrase
    }

    /// Whether it belongs to somebody.
    #[must_use]
    pub fn is_enrolled(&self) -> bool {
        self.terminal(&["status"]).is_ok()
    }

    /// Binds it to the user of `code`, then fetches what that user sees.
    ///
    /// # Errors
    /// The server refuses or cannot be reached.
    pub fn enrol(&self, server: &str, code: &str) -> Result<()> {
        self.terminal(&["enrol", "--server", server, "--code", code])?;
        self.terminal(&["sync"]).map(drop)
    }

    /// Runs `qilian --home … --json ARGUMENTS` and gives its answer.
    ///
    /// # Errors
    /// The command refused; the error holds what it said.
    pub fn terminal(&self, arguments: &[&str]) -> Result<Value> {
        let mut command = Command::new(built(CLI)?);
        command
            .arg("--home")
            .arg(&self.home)
            .arg("--json")
            .args(arguments);
        command.env("QILIAN_PASSPHRASE", &self.passphrase);
        answer(&mut command)
    }
}
