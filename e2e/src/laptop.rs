//! One laptop: a folder with its store, and the terminal program on it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use serde_json::Value;

use crate::district::answer;
use crate::programs::{CLI, built};
use crate::stage::Stage;

/// A laptop and what unlocks its store.
#[derive(Debug, Clone)]
pub struct Laptop {
    home: PathBuf,
    lock: Lock,
}

#[derive(Debug, Clone)]
enum Lock {
    /// As on a machine without a key store.
    Passphrase(String),
    /// The key store on this bus.
    KeyStore(String),
}

impl Laptop {
    /// The laptop whose store is (or will be) in `home`, unlocked by a passphrase.
    #[must_use]
    pub fn new(home: &Path, passphrase: &str) -> Self {
        Self {
            home: home.to_owned(),
            lock: Lock::Passphrase(passphrase.to_owned()),
        }
    }

    /// The laptop whose store is (or will be) in `home`, unlocked by the stage's [`crate::key_store::KeyStore`].
    #[must_use]
    pub fn with_key_store(home: &Path, stage: &Stage) -> Self {
        Self {
            home: home.to_owned(),
            lock: Lock::KeyStore(stage.bus().to_owned()),
        }
    }

    /// The folder of its store.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// What a program on it must find in its environment.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        let unlocked = match &self.lock {
            Lock::Passphrase(passphrase) => ("QILIAN_PASSPHRASE", passphrase.into()),
            Lock::KeyStore(bus) => ("DBUS_SESSION_BUS_ADDRESS", bus.into()),
        };
        vec![("QILIAN_HOME", self.home.clone().into()), unlocked]
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

    /// Runs `qilian --json ARGUMENTS` and gives its answer.
    ///
    /// # Errors
    /// The command refused; the error holds what it said.
    pub fn terminal(&self, arguments: &[&str]) -> Result<Value> {
        let mut command = Command::new(built(CLI)?);
        command.arg("--json").args(arguments);
        command
            .env_remove("QILIAN_PASSPHRASE")
            .envs(self.environment());
        answer(&mut command)
    }
}
